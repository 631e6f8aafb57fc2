package MhaHelper::Compat::LastWord;

# A master that nobody hears may hear us: its answers are lost or late, or its process is stopped and goes on later.
# Before another server is opened it is told to take no more writes, over a session from when all was well, because a
# new one cannot be made. Nobody waits for its answer, and nothing is concluded from it.
#
# Only the hook `start` knows that it will open another server: it may still refuse, and then the master must go on. So
# the hook asks for it, at a socket whose path is in its environment, and a child of MHA's speaks while MHA waits.
use strict;
use warnings;
use DBI;
use File::Temp ();
use IO::Socket::UNIX ();
use POSIX ();
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;
use MhaHelper::Compat::ServerKind;

# A server ends a session that says nothing for so long; after a lost manager host it is the last that is left of it.
use constant { KEPT_SECONDS => 3600, SPEAKS_EVERY_SECONDS => 600, TRIES_EVERY_SECONDS => 10 };
# Unanswered questions of the kernel: ten minutes. What was said then arrives when the cable is in again.
use constant QUESTIONS => 118;

my ($session, $place);
my ($spoke, $tried) = (0, 0);

sub install {
  my ($connect, $status, $execute);
  $connect = MhaHelper::Compat::Install::replace('MHA::HealthCheck::connect', sub {
    my ($self, $seconds) = @_;
    my @result = $connect->(@_);
    # The monitor's own; its children, which name a limit, connect for one ping.
    keep($self) unless $result[0] || defined $seconds;
    return wantarray ? @result : $result[0];
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    keep($self);
    return $status->(@_);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command) = @_;
    return $execute->(@_) unless is_start($command);
    # Removed at the end of this scope.
    my $directory = File::Temp->newdir() or return $execute->(@_);
    my $speaker = speaker("$directory/word") or return $execute->(@_);
    local $ENV{MHA_HELPER_LAST_WORD} = "$directory/word";
    my @result = $execute->(@_);
    kill 'KILL', $speaker;
    waitpid $speaker, 0;
    return @result;
  });
  return;
}

# Whether a program is the hook that opens the new master in place of the one that the session is on.
sub is_start {
  my ($command) = @_;
  return unless $session && $command =~ / --command=start /;
  my ($ip) = $command =~ / --orig_master_ip=(\S+)/;
  my ($port) = $command =~ / --orig_master_port=(\S+)/;
  return defined $ip && defined $port && $place eq "$ip $port";
}

# After MHA has connected, and after a good ping: the session is there, and the server's.
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

# @return the pid of the child that waits for the hook's word
sub speaker {
  my ($path) = @_;
  my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 1) or return;
  my $parent = $$;
  my $child = fork;
  return $child if $child || !defined $child;
  eval {
    my $bits = '';
    vec($bits, fileno $listener, 1) = 1;
    # MHA that is killed must not leave it here.
    until (select(my $ready = $bits, undef, undef, 1) > 0) { POSIX::_exit(0) if getppid != $parent }
    my $hook = $listener->accept;
    my $word = <$hook>;
    print {$hook} "said\n" if defined $word && $word eq "now\n" && speak();
    $hook->flush;
  };
  POSIX::_exit(0);
}

# @return true when it is on its way
sub speak {
  my $socket = MhaHelper::Compat::KeepAlive::socket_of($session);
  return 0 if !$socket || MhaHelper::Compat::KeepAlive::has_ended($socket);
  my $variable = MhaHelper::Compat::ServerKind::of($session)->mysql('5.7.8') ? 'super_read_only' : 'read_only';
  # This child goes on with it, and its parent uses it no more.
  $session->{private_mha_helper_again} = undef;
  local $SIG{PIPE} = 'IGNORE';
  return $session->do("SET GLOBAL $variable=1", { async => 1 }) ? 1 : 0;
}

1;
