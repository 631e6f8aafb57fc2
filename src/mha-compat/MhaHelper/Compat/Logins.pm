package MhaHelper::Compat::Logins;

# When last writes were saved, MHA looks whether each replica can be reached by SSH, two logins for one after the other,
# before it chooses the new master. Here all are looked at together; what is asked, and what follows from an answer, is
# as it was.
use strict;
use warnings;
use POSIX ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Program;

# By the server's id: the process that looks. Only while MHA looks at all.
our $looking;

sub install {
  return unless MhaHelper::Compat::Cuts::on('logins');
  my ($save, $check);
  $save = MhaHelper::Compat::Install::replace('MHA::MasterFailover::save_master_binlog_internal', sub {
    local $looking = {};
    return $save->(@_);
  });
  $check = MhaHelper::Compat::Install::replace('MHA::Server::check_set_ssh_status', sub {
    my ($server, $log, $set_dead) = @_;
    return $check->(@_) unless $looking && !$server->{dead};
    begin($check, $log) unless %$looking;
    my $pid = delete $looking->{ $server->{id} } or return $check->(@_);
    1 while waitpid($pid, 0) < 0 && $!{EINTR};
    $server->{ssh_ok} = $? == 0 ? 1 : 0;
    $server->{dead}   = 1 if $? != 0 && $set_dead;
    return;
  });
  return;
}

sub begin {
  my ($check, $log) = @_;
  for my $server (MhaHelper::Compat::Program::servers()) {
    next if $server->{dead} || $server->{not_slave};
    my $pid = fork // next;
    if ($pid) {
      $looking->{ $server->{id} } = $pid;
      next;
    }
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    eval { $check->($server, $log, 0) };
    POSIX::_exit(($server->{ssh_ok} // 0) == 1 ? 0 : 1);
  }
  return;
}

1;
