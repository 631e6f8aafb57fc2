package MhaHelper::Compat::Execute;

# Executes on the new master what was read from binary logs. What the account, the manager host or a filter does not
# allow is kept in its file, and the failover goes on; what fails on the way ends the failover, before anything is
# writable: a person must decide.
use strict;
use warnings;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::ServerKind;
use MhaHelper::Compat::Tls;
use MhaHelper::Compat::Tools;
use MhaHelper::Compat::Wait;
use POSIX ();
use Time::HiRes ();

use constant LARGEST_PACKET => 1024 * 1024 * 1024;
use constant LOOK_SECONDS   => 2;

# An account that may not: 1044, 1045, 1142, 1227; 1290 is read_only, which it may not pass.
my $FORBIDDEN = qr/^ERROR (?:1044|1045|1142|1227|1290|1698) /;
my @FILTERS = qw(
  Replicate_Do_DB Replicate_Ignore_DB Replicate_Do_Table Replicate_Ignore_Table
  Replicate_Wild_Do_Table Replicate_Wild_Ignore_Table Replicate_Rewrite_DB
);

my $IDLE = 'the client waits';

# Put back when MHA is ended by a signal as well.
my $put_back;
END { local $?; $put_back->() if $put_back }

# @param found {file, count}
# @param executed function that gives the GTIDs that the new master has executed
sub on {
  my ($new, $found, $log, $executed) = @_;
  my $where = $new->get_hostinfo();
  my $program = (grep { MhaHelper::Compat::Tools::in_path($_) } qw(mysql mariadb))[0];
  my @filters = filters($new);
  my $never = !$program ? 'there is neither mysql nor mariadb on this host to execute them with'
    : @filters ? 'replication is filtered there (' . join(', ', @filters) . '), and a client would not obey that'
      : undef;
  my ($before, $failed) = ($executed->());
  if (!$never) {
    settings($new);
    $failed = client($new, $program, $found->{file}, $executed);
    # No session of it does anything: it can begin anew where it has not begun, and where the server leaves out what it
    # has executed already.
    if (($failed // '') =~ /\Q($IDLE\E/ && (skips_executed($new) || $executed->() eq $before)) {
      $log->warning("mha-helper compat: $where: $failed; the client has been ended, and another is started");
      $failed = client($new, $program, $found->{file}, $executed);
    }
    $put_back->();
    undef $put_back;
    my $now = $executed->();
    my $forgotten = $now eq $before ? '' : keep_position($new, $now);
    $never = "the user $new->{user} may not execute them ($failed)" if $failed && $failed =~ $FORBIDDEN
      && $now eq $before;
    die "mha-helper compat: $where: the transactions in $found->{file} could not be executed: $failed. "
      . "${forgotten}Fix that and fail over again, or give up what is left of them with --skip_save_master_binlog\n"
      if $failed && !$never;
    $log->error("mha-helper compat: $where: $forgotten") if $forgotten;
  }
  return $log->error("mha-helper compat: $where: $never. They are LOST there; they are kept in $found->{file}")
    if $never;
  $log->info("mha-helper compat: $where: executed");
  return;
}

# MySQL by GTID; MariaDB would execute it once more.
sub skips_executed {
  my ($new) = @_;
  my $dbh = $new->{dbh};
  return !MhaHelper::Compat::ServerKind::of($dbh)->mariadb && ($dbh->selectrow_array('SELECT @@global.gtid_mode'))[0] eq
    'ON';
}

sub filters {
  my ($new) = @_;
  my $sth = $new->{dbh}->prepare('SHOW SLAVE STATUS');
  $sth->execute();
  my $status = $sth->fetchrow_hashref() || {};
  $sth->finish();
  return grep { defined $status->{$_} && length $status->{$_} } @FILTERS;
}

# Row events of one statement come as one statement, which may be larger than what the server takes; and some ways of
# being read-only hold for administrators too.
sub settings {
  my ($new) = @_;
  my $dbh = $new->{dbh};
  my $server = MhaHelper::Compat::ServerKind::of($dbh);
  my @back;
  my $set = sub {
    my ($variable, $value) = @_;
    my ($old) = $dbh->selectrow_array("SELECT \@\@global.$variable");
    push @back, [ $variable => $old ] if quietly($dbh, "SET GLOBAL $variable=$value");
  };
  $put_back = sub { quietly($dbh, "SET GLOBAL $_->[0]=$_->[1]") for reverse splice @back };
  $set->(max_allowed_packet => LARGEST_PACKET);
  $set->(super_read_only => 0) if $server->mysql('5.7.8')
    && ($dbh->selectrow_array('SELECT @@global.super_read_only'))[0];
  $set->(read_only => 'ON') if $server->mariadb && (($dbh->selectrow_array('SELECT @@global.read_only'))[0]
    // '') =~ /NO_ADMIN/;
  return;
}

# @return whether it worked
sub quietly {
  my ($dbh, $sql) = @_;
  local @{$dbh}{qw(RaiseError PrintError)} = (0, 0);
  return defined $dbh->do($sql);
}

# MariaDB: as a replica a server goes on after gtid_slave_pos, and what a client executes does not move it: the dead
# master, once it is back, would send the same transactions again. @return what a person must know if it failed
sub keep_position {
  my ($new, $position) = @_;
  my $dbh = $new->{dbh};
  return '' unless MhaHelper::Compat::ServerKind::of($dbh)->mariadb;
  quietly($dbh, 'STOP SLAVE');
  return '' if quietly($dbh, 'SET GLOBAL gtid_slave_pos=' . $dbh->quote($position));
  return 'gtid_slave_pos could not be set: ' . ($dbh->errstr // 'unknown error')
    . '; do not start replication there, it would execute transactions twice. ';
}

# @return undef, or why it failed, in one line
sub client {
  my ($new, $program, $file, $executed) = @_;
  my $said = "$file.err";
  my $mariadb = `$program --version` =~ /MariaDB/;
  my (undef, $cipher) = $new->{dbh}->selectrow_array(q{SHOW SESSION STATUS LIKE 'Ssl_cipher'});
  my @login = (MhaHelper::Compat::Tls::client_options($mariadb ? 'mariadb' : 'mysql'),
    $mariadb && $cipher ? '--ssl' : ());
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    # A login path would count for more than the password here.
    @ENV{qw(MYSQL_PWD MYSQL_TEST_LOGIN_FILE)} = ($new->{password}, '/dev/null');
    open STDIN, '<', $file and open STDOUT, '>', '/dev/null' and open STDERR, '>', $said
      and exec { $program } $program, '--no-defaults', @login, '--binary-mode',
      '--max-allowed-packet=' . LARGEST_PACKET, '--init-command=SET SESSION lock_wait_timeout=60',
        "--host=$new->{ip}", "--port=$new->{port}", "--user=$new->{user}";
    POSIX::_exit(127);
  }
  my $settings = $put_back;
  $put_back = sub { kill 'KILL', $pid; $settings->() };
  my $stalled = watch($new, $pid, $executed);
  my $status = $?;
  $put_back = $settings;
  my @lines = MhaHelper::Compat::BinaryLogs::lines($said);
  unlink $said;
  return $stalled if $stalled;
  return unless $status;
  my ($error) = grep { /^ERROR \d/ } @lines;
  return $error // (grep { /\S/ } reverse @lines)[0] // 'exit ' . ($status >> 8);
}

# Waits for the client. @return why it was ended, if it was
sub watch {
  my ($new, $pid, $executed) = @_;
  my ($before, $since, $next) = ('', time, time + LOOK_SECONDS);
  while (waitpid($pid, POSIX::WNOHANG()) == 0) {
    if (time >= $next) {
      # A client that reads on does not wait.
      my ($now, @states) = ($executed->() . read_to($pid), states($new));
      ($before, $since) = ($now, time) if $now ne $before || grep { !/^Waiting/i } @states;
      $next = time + LOOK_SECONDS;
      if (time - $since >= MhaHelper::Compat::Wait::limit()) {
        my $what = join('; ', @states) || "$IDLE: " . whereabouts($new, $pid);
        kill 'KILL', $pid;
        waitpid $pid, 0;
        return sprintf 'nothing was executed for %d seconds (%s)', MhaHelper::Compat::Wait::limit(), $what;
      }
    }
    Time::HiRes::sleep(0.02);
  }
  return;
}

# How far a process has read its standard input, as text; empty where the kernel does not tell.
sub read_to {
  my ($pid) = @_;
  return (grep { /^pos:/ } MhaHelper::Compat::BinaryLogs::lines("/proc/$pid/fdinfo/0"))[0] // '';
}

# What a client that does nothing has come to: how far it has read, what the kernel says it does, and the sessions that
# the server has of MHA's user, or of nobody yet.
sub whereabouts {
  my ($new, $pid) = @_;
  my ($position) = read_to($pid) =~ /(\d+)/;
  my ($doing) = MhaHelper::Compat::BinaryLogs::lines("/proc/$pid/wchan");
  my $sessions = $new->{dbh}->selectall_arrayref('SHOW PROCESSLIST', { Slice => {} }) || [];
  my @found = map { "$_->{Host} $_->{Command} for $_->{Time} s" } grep {
    $_->{Id} != $new->{dbh}{mysql_thread_id} && ($_->{User} // '') =~ /^(?:\Q$new->{user}\E|unauthenticated user)\z/
  } @$sessions;
  return sprintf 'it has read up to byte %s and is in %s; on the server %s', $position // '?', $doing || '?', join(', ',
    @found) || 'it has no session';
}

# What the sessions of MHA's user do, this one aside.
sub states {
  my ($new) = @_;
  my ($own) = $new->{dbh}->selectrow_array('SELECT CONNECTION_ID()');
  my $sth = $new->{dbh}->prepare('SHOW PROCESSLIST');
  $sth->execute();
  my @states;
  while (my $thread = $sth->fetchrow_hashref) {
    next if $thread->{Id} == $own || ($thread->{User} // '') ne $new->{user} || ($thread->{Command} // '') eq 'Sleep';
    push @states, $thread->{State} || $thread->{Command};
  }
  return @states;
}

1;
