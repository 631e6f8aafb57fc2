package MhaHelper::Compat::Beside;

# In a planned switch MHA calls `stop`, waits until the new master has caught up, and calls `start`: while no server
# takes writes, a program would begin, read its configuration and log in. So `start` is begun beside `stop`, and waits
# for MHA's call as Early.pm says; where `stop` fails MHA ends, and it with MHA.
use strict;
use warnings;
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Early;
use MhaHelper::Compat::Ended;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Passwords;
use MhaHelper::Compat::Program;

sub install {
  return unless MhaHelper::Compat::Cuts::on('hooks');
  my $execute;
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command, $output) = @_;
    my ($host, $start) = after($command);
    return $execute->(@_) unless defined $host;
    MhaHelper::Compat::Early::start($host, 'online-failover', $start, $output // '');
    my $ended = stopped($host, $command, $output // '');
    my @ended = defined $ended ? MHA::NodeUtil::system_rc($ended) : $execute->(@_);
    # It is logged in to the old master only now: `stop` has ended all sessions there.
    MhaHelper::Compat::Early::say('soon');
    return @ended;
  });
  return;
}

# @return as system() does; nothing where it is not a hook of ours, or could not be begun
sub stopped {
  my ($host, $command, $output) = @_;
  my ($ours) = MhaHelper::Compat::Program::hook($host, 'online-failover');
  return unless $ours;
  my ($line, %given) = MhaHelper::Compat::Passwords::for_hook($command);
  local @ENV{keys %given} = values %given;
  return MhaHelper::Compat::Ended::run(length $output ? "$line >> $output 2>&1" : $line);
}

# @return of MHA's call of `stop`: the new master's host, and MHA's next call where both hosts have the same hook
sub after {
  my ($command) = @_;
  my ($host) = $command =~ / --command=stop --orig_master_host=\S+ .* --new_master_host=(\S+) / or return;
  (my $start = $command) =~ s/ --command=stop / --command=start /;
  return ($host, $start);
}

1;
