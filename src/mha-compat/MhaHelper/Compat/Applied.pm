package MhaHelper::Compat::Applied;

# Whether a replica has applied all that it has received. The states of its threads, which MHA looks at, do not prove
# it; the GTIDs do.
use strict;
use warnings;
use MhaHelper::Compat::ServerKind;

# @return 1 applied, 0 not yet, undef where nothing can prove it: replication by file and position
sub proof {
  my ($self) = @_;
  my %status = $self->check_slave_status(1);
  return 0 if $status{Status};
  return undef unless $status{Auto_Position};
  my $server = MhaHelper::Compat::ServerKind::of($self->{dbh});
  return reached(@status{qw(Executed_Gtid_Set Retrieved_Gtid_Set)}) if $server->mariadb;
  my ($within) = $self->{dbh}->selectrow_array('SELECT GTID_SUBSET(?, @@global.gtid_executed)', undef,
    $status{Retrieved_Gtid_Set} // '');
  return 1 if $within;
  # Before 5.7 a transaction that was received in part counts as received.
  return $server->mysql('5.7.0') ? 0 : undef;
}

# MariaDB: domain-server-number, the last one of each domain.
sub reached {
  my ($applied, $received) = @_;
  return 0 unless defined $applied && defined $received;
  my %applied = map { /^\s*(\d+)-\d+-(\d+)\s*$/ ? ($1 => $2) : () } split /,/, $applied;
  for my $gtid (split /,/, $received) {
    my ($domain, $number) = $gtid =~ /^\s*(\d+)-\d+-(\d+)\s*$/ or return 0;
    return 0 if ($applied{$domain} // -1) < $number;
  }
  return 1;
}

# MariaDB: of each domain the later one.
sub furthest {
  my %last;
  for my $gtid (map { split /,/ } grep { defined } @_) {
    my ($domain, $number) = $gtid =~ /^\s*(\d+)-\d+-(\d+)\s*$/ or next;
    @{ $last{$domain} }{qw(gtid number)} = ($gtid, $number) if !$last{$domain} || $last{$domain}{number} < $number;
  }
  return join ',', map { $last{$_}{gtid} } sort { $a <=> $b } keys %last;
}

# Where a replica is, as text that changes when it goes on.
sub place {
  my ($status) = @_;
  return join ' ', map { $_
    // '' } @$status{qw(Relay_Master_Log_File Exec_Master_Log_Pos Relay_Log_File Relay_Log_Pos Executed_Gtid_Set)};
}

1;
