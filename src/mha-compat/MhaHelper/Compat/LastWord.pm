package MhaHelper::Compat::LastWord;

# A master that nobody hears may hear us: its answers are lost or late, or its process is stopped and goes on later.
# Before another server is opened it is told to take no more writes, over a session from when all was well, because a
# new one cannot be made. Nobody waits for its answer, and nothing is concluded from it.
use strict;
use warnings;
use DBI;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;
use MhaHelper::Compat::Say;
use MhaHelper::Compat::ServerKind;

# A server ends a session that says nothing for so long; after a lost manager host it is the last that is left of it.
use constant { KEPT_SECONDS => 3600, SPEAKS_EVERY_SECONDS => 600, TRIES_EVERY_SECONDS => 10 };
# Unanswered questions of the kernel: ten minutes. What was said then arrives when the cable is in again.
use constant QUESTIONS => 118;

my ($session, $place);
my ($spoke, $tried) = (0, 0);

sub install {
  my ($status, $shutdown);
  if ($INC{'MHA/HealthCheck.pm'}) {
    $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
      my ($self) = @_;
      keep($self);
      return $status->(@_);
    });
  }
  return unless $INC{'MHA/MasterFailover.pm'};
  $shutdown = MhaHelper::Compat::Install::replace('MHA::MasterFailover::force_shutdown', sub {
    my ($master) = @_;
    # The hooks refuse by an exception, and then the master goes on.
    $shutdown->(@_);
    speak($master);
    return;
  });
  return;
}

# After a good ping: the session is there, and the server's.
sub keep {
  my ($monitor) = @_;
  my $there = "$monitor->{ip} $monitor->{port}";
  forget() if $session && ($place ne $there || is_broken());
  return if $session || time - $tried < TRIES_EVERY_SECONDS;
  ($place, $spoke, $tried) = ($there, time, time);
  my $host = $monitor->{ip} =~ /:/ ? "[$monitor->{ip}]" : $monitor->{ip};
  my $seconds = $monitor->{interval};
  $session = DBI->connect("DBI:mysql:;host=$host;port=$monitor->{port};mysql_connect_timeout=$seconds;"
    . 'mysql_read_timeout=' . ($seconds + 2), $monitor->{user}, $monitor->{password},
    { PrintError => 0, RaiseError => 0 }) or return;
  MhaHelper::Compat::KeepAlive::watch($session, QUESTIONS);
  # Its end is not that of a child.
  $session->{InactiveDestroy} = 1;
  forget() unless $session->do('SET SESSION wait_timeout=' . KEPT_SECONDS);
  return;
}

sub is_broken {
  my $socket = MhaHelper::Compat::KeepAlive::socket_of($session) or return 1;
  return 1 if MhaHelper::Compat::KeepAlive::has_ended($socket);
  return 0 if time - $spoke < SPEAKS_EVERY_SECONDS;
  $spoke = time;
  return !$session->do('DO 0');
}

sub forget {
  $session->disconnect if $session;
  undef $session;
  return;
}

sub speak {
  my ($master) = @_;
  return unless $session && $place eq "$master->{ip} $master->{port}";
  my $socket = MhaHelper::Compat::KeepAlive::socket_of($session);
  # The usual case: the server is dead, and its end was seen.
  return forget() if !$socket || MhaHelper::Compat::KeepAlive::has_ended($socket);
  my $variable = MhaHelper::Compat::ServerKind::of($session)->mysql('5.7.8') ? 'super_read_only' : 'read_only';
  local $SIG{PIPE} = 'IGNORE';
  return forget() unless $session->do("SET GLOBAL $variable=1", { async => 1 });
  MhaHelper::Compat::Say::warning($master->get_hostinfo() . ' has been told to take no more writes, over a session '
    . 'from before; nobody knows whether it has heard that');
  return;
}

1;
