package MhaHelper::Compat::ReplicaErrors;

# Why a replica does not replicate. MHA says that a thread does not run, and at a failover not even that: a replica that
# had long been broken looks like one that is late.
use strict;
use warnings;
use MhaHelper::Compat::Install;

my @ERRORS = ([ IO => qw(Last_IO_Errno Last_IO_Error) ], [ SQL => qw(Last_SQL_Errno Last_SQL_Error) ]);
# Of the client library: connections that do not come about or break, as is to be expected when the master is dead.
my $OF_CONNECTIONS = qr/^2\d\d\d\z/;

sub install {
  my ($problem, $status);
  $problem = MhaHelper::Compat::Install::replace('MHA::Server::has_replication_problem', sub {
    my ($self) = @_;
    my $found = $problem->(@_);
    $self->{logger}->error($_) for $found ? errors($self) : ();
    return $found;
  });
  return unless $INC{'MHA/ServerManager.pm'};
  $status = MhaHelper::Compat::Install::replace('MHA::ServerManager::read_slave_status', sub {
    my ($self) = @_;
    my @read = $status->(@_);
    $self->{logger}->warning($_) for map { errors($_, $OF_CONNECTIONS) } $self->get_alive_slaves();
    return @read;
  });
  return;
}

# @param but numbers that do not count
sub errors {
  my ($replica, $but) = @_;
  my $sth = $replica->{dbh}->prepare('SHOW SLAVE STATUS');
  $sth->execute();
  my $row = $sth->fetchrow_hashref() || {};
  $sth->finish();
  return map {
    my ($thread, $number, $text) = ($_->[0], $row->{ $_->[1] } || 0, $row->{ $_->[2] } // '');
    $number && !($but && $number =~ $but)
      ? 'mha-helper compat: ' . $replica->get_hostinfo() . ": the $thread thread has stopped with error $number: $text"
      : ();
  } @ERRORS;
}

1;
