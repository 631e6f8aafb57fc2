package MhaHelper::Compat::Answer;

# The server's answers in the words that MHA reads: column names, thread states, values.
use strict;
use warnings;
use MhaHelper::Compat::Source;

use constant NO_GTID => 'none';

# What is kept of an answer is decided by the statement as MHA wrote it.
sub for_mha {
  my ($dbh, $server, $sql, $row) = @_;
  return replica($dbh, $server, $row) if $sql =~ /^SHOW SLAVE STATUS$/i;
  return thread($row) if $sql =~ /^SHOW PROCESSLIST$/i;
  return binary_log($dbh, $server, $row) if $sql =~ /^SHOW MASTER STATUS$/i;
  return read_only($row) if $sql =~ /^SELECT\s+\@\@global\.read_only\s+AS\s+Value$/i;
  return $row;
}

sub replica {
  my ($dbh, $server, $row) = @_;
  my %status = %$row;
  for my $column (keys %$row) {
    my $name = $column;
    $name =~ s/^Replica_/Slave_/;
    $name =~ s/^Source_|(?<=_)Source_/Master_/;
    $name =~ s/^Seconds_Behind_Source$/Seconds_Behind_Master/;
    $status{$name} = $row->{$column} unless exists $status{$name};
  }
  $status{Slave_IO_State} = old_words($status{Slave_IO_State});
  if ($server->mariadb && exists $status{Using_Gtid}) {
    my $gtid = ($status{Using_Gtid} // 'No') ne 'No';
    $status{Auto_Position} = $gtid ? 1 : 0;
    if ($gtid) {
      $status{Retrieved_Gtid_Set} = $status{Gtid_IO_Pos};
      $status{Executed_Gtid_Set}  = value($dbh, lc $status{Using_Gtid} eq 'current_pos' ? '@@global.gtid_current_pos'
        : '@@global.gtid_slave_pos');
    }
  }
  MhaHelper::Compat::Source::remember($dbh, \%status);
  return \%status;
}

sub thread {
  my ($row) = @_;
  return { %$row, State => old_words($row->{State}) };
}

# MySQL 8.0.26 and later say replica and source; MariaDB's parallel workers have a text of their own.
sub old_words {
  my ($state) = @_;
  return $state unless defined $state;
  $state =~ s/^Replica has read all relay log/Slave has read all relay log/;
  $state =~ s/^Waiting for source to send event/Waiting for master to send event/;
  $state =~ s/^Waiting for work from SQL thread/Waiting for an event from Coordinator/;
  return $state;
}

sub binary_log {
  my ($dbh, $server, $row) = @_;
  my $set = $server->mariadb ? value($dbh, '@@global.gtid_binlog_pos') : $row->{Executed_Gtid_Set};
  # MHA takes an empty set for a failure; a server that nothing was ever written to has one.
  # One that could not be read is a failure.
  return { %$row, Executed_Gtid_Set => defined $set && $set eq '' ? NO_GTID : $set };
}

# MariaDB 12 has OFF, ON and two that are stricter than ON.
sub read_only {
  my ($row) = @_;
  my $value = $row->{Value};
  return $row if !defined $value || $value =~ /^[01]$/;
  return { %$row, Value => $value eq 'OFF' ? 0 : 1 };
}

sub value {
  my ($dbh, $expression) = @_;
  my ($value) = $dbh->selectrow_array("SELECT $expression");
  return $value;
}

1;
