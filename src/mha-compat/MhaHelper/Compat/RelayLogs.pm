package MhaHelper::Compat::RelayLogs;

# MariaDB with GTID deletes the relay logs when replication starts and both threads were stopped; it fetches their
# events again from the master. While the master is dead, events that only this replica had received would be gone.
use strict;
use warnings;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;

sub install {
  my $start;
  # A failover starts SQL threads that it finds stopped; nothing else of MHA's does.
  $start = MhaHelper::Compat::Install::replace('MHA::DBHelper::start_sql_thread', sub {
    my ($self) = @_;
    my $lost = would_be_lost($self);
    # MHA does not look at what we return.
    die "mha-helper compat: START SLAVE SQL_THREAD would delete relay logs that are not applied: $lost. "
      . "Once the old master is up, START SLAVE fetches them again; without it, save them from the relay logs first\n"
    if $lost;
    return $start->($self);
  });
  return;
}

# @return where the replica is, if starting it would lose events that it has received
sub would_be_lost {
  my ($self) = @_;
  return unless MhaHelper::Compat::ServerKind::of($self->{dbh})->mariadb;
  my %status = $self->check_slave_status(1);
  return unless $status{Status} == 0 && $status{Auto_Position};
  return if grep { ($status{$_} // '') ne 'No' } qw(Slave_IO_Running Slave_SQL_Running);
  my $read    = join ':', map { $_ // '' } @status{qw(Master_Log_File Read_Master_Log_Pos)};
  my $applied = join ':', map { $_ // '' } @status{qw(Relay_Master_Log_File Exec_Master_Log_Pos)};
  my ($gtid_read, $gtid_applied) = map { $_ // '' } @status{qw(Retrieved_Gtid_Set Executed_Gtid_Set)};
  # After a restart of the server it no longer says what it had received.
  return if length $gtid_read ? MhaHelper::Compat::Applied::reached($gtid_applied, $gtid_read) : $read eq $applied;
  $_ = length $_ ? $_ : 'nothing' for $gtid_read, $gtid_applied;
  return "received up to $gtid_read ($read), applied up to $gtid_applied ($applied)";
}

1;
