package MhaHelper::Compat::Early;

# The hooks spend most of their time on beginning: a process, a configuration, logins. Those of a failover are started
# at the first failed ping with the words that MHA will call them with, and wait; when MHA calls with exactly those
# words, they get the word. They change nothing before it, and one that never gets it ends: with MHA, after a minute,
# and when the master answers again. Whatever is not as foreseen is called as MHA does it. Beside.pm does the same for a
# planned switch.
use strict;
use warnings;
use POSIX ();
use MhaHelper::Compat::Cuts;
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

# By the command line that is foreseen: {pid, word, told, output}
my (%waiting, @gone, $process);
my $began = 0;

sub install {
  return unless MhaHelper::Compat::Cuts::on('hooks');
  my ($failing, $status, $execute);
  $failing = MhaHelper::Compat::Install::replace('MHA::HealthCheck::handle_failing', sub {
    my ($self) = @_;
    forget_ended();
    begin($self) unless %waiting || time - $began < AGAIN_SECONDS;
    return $failing->(@_);
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    send_home();
    return $status->(@_);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command, $output) = @_;
    my $ended = called($command, $output // '');
    my @codes = defined $ended ? MHA::NodeUtil::system_rc($ended) : $execute->(@_);
    # The dead master's host has lost the address: the network can be asked now who has it.
    say_soon() if $command =~ / --command=stopssh / && !grep { $_ } @codes;
    return @codes;
  });
  return;
}

sub begin {
  my ($self) = @_;
  ($began, $process) = (time, $$);
  my $dead = MhaHelper::Compat::Program::server($self->{hostname}) or return;
  return unless available() >= LEAST_KB;
  my $new = likely($dead);
  my $output = $self->{logfile} // '';
  start($dead->{hostname}, 'hard-failover', stopssh($dead), $output);
  start($new->{hostname}, 'hard-failover', start_line($dead, $new), $output) if $new;
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
sub start {
  my ($host, $which, $command, $output) = @_;
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
    my $to = length $output ? ' >> ' . $output . ' 2>&1' : '';
    my $line = "exec $file prepared-$which$arguments$words$to";
    open STDIN, '<&', $read and says_ready_on($tell) and exec 'sh', '-c', $line;
    POSIX::_exit(NOT_CALLED);
  }
  close $_ for $read, $tell;
  fcntl $told, POSIX::F_SETFL(), fcntl($told, POSIX::F_GETFL(), 0) | POSIX::O_NONBLOCK();
  my $since = $which eq 'hard-failover' ? 'the first failed ping' : 'the call before';
  $waiting{$command} = { pid => $pid, word => $word, told => $told, output => $output, since => $since };
  return;
}

# Descriptor 3, where src/adapters/ready/early.ts says that it waits.
sub says_ready_on {
  my ($tell) = @_;
  return POSIX::dup2(fileno $tell, 3) if fileno $tell != 3;
  return fcntl $tell, POSIX::F_SETFD(), 0;
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
  if (!is_ready($early)) {
    push @gone, $early->{pid};
    return;
  }
  MhaHelper::Compat::Say::say_as('info', "the hook has been waiting since $early->{since}; it goes on now");
  # As system() does it: who interrupts both at a terminal must not leave a hook behind that nobody waits for.
  local @SIG{qw(INT QUIT PIPE)} = ('IGNORE') x 3;
  # What is in its environment only now (LastWord.pm).
  my $given = syswrite $early->{word}, 'go ' . ($ENV{MHA_HELPER_LAST_WORD} // '') . "\n";
  close $early->{word};
  1 while waitpid($early->{pid}, 0) < 0 && $!{EINTR};
  my $ended = $?;
  return if !$given || $ended == NOT_CALLED << 8;
  return $ended;
}

# The call before is done: what had to wait for that can begin now.
sub say_soon {
  local $SIG{PIPE} = 'IGNORE';
  syswrite $_->{word}, "soon\n" for defined $process && $process == $$ ? values %waiting : ();
  return;
}

# The end of its pipe is what ends one.
sub send_home {
  push @gone, map { $_->{pid} } values %waiting if defined $process && $process == $$;
  %waiting = ();
  @gone = grep { waitpid($_, POSIX::WNOHANG()) == 0 } @gone if @gone && $process == $$;
  return;
}

1;
