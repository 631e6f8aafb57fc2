package MhaHelper::Compat::Wait;

# Waits of MHA 0.58 that may never end. A replica that has much to apply is waited for, however long it takes; one that
# applies nothing, and whose threads all only wait, is given up after a while, with what they wait for.
use strict;
use warnings;
use Time::HiRes ();
use MhaHelper::Compat::Answer;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::LogNames;
use MhaHelper::Compat::Say;
use MhaHelper::Compat::ServerKind;

use constant SLICE_SECONDS       => 2;
use constant SECOND_LOOK_SECONDS => 0.3;
# Between two looks, longer each time.
use constant { FIRST_PAUSE_SECONDS => 0.02, LAST_PAUSE_SECONDS => 1 };

# What a thread does that only receives.
my $RECEIVES = qr/^(?:
  Waiting\ (?:for\ master\ to\ send|to\ reconnect)
  | Queueing | Connecting | Reconnecting | Registering | Requesting | Checking
)/xi;

# MHA's text when one look at the replica did not find it done.
my $NOT_YET = qr/^Unexpected error happened on waiting/;

sub install {
  my %io_thread_runs = (wait_until_relay_log_applied => 0, wait_until_relay_io_log_applied => 1);
  for my $name (keys %io_thread_runs) {
    MhaHelper::Compat::Install::replace("MHA::DBHelper::$name", sub {
      my ($self, $log, $workers) = @_;
      return relay_logs($self, $log, $workers, $io_thread_runs{$name});
    });
  }
  MhaHelper::Compat::Install::replace('MHA::DBHelper::master_pos_wait', \&position);
  MhaHelper::Compat::Install::replace('MHA::DBHelper::gtid_wait', sub {
    my ($self, $set) = @_;
    return 0 if $set eq MhaHelper::Compat::Answer::NO_GTID;
    my $server = MhaHelper::Compat::ServerKind::of($self->{dbh});
    my ($function, $late) = $server->mariadb ? ('MASTER_GTID_WAIT', -1)
      : $server->mysql('8.0.0') ? ('WAIT_FOR_EXECUTED_GTID_SET', 1) : ('WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS', -1);
    return in_slices($self, sub { one($self, "SELECT $function(?, " . SLICE_SECONDS . ')', $set) }, $late);
  });
  return;
}

sub relay_logs {
  my ($self, $log, $workers, $io_thread_runs) = @_;
  my $look = watch($self);
  my ($place, $before) = ('', '');
  my $next = MhaHelper::Compat::Cuts::on('polls') ? FIRST_PAUSE_SECONDS : LAST_PAUSE_SECONDS;
  while (1) {
    my %status = MHA::DBHelper::read_all_relay_log($self, $log, $workers, 0, $io_thread_runs);
    my $pause = $next;
    $next = 2 * $next if $next < LAST_PAUSE_SECONDS;
    if ($status{Status} == 0) {
      my $proof = MhaHelper::Compat::Applied::proof($self);
      return %status if $proof || (!defined $proof && !$workers);
      # MHA looks at the threads one after the other: a worker can get a transaction just after it was seen to be idle.
      ($before, $place) = ($place, MhaHelper::Compat::Applied::place(\%status));
      return %status if !defined $proof && $before eq $place;
      $pause = SECOND_LOOK_SECONDS unless defined $proof;
    }
    elsif ($status{Status} != 1 || ($status{Errstr} // '') !~ $NOT_YET) { return %status }
    else { $place = '' }
    my $stalled = $look->();
    return (%status, Status => 1, Errstr => $stalled) if $stalled;
    Time::HiRes::sleep($pause);
  }
}

sub position {
  my ($self, $file, $position) = @_;
  my $server = MhaHelper::Compat::ServerKind::of($self->{dbh});
  if ($server->mysql('5.7.5') && MhaHelper::Compat::Cuts::on('positions')) {
    my %status = $self->check_slave_status(1);
    return executed($self, $file, $position, \%status) if $status{Auto_Position};
  }
  my $function = $server->new_words ? 'SOURCE_POS_WAIT' : 'MASTER_POS_WAIT';
  my $sql = "SELECT $function(?, ?, " . SLICE_SECONDS . ')';
  return in_slices($self, sub { one($self, $sql, $file, $position) }, -1);
}

# With parallel workers MySQL tells whoever waits for a position each replica_checkpoint_period (300 ms) only what has
# been applied; of GTIDs it tells at once. What is to be applied is what it has received when it has read that far. The
# answer that has the position may have an older set, because the set is read first: the next one has it.
sub executed {
  my ($self, $file, $position, $status) = @_;
  my ($set, $next) = (undef, FIRST_PAUSE_SECONDS);
  return in_slices($self, sub {
    if (!defined $set) {
      my $has_read = has_read($status, $file, $position);
      if (!$has_read) {
        Time::HiRes::sleep($next);
        $next = 2 * $next if $next < LAST_PAUSE_SECONDS;
      }
      $status = { $self->check_slave_status(1) };
      $set = $status->{Retrieved_Gtid_Set} if $has_read;
      return 1 unless defined $set;
    }
    return one($self, 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ' . SLICE_SECONDS . ')', $set);
  }, 1);
}

# Whether it has read up to that position of its source's log. Another name is of another source.
sub has_read {
  my ($status, $file, $position) = @_;
  my ($base, $number) = MhaHelper::Compat::LogNames::parts($status->{Master_Log_File} // '');
  my ($wanted_base, $wanted) = MhaHelper::Compat::LogNames::parts($file);
  return 0 if $base ne $wanted_base || $number < $wanted;
  return $number > $wanted || ($status->{Read_Master_Log_Pos} // 0) >= $position;
}

sub one {
  my ($self, $sql, @values) = @_;
  my ($result) = $self->{dbh}->selectrow_array($sql, undef, @values);
  return $result;
}

# @return what the last slice said; NULL (the SQL thread has stopped) and errors are MHA's to judge.
sub in_slices {
  my ($self, $slice, $late) = @_;
  my $look = watch($self);
  while (1) {
    my $result = $slice->();
    return $result if !defined $result || $result != $late;
    my $stalled = $look->();
    next unless $stalled;
    MhaHelper::Compat::Say::error($stalled);
    return -1;
  }
}

# Seconds without any progress that are too many.
sub limit {
  my ($seconds) = ($ENV{MHA_HELPER_STALL_SECONDS} // '') =~ /^(\d+)$/;
  return $seconds || 60;
}

# @return a function that gives the reason as soon as waiting has become useless
sub watch {
  my ($self) = @_;
  my ($before, $since) = ('', time);
  return sub {
    my %status = $self->check_slave_status(1);
    return "replication cannot be looked at: $status{Errstr}" if defined $status{Errstr};
    return 'the SQL thread has stopped: ' . ($status{Last_Error} || 'no error is shown')
      if ($status{Slave_SQL_Running} // '') eq 'No';
    my $now = MhaHelper::Compat::Applied::place(\%status);
    my @states = applier_states($self->{dbh});
    my $works = grep { !/^Waiting|has read all relay log/i } @states;
    ($before, $since) = ($now, time) if $now ne $before || $works;
    return if time - $since < limit();
    return sprintf 'the replica has applied nothing for %d seconds (%s); its threads: %s', limit(), $now, join('; ',
      @states) || 'none';
  };
}

sub applier_states {
  my ($dbh) = @_;
  my $sth = $dbh->prepare('SHOW PROCESSLIST');
  $sth->execute();
  my @states;
  while (my $thread = $sth->fetchrow_hashref) {
    # MariaDB's purge threads are the system's too, and never rest.
    next if ($thread->{Command} // '') =~ /^(?:Daemon|Slave_IO)$/;
    next unless ($thread->{User} // '') eq 'system user' && defined $thread->{State} && length $thread->{State};
    push @states, $thread->{State}
      unless $thread->{State} =~ $RECEIVES;
  }
  return @states;
}

1;
