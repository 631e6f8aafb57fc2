package MhaHelper::Compat::MonitorLock;

# The lock on the master that keeps a second manager away. MHA has it in the session it pings with: with ping_type =
# CONNECT only while it pings, and otherwise until that session ends, because MHA takes no lock when it connects again
# after an error. Here a session of its own has it, and each good ping looks whether it still does: a lock that is lost
# is taken again, and where somebody else has it the manager ends.
use strict;
use warnings;
use DBI;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Say;
use MhaHelper::Compat::StaleLock;

use constant NAME => 'MHA_Master_High_Availability_Monitor';
use constant { HELD => 0, OF_ANOTHER => 1, NOT_KNOWN => 2 };

# The monitor whose connection is being made.
our $monitor;
my ($keeper, $place, $process);
# The session that had the lock before: the server may take a while to see that it is gone.
my ($former, $former_until) = (0, 0);

sub install {
  my ($connect, $lock, $status);
  $connect = MhaHelper::Compat::Install::replace('MHA::HealthCheck::connect', sub {
    local $monitor = $_[0];
    return $connect->(@_);
  });
  $lock = MhaHelper::Compat::Install::replace('MHA::SlaveUtil::get_monitor_advisory_lock', sub {
    my (undef, $seconds) = @_;
    return $lock->(@_) unless $monitor;
    # A child that pings: its parent has the lock.
    return HELD if defined $process && $process != $$;
    my $found = take($monitor, $seconds);
    return $found == NOT_KNOWN ? $lock->(@_) : $found;
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    if (take($self, 0) == OF_ANOTHER) {
      $self->{_already_monitored} = 1;
      die "the monitor's lock on the master is somebody else's now\n";
    }
    return $status->(@_);
  });
  return;
}

# @param seconds how long to wait for another to let it go
sub take {
  my ($self, $seconds) = @_;
  my $until = time + $seconds;
  while (1) {
    my $session = session($self) or return NOT_KNOWN;
    my @holder = answer($session, 'SELECT IS_USED_LOCK(?)', NAME);
    return HELD if @holder && is_own($self, $session, $holder[0]);
    my @got = @holder ? answer($session, 'SELECT GET_LOCK(?, ?)', NAME, $seconds > 0 ? 1 : 0) : ();
    return give_up($self) unless @got;
    return taken($session) if $got[0];
    next if time < $until;
    return NOT_KNOWN if defined $holder[0] && $holder[0] == $former && time < $former_until;
    return OF_ANOTHER unless MhaHelper::Compat::StaleLock::free($session, NAME);
  }
}

# Where no session of its own was to be had, MHA's has it.
sub is_own {
  my ($self, $session, $holder) = @_;
  return defined $holder && grep { $_ && $_->{mysql_thread_id} == $holder } $session, $self->{dbh};
}

sub taken {
  my ($session) = @_;
  MhaHelper::Compat::Say::warning('the lock on the master that keeps a second manager away was lost with its session; '
    . 'it has been taken again') if $former;
  $former = $session->{mysql_thread_id};
  return HELD;
}

sub session {
  my ($self) = @_;
  my $there = "$self->{ip} $self->{port}";
  return $keeper if $keeper && $place eq $there;
  $keeper->disconnect if $keeper;
  $former = 0 if ($place // '') ne $there;
  ($place, $process) = ($there, $$);
  my $host = $self->{ip} =~ /:/ ? "[$self->{ip}]" : $self->{ip};
  my ($interval, $kept) = ($self->{interval}, kept_seconds($self));
  $keeper = DBI->connect("DBI:mysql:;host=$host;port=$self->{port};mysql_connect_timeout=$interval;mysql_read_timeout="
    . ($interval + 2), $self->{user}, $self->{password}, { PrintError => 0, RaiseError => 0 }) or return;
  # Its end is not that of a child. A manager host that dies must not keep the lock.
  $keeper->{InactiveDestroy} = 1;
  $keeper->do("SET SESSION wait_timeout=$kept");
  return $keeper;
}

# @return the first column in a list; an empty one when the server does not answer
sub answer {
  my ($session, $sql, @values) = @_;
  my $row = $session->selectrow_arrayref($sql, undef, @values);
  return $row ? $row->[0] : ();
}

# How long the server keeps a session that says nothing.
sub kept_seconds { return 3 * $_[0]{interval} }

# The session is broken: the next look makes another.
sub give_up {
  my ($self) = @_;
  $keeper->disconnect;
  undef $keeper;
  $former_until = time + kept_seconds($self);
  return NOT_KNOWN;
}

1;
