package MhaHelper::Compat::ReplicaErrors;

# Why a replica does not replicate. MHA says that a thread does not run, and at a failover not even that: a replica that
# had long been broken looks like one that is late. With GTID it waits ten minutes for a thread that has stopped with an
# error.
use strict;
use warnings;
use Time::HiRes ();
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Wait;

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
  my $starts;
  $starts = MhaHelper::Compat::Install::replace('MHA::Server::wait_until_slave_starts', sub {
    my ($self, $type) = @_;
    my $why = why_not_started($self, $type) // return $starts->(@_);
    $self->{logger}->error($_) for @$why;
    return @$why ? 1 : 0;
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

# @return lines, none where it has started; nothing where replication cannot be looked at
sub why_not_started {
  my ($self, $type) = @_;
  my @wanted = map { "Slave_${_}_Running" } $type eq 'ALL' ? qw(IO SQL) : $type;
  my ($pause, $since, $before) = (0.02, time, '');
  while (1) {
    my %status = $self->{dbhelper}->check_slave_status(1);
    return if $status{Errstr};
    return [] unless grep { ($status{$_} // '') ne 'Yes' } @wanted;
    # What is shown at the first look may be of the thread's last life.
    my @errors = grep { ($status{Slave_IO_Running} // '') eq 'No' || ($status{Slave_SQL_Running} // '') eq 'No' }
      errors($self, $OF_CONNECTIONS);
    return \@errors if @errors && "@errors" eq $before;
    return [ sprintf 'mha-helper compat: %s: replication has not started within %d s: %s', $self->get_hostinfo(),
      MhaHelper::Compat::Wait::limit(), join ', ', map { "$_ is " . ($status{$_} // 'unknown') } @wanted ]
      if time - $since > MhaHelper::Compat::Wait::limit();
    $before = "@errors";
    Time::HiRes::sleep($pause);
    $pause = 2 * $pause if $pause < 0.5;
  }
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
