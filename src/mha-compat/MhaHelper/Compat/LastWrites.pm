package MhaHelper::Compat::LastWrites;

# With GTID, MHA 0.58 promotes a replica without a look at the dead master's binary log: what the master had
# acknowledged and no replica has received is lost, although the host answers. Here it is fetched, from the dead
# master's host or a [binlogN] host, and executed before the new master gets the writer's address.
use strict;
use warnings;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::Execute;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;
use POSIX ();

our ($dead, $new);
# Whether SSH reaches the dead master, as MHA has found out; MHA gives it to the hooks.
my $reachable;
my %asked;

sub install {
  # As MHA takes them: shortened, in any case.
  %asked = map { /^--?(skip_s|ignore_b)/i ? (lc $1 => 1) : () } @ARGV;
  my ($arguments, $execute, $recover);
  $arguments = MhaHelper::Compat::Install::replace('MHA::Server::get_ssh_args_if', sub {
    my (undef, undef, $which, $answers) = @_;
    $reachable = $answers if $which ne 'new';
    return $arguments->(@_);
  });
  # shutdown_script: 0 says that the host has no power now, 10 that SSH has reached it.
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my @ended = $execute->(@_);
    $reachable = $ended[0] == 10 ? 1 : 0 if $_[0] =~ / --command=stop(?:ssh)?\b.* --host=/ && ($ended[0] == 0
      || $ended[0] == 10);
    return wantarray ? @ended : $ended[-1];
  });
  $recover = MhaHelper::Compat::Install::replace('MHA::MasterFailover::recover_master', sub {
    local ($dead, $new) = @_;
    return $recover->(@_);
  });
  # Said to have saved nothing, MHA goes on without executing anything itself.
  MhaHelper::Compat::Install::replace('MHA::MasterFailover::save_from_binlog_server', sub {
    my ($file, undef, $others) = @_;
    rescue($new->{logger}, $file, @$others);
    return 0;
  });
  return;
}

sub rescue {
  my ($log, $file, @others) = @_;
  my $missing = 'writes may be missing on the new master; compare the two before the dead one becomes a replica';
  return $log->warning("mha-helper compat: no binary log is read, as --skip_save_master_binlog says: $missing")
    if $asked{skip_s};
  my $from = { mariadb => MhaHelper::Compat::ServerKind::of($new->{dbh})->mariadb, executed => executed(),
    file => $file };
  my $found = ($reachable // 1) ? attempt($log, $dead, $from) : undef;
  if (!$found) {
    my $why = ($reachable // 1) ? 'could not be read'
      : 'was not read, because MHA has not reached that host by SSH, or its node programs there';
    my @copies = sort { $b->{count} <=> $a->{count} } grep { $_ } map { attempt($log, $_,
      $from) } grep { $_->{ssh_reachable} } @others;
    die "All binlog servers failed!\n" if @others && !@copies && !$asked{ignore_b};
    $found = shift @copies;
    unlink $_->{file} for @copies;
    my $instead = $found ? ", and the copy on $found->{name} may end before it does" : '';
    $log->warning("mha-helper compat: the binary log of the dead master $why$instead: $missing");
  }
  return unless $found;
  return unlink $found->{file} unless $found->{count};
  MhaHelper::Compat::Execute::on($new, $found, $log, \&executed);
  return;
}

# The GTIDs that the new master has executed, in the server's form.
sub executed {
  my $dbh = $new->{dbh};
  my $server = MhaHelper::Compat::ServerKind::of($dbh);
  my %status = $new->{dbhelper}->check_slave_status(1);
  my $set = $server->mariadb ? $status{Executed_Gtid_Set} : ($dbh->selectrow_array('SELECT @@global.gtid_executed'))[0];
  die 'what ' . $new->get_hostinfo() . " has executed cannot be found out\n" unless defined $set;
  return $set unless $server->mariadb;
  # What came from a client is in the binary log only. What the server has written itself is not the master's.
  my ($own, $written) = $dbh->selectrow_array('SELECT @@global.server_id, @@global.gtid_binlog_pos');
  return MhaHelper::Compat::Applied::furthest($set, grep { !/-$own-/ } split /,/, $written // '');
}

# @return {file, count, name} or undef; the log says why
sub attempt {
  my ($log, $source, $from) = @_;
  my $name = $source->{hostname} . ($source->{port} ? ":$source->{port}" : '');
  my $file = sprintf '%s/saved_binlog_%s_%s_%s.sql', $new->{manager_workdir} || '/var/tmp', $source->{hostname},
    $source->{id}, POSIX::strftime('%Y%m%d%H%M%S', localtime);
  my $count = eval { MhaHelper::Compat::BinaryLogs::read_from($source, $from, $file) };
  if (!defined $count) {
    chomp(my $why = $@);
    $log->error("mha-helper compat: binary log on $name from $from->{file} on: $why");
    return;
  }
  $log->info("mha-helper compat: $count transaction" . ($count == 1 ? '' : 's')
    . " in the binary log on $name that no replica has received" . ($count ? ": $file" : ''));
  return { file => $file, count => $count, name => $name };
}

1;
