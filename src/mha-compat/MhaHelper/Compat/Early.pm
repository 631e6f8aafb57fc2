package MhaHelper::Compat::Early;

# The hooks spend most of their time on beginning: a process, a configuration, logins. Those of a failover are started
# at the first failed ping with the words that MHA will call them with, and wait; when MHA calls with exactly those
# words, they get the word. They change nothing before it, and one that never gets it ends: with MHA, after a minute,
# and when the master answers again. Whatever is not as foreseen is called as MHA does it. Beside.pm does the same for a
# planned switch.
#
# Where a death will be proved (Proof.pm), MHA calls some tenths of a second after the first failed ping, and a process
# takes as long to begin. There they are started while the master lives, and sleep, without a connection, until that
# ping wakes them.
use strict;
use warnings;
use POSIX ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Ended;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Passwords;
use MhaHelper::Compat::Program;
use MhaHelper::Compat::Say;

# As src/mha/exitCodes.ts has it.
use constant NOT_CALLED => 99;
# A manager of many clusters that loses its network would start two programs for each of them at once.
use constant LEAST_KB => 1024 * 1024;
# A program that has begun says so long before that, on a machine that is not stuck.
use constant BEGINS_SECONDS => 2;
# A master that answers now and then must not make programs come and go.
use constant AGAIN_SECONDS => 10;

# By the command line that is foreseen: {pid, word, told, output, since, sleeps}
my (%waiting, @gone, $process);
my $began = 0;

sub install {
  return unless MhaHelper::Compat::Cuts::on('hooks');
  my ($failing, $reachable, $status, $execute);
  $failing = MhaHelper::Compat::Install::replace('MHA::HealthCheck::handle_failing', sub {
    my ($self) = @_;
    forget_ended();
    wake();
    begin($self) unless %waiting || time - $began < AGAIN_SECONDS;
    return $failing->(@_);
  });
  # All pings have failed, and SSH is waited for.
  $reachable = MhaHelper::Compat::Install::replace('MHA::HealthCheck::is_ssh_reachable', sub {
    my ($self) = @_;
    say('silent') if $self->{_ssh_check_invoked} && still_runs($self->{_ssh_check_pid});
    return $reachable->(@_);
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    send_home();
    put_to_sleep($self) if MhaHelper::Compat::Cuts::on('resident') && death_will_be_proved();
    return $status->(@_);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command, $output) = @_;
    # Nobody can take the address from a host that does not answer: whoever has it can be asked for from now on.
    say('silent') if $command =~ / --command=stop(?: |\z)/;
    my $ended = called($command, $output // '');
    # What waits for another call may have the lock of the cluster's runs.
    send_home() if !defined $ended && $command =~ / --command=start(?: |\z)/;
    my @codes = defined $ended ? MHA::NodeUtil::system_rc($ended) : $execute->(@_);
    # The dead master's host has lost the address: the network can be asked now who has it.
    say('soon') if $command =~ / --command=stopssh / && !grep { $_ } @codes;
    return @codes;
  });
  return;
}

# Proof.pm is loaded where MHA pings.
sub death_will_be_proved {
  my $expected = MhaHelper::Compat::Proof->can('expected');
  return $expected && $expected->();
}

# @param $sleeps whether they are to sleep at first
sub begin {
  my ($self, $sleeps) = @_;
  ($began, $process) = (time, $$);
  my $dead = MhaHelper::Compat::Program::server($self->{hostname}) or return;
  return unless available() >= LEAST_KB;
  my $new = likely($dead);
  my $output = $self->{logfile} // '';
  start($dead->{hostname}, 'hard-failover', stopssh($dead), $output, $sleeps);
  start($new->{hostname}, 'hard-failover', start_line($dead, $new), $output, $sleeps) if $new;
  return;
}

# The master answers.
sub put_to_sleep {
  my ($self) = @_;
  return if time - $began < AGAIN_SECONDS;
  forget_ended();
  begin($self, 1) unless %waiting;
  return;
}

# A ping has failed.
sub wake {
  my @asleep = defined $process && $process == $$ ? grep { $_->{sleeps} } values %waiting : ();
  return unless @asleep;
  local $SIG{PIPE} = 'IGNORE';
  for my $one (@asleep) {
    syswrite $one->{word}, "wake\n";
    $one->{sleeps} = 0;
  }
  $began = time;
  return;
}

# In kilobytes; nothing where the kernel does not tell.
sub available {
  open my $memory, '<', '/proc/meminfo' or return 0;
  my ($found) = map { /^MemAvailable:\s+([0-9]+)/ ? $1 : () } <$memory>;
  return $found // 0;
}

# Which server MHA would choose where none is behind. Wrong: then MHA's call is not the one that was foreseen.
sub likely {
  my ($dead) = @_;
  my @able = grep { $_->{id} ne $dead->{id} && !$_->{dead} && !$_->{no_master} && $_->{log_bin} }
    MhaHelper::Compat::Program::servers();
  return (grep { $_->{candidate_master} } @able)[0] // $able[0];
}

# MHA's words, to the last blank: whoever is called with others is called anew.
sub ends {
  my ($dead) = @_;
  return "--orig_master_host=$dead->{hostname} --orig_master_ip=$dead->{ip} --orig_master_port=$dead->{port}";
}

sub stopssh {
  my ($dead) = @_;
  return "$dead->{master_ip_failover_script} " . ends($dead) . " --command=stopssh --ssh_user=$dead->{ssh_user} "
    . $dead->get_ssh_args_if(1, 'orig', 1);
}

sub start_line {
  my ($dead, $new) = @_;
  return "$new->{master_ip_failover_script} --command=start --ssh_user=$new->{ssh_user} " . ends($dead)
    . " --new_master_host=$new->{hostname} --new_master_ip=$new->{ip} --new_master_port=$new->{port}"
    . " --new_master_user=$new->{escaped_user}" . $dead->get_ssh_args_if(1, 'orig', 1)
    . $new->get_ssh_args_if(2, 'new', 1) . " --new_master_password=$new->{escaped_password}";
}

# @param host whose hook it is
# @param which the command that the hook is
# @param command MHA's words
# @param output the file that MHA will have it print to
# @param sleeps whether it connects to nothing before it is woken
sub start {
  my ($host, $which, $command, $output, $sleeps) = @_;
  my ($file, $arguments) = MhaHelper::Compat::Program::hook($host, $which) or return;
  $process = $$;
  my ($left, %given) = MhaHelper::Compat::Passwords::for_hook($command);
  (my $words = $left) =~ s/^.*?(?=\s--(?:command|orig_master_host)=)//s;
  pipe my $read, my $word or return;
  pipe my $told, my $tell or return;
  my $pid = fork // return;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    @ENV{keys %given} = values %given;
    $ENV{MHA_HELPER_ASLEEP} = 1 if $sleeps;
    my $to = length $output ? ' >> ' . $output . ' 2>&1' : '';
    my $line = "exec $file prepared-$which$arguments$words$to";
    # Descriptor 3 is where src/adapters/ready/early.ts says that it waits, too.
    open STDIN, '<&', $read and MhaHelper::Compat::Ended::will_tell($tell) and forgets_the_rest()
      and exec 'sh', '-c', $line;
    POSIX::_exit(NOT_CALLED);
  }
  close $_ for $read, $tell;
  fcntl $told, POSIX::F_SETFL(), fcntl($told, POSIX::F_GETFL(), 0) | POSIX::O_NONBLOCK();
  my $since = $sleeps ? 'the master answered' : $which eq 'hard-failover' ? 'the first failed ping' : 'the call before';
  $waiting{$command} = { pid => $pid, word => $word, told => $told, output => $output, since => $since,
    sleeps => $sleeps };
  return;
}

# MHA's connections to its servers among them: they, and the locks of their sessions, must end with MHA.
sub forgets_the_rest {
  opendir my $open, '/proc/self/fd' or return 1;
  POSIX::close($_) for grep { /^[0-9]+\z/ && $_ > 3 } readdir $open;
  return 1;
}

# Its time was over, or it could not begin.
sub has_ended { return waitpid($_[0]{pid}, POSIX::WNOHANG()) != 0 }

sub forget_ended {
  return unless %waiting && $process == $$;
  delete @waiting{ grep { has_ended($waiting{$_}) } keys %waiting };
  return;
}

# A program that does not know this way to be called, an older one, ends without saying it. One that is only just
# beginning is still ahead of one that is started now.
sub is_ready {
  my ($early) = @_;
  my $bits = '';
  vec($bits, fileno $early->{told}, 1) = 1;
  select $bits, undef, undef, BEGINS_SECONDS;
  my $said = '';
  return sysread($early->{told}, $said, 16) && $said eq "ready\n";
}

# @return as system() does; nothing where MHA must call by itself
sub called {
  my ($command, $output) = @_;
  my $early = delete $waiting{$command};
  if (!$early || $process != $$ || $early->{output} ne $output) {
    # Called for something else at the same place: what waits was for another failover.
    $waiting{$command} = $early if $early;
    return;
  }
  return if has_ended($early);
  if ($early->{sleeps} || !is_ready($early)) {
    push @gone, $early->{pid};
    return;
  }
  MhaHelper::Compat::Say::say_as('info', "the hook has been waiting since $early->{since}; it goes on now");
  # As system() does it: who interrupts both at a terminal must not leave a hook behind that nobody waits for.
  local @SIG{qw(INT QUIT PIPE)} = ('IGNORE') x 3;
  # What is in its environment only now (LastWord.pm).
  my $given = syswrite $early->{word}, 'go ' . ($ENV{MHA_HELPER_LAST_WORD} // '') . "\n";
  close $early->{word};
  my $ended = MhaHelper::Compat::Ended::status($early->{pid}, $early->{told});
  return if !$given || $ended == NOT_CALLED << 8;
  return $ended;
}

# A child, which MHA itself waits for: its end must not be taken here.
sub still_runs {
  my ($pid) = @_;
  open my $state, '<', "/proc/$pid/stat" or return 0;
  # The name may have anything in it.
  return (<$state> // '') =~ /.*\) [^ZX]/s;
}

# News for those who wait: `soon`, the call before is done, and what had to wait for that can begin now; `silent`.
sub say {
  my ($news) = @_;
  local $SIG{PIPE} = 'IGNORE';
  syswrite $_->{word}, "$news\n" for grep { !$_->{sleeps} } defined $process && $process == $$ ? values %waiting : ();
  return;
}

# The end of its pipe is what ends one. Whoever sleeps has heard nothing, and may go on sleeping.
sub send_home {
  my @awake = grep { !$waiting{$_}{sleeps} } keys %waiting;
  push @gone, map { $_->{pid} } @waiting{@awake} if defined $process && $process == $$;
  delete @waiting{@awake};
  @gone = grep { waitpid($_, POSIX::WNOHANG()) == 0 } @gone if @gone && $process == $$;
  return;
}

1;
