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
    return $check->(@_) unless answers("$user\@$ip", $port, $command);
    $log->info("HealthCheck: SSH to $host is reachable.");
    return 0;
  });
  return;
}

# MHA's check, over the connection that is there. Only a yes counts, and it has little time: one that hangs says nothing
# of the host.
sub answers {
  my ($where, $port, $command) = @_;
  return 0 unless defined $directory;
  my $pid = fork // return 0;
  if (!$pid) {
    my $options = option() . $MHA::ManagerConst::SSH_OPT_CHECK;
    exec "exec ssh -o ProxyCommand=false $options -p $port $where \"$command\"" or POSIX::_exit(127);
  }
  for (my $left = ANSWERS_SECONDS / PAUSE_SECONDS; $left > 0; $left--) {
    return $? == 0 if waitpid($pid, POSIX::WNOHANG()) != 0;
    Time::HiRes::sleep(PAUSE_SECONDS);
  }
  kill 'KILL', $pid;
  waitpid $pid, 0;
  return 0;
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
