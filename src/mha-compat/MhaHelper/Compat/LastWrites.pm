package MhaHelper::Compat::LastWrites;

# With GTID, MHA 0.58 promotes a replica without a look at the dead master's binary log: what the master had acknowledged and no replica has
# received is lost, although the host answers. Here it is fetched and executed, from the dead master's host or a [binlogN] host, before the new master gets
# the writer's address.
use strict;
use warnings;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;
use MhaHelper::Compat::Tools;

our ($dead, $new);
# Whether SSH reaches the dead master, as MHA has found out; MHA gives it to the hooks.
my $reachable;
my %asked;

sub install {
  %asked = map { /^--?(skip_save|ignore_binlog)/ ? ($1 => 1) : () } @ARGV;
  my ($arguments, $recover);
  $arguments = MhaHelper::Compat::Install::replace('MHA::Server::get_ssh_args_if', sub {
    my (undef, undef, $which, $answers) = @_;
    $reachable = $answers if $which ne 'new';
    return $arguments->(@_);
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
  my $from = { mariadb => MhaHelper::Compat::ServerKind::of($new->{dbh})->mariadb, executed => executed(), file => $file };
  my $found;
  $found = attempt($log, $dead, $from) if !$asked{skip_save} && ($reachable // 1);
  if (!$found && @others) {
    my @copies = sort { $b->{count} <=> $a->{count} } grep { $_ } map { attempt($log, $_, $from) } grep { $_->{ssh_reachable} } @others;
    die "All binlog servers failed!\n" unless @copies || $asked{ignore_binlog};
    $found = shift @copies;
    unlink $_->{file} for @copies;
  }
  if (!$found) {
    my $why = $asked{skip_save} ? 'is left alone, as --skip_save_master_binlog says' : $reachable // 1 ? 'could not be read' : 'was not read, because MHA has not reached that host by SSH, or its node programs there';
    $log->warning("mha-helper compat: the binary log of the dead master $why: writes that no replica has received are missing on the new master; compare the two before the dead one becomes a replica");
  }
  return unless $found;
  return unlink $found->{file} unless $found->{count};
  execute($log, $found);
  return;
}

sub executed {
  my $dbh = $new->{dbh};
  my $server = MhaHelper::Compat::ServerKind::of($dbh);
  my %status = $new->{dbhelper}->check_slave_status(1);
  my $set = $server->mariadb ? $status{Executed_Gtid_Set} : ($dbh->selectrow_array('SELECT @@global.gtid_executed'))[0];
  die 'what ' . $new->get_hostinfo() . " has executed cannot be found out\n" unless defined $set;
  return $set unless $server->mariadb;
  # A rescue that broke off is in the binary log only. What the server has written itself is no sign of that.
  my ($own, $written) = $dbh->selectrow_array('SELECT @@global.server_id, @@global.gtid_binlog_pos');
  return MhaHelper::Compat::Applied::furthest($set, grep { !/-$own-/ } split /,/, $written // '');
}

# @return {file, count} or undef; the log says why
sub attempt {
  my ($log, $source, $from) = @_;
  my $name = "$source->{hostname}:" . ($source->{port} // '');
  my $file = sprintf '%s/saved_binlog_%s_%s_%s.sql', $new->{manager_workdir} || '/var/tmp', $source->{hostname}, $source->{id}, POSIX::strftime('%Y%m%d%H%M%S', localtime);
  my $count = eval { MhaHelper::Compat::BinaryLogs::read_from($source, $from, $file) };
  if (!defined $count) {
    chomp(my $why = $@);
    $log->error("mha-helper compat: binary log on $name from $from->{file} on: $why");
    return;
  }
  $log->info("mha-helper compat: $count transaction" . ($count == 1 ? '' : 's') . " in the binary log on $name that no replica has received" . ($count ? ": $file" : ''));
  return { file => $file, count => $count, name => $name };
}

sub execute {
  my ($log, $found) = @_;
  my $where = $new->get_hostinfo();
  if (!may_execute()) {
    $log->error("mha-helper compat: $where: the user $new->{user} may not execute them (BINLOG REPLAY on MariaDB, BINLOG_ADMIN on MySQL, or SUPER). They are LOST there; they are kept in $found->{file}");
    return;
  }
  my ($super) = MhaHelper::Compat::ServerKind::of($new->{dbh})->mysql('5.7.8') ? $new->{dbh}->selectrow_array('SELECT @@global.super_read_only') : 0;
  $new->{dbh}->do('SET GLOBAL super_read_only=0') if $super;
  my $said = "$found->{file}.err";
  my $failed = client($found->{file}, $said);
  $new->{dbh}->do('SET GLOBAL super_read_only=1') if $super;
  my ($why) = grep { /\S/ } reverse MhaHelper::Compat::BinaryLogs::lines($said);
  unlink $said;
  die "mha-helper compat: $where: the transactions in $found->{file} could not be executed: " . ($why // "exit $failed")
    . ". Mend that and fail over again, or give up what is left of them with --skip_save_master_binlog\n" if $failed;
  $log->info("mha-helper compat: $where: executed");
  return;
}

# An empty BINLOG statement does nothing: who may is told that it is empty.
sub may_execute {
  local @{ $new->{dbh} }{qw(RaiseError PrintError)} = (0, 0);
  $new->{dbh}->do(q{BINLOG ''});
  return ($new->{dbh}->err // 0) != 1227;
}

# @return 0 or the client's exit code
sub client {
  my ($file, $said) = @_;
  my $program = MhaHelper::Compat::Tools::in_path('mysql') ? 'mysql' : 'mariadb';
  my $mariadb = `$program --version` =~ /MariaDB/;
  my (undef, $cipher) = $new->{dbh}->selectrow_array(q{SHOW SESSION STATUS LIKE 'Ssl_cipher'});
  my @login = $mariadb ? ('--skip-ssl-verify-server-cert', $cipher ? '--ssl' : ()) : '--loose-get-server-public-key';
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    $ENV{MYSQL_PWD} = $new->{password};
    open STDIN, '<', $file and open STDOUT, '>', '/dev/null' and open STDERR, '>', $said and exec { $program } $program, '--no-defaults', @login, '--binary-mode',
      '--max-allowed-packet=1073741824', '--init-command=SET SESSION lock_wait_timeout=60', "--host=$new->{ip}", "--port=$new->{port}", "--user=$new->{user}";
    POSIX::_exit(127);
  }
  waitpid $pid, 0;
  return $? ? $? >> 8 || 1 : 0;
}

1;
