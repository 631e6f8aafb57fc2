package MhaHelper::Compat::OneLogin;

# Each command of MHA's on a host is a login of its own. Of the master's host there is one connection (OpenSSH's
# ControlMaster) from the first failed ping on, and where the death of its server could be proved, as long as all is
# well: what is only asked there goes over it. It is never relied on: where it is gone, or a host does not answer, ssh
# logs in as ever, and MHA's limits hold. What saves last writes has a login of its own, which outlives a network that
# is away for a moment.
use strict;
use warnings;
use File::Temp ();
use POSIX ();
use Time::HiRes ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;

# The first value counts. A host that says nothing for so long has no connection any more. auto: an end here whose ssh
# was killed is removed.
my $KEPT = '-o ControlMaster=auto -o ControlPersist=no -o ServerAliveInterval=5 -o ServerAliveCountMax=3';
# Between two logins that did not last.
use constant AGAIN_SECONDS => 10;
use constant { ANSWERS_SECONDS => 0.5, PAUSE_SECONDS => 0.005 };

# The monitor's process, the directory of the connections' ends here, and what it has opened: {pid, stay, since}
my ($process, $directory, %kept);

sub install {
  return unless MhaHelper::Compat::Cuts::on('ssh');
  my ($failing, $status, $check);
  $failing = MhaHelper::Compat::Install::replace('MHA::HealthCheck::handle_failing', sub {
    my ($self) = @_;
    keep($self);
    return $failing->(@_);
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    keep($self) if %kept;
    return $status->(@_);
  });
  $check = MhaHelper::Compat::Install::replace('MHA::HealthCheck::ssh_check', sub {
    my ($user, $host, $ip, $port, $log, undef, $command) = @_;
    my $kept = defined $directory ? over_kept("$user\@$ip", $port, $command) : undef;
    return $check->(@_) unless $kept;
    my $said = ended_within($kept, ANSWERS_SECONDS);
    return $check->(@_) if $said;
    my @arguments = @_;
    return first($kept, sub { $check->(@arguments) }, $log, $host) unless defined $said;
    $log->info("HealthCheck: SSH to $host is reachable.");
    return 0;
  });
  return;
}

# MHA's check, over the connection that is there. Only a yes counts: one that hangs says nothing of the host.
sub over_kept {
  my ($where, $port, $command) = @_;
  my $options = option() . $MHA::ManagerConst::SSH_OPT_CHECK;
  return child(sub { exec "exec ssh -o ProxyCommand=false $options -p $port $where \"$command\"" or return });
}

sub child {
  my ($act) = @_;
  my $pid = fork // return undef;
  return $pid if $pid;
  my $code = $act->();
  POSIX::_exit(defined $code && $code =~ /^[0-9]+\z/ ? $code : 127);
}

# @return how it ended, as $? has it; undef: not yet
sub ended_within {
  my ($pid, $seconds) = @_;
  for (my $left = $seconds / PAUSE_SECONDS; $left > 0; $left--) {
    return $? if waitpid($pid, POSIX::WNOHANG()) != 0;
    Time::HiRes::sleep(PAUSE_SECONDS);
  }
  return undef;
}

sub stop {
  my ($pid) = @_;
  kill KILL => $pid;
  waitpid $pid, 0;
  return;
}

# A host that is busy takes its time to begin a program, and a login takes longer still. So what is asked over the
# connection goes on beside MHA's own check, which has MHA's time limit: a yes of either counts, a no of MHA's alone. Of
# the one that is not needed any more ssh ends by itself.
sub first {
  my ($kept, $check, $log, $host) = @_;
  my $own = child($check);
  if (!$own) {
    stop($kept);
    return $check->();
  }
  while (1) {
    my $said = ended_within($own, 2 * PAUSE_SECONDS);
    if (defined $said) {
      stop($kept) if $kept;
      return $said ? 1 : 0;
    }
    next unless $kept;
    my $failed = ended_within($kept, PAUSE_SECONDS) // next;
    $kept = undef;
    next if $failed;
    stop($own);
    $log->info("HealthCheck: SSH to $host is reachable.");
    return 0;
  }
}

# For ssh's command line, with a blank behind it.
sub option { return defined $directory ? "-o ControlPath=$directory/%C " : '' }

# Opens it, and once more where it has ended. Waits for nothing.
# @param host of MHA's, with ssh_user, ssh_ip and ssh_port
sub keep {
  my ($host) = @_;
  return if defined $process && $process != $$ || !MhaHelper::Compat::Cuts::on('ssh');
  my $place = "$host->{ssh_user}\@$host->{ssh_ip} $host->{ssh_port}";
  my $known = $kept{$place};
  return if $known && (waitpid($known->{pid}, POSIX::WNOHANG()) == 0 || time - $known->{since} < AGAIN_SECONDS);
  $process   = $$;
  $directory = $directory // File::Temp->newdir('mha-helper-XXXXXX', TMPDIR => 1);
  pipe my $read, my $stay or return;
  my $pid = fork // return;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    my @where = ('-p', $host->{ssh_port}, "$host->{ssh_user}\@$host->{ssh_ip}");
    # Nothing comes to it: it ends with this process, however that ends.
    my $line = 'exec ssh ' . $KEPT . ' ' . option() . "$MHA::ManagerConst::SSH_OPT_CHECK \"\$@\" cat >/dev/null 2>&1";
    open STDIN, '<&', $read and exec 'sh', '-c', $line, 'sh', @where;
    POSIX::_exit(127);
  }
  $kept{$place} = { pid => $pid, stay => $stay, since => time };
  return;
}

1;
