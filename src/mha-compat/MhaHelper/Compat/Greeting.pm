package MhaHelper::Compat::Greeting;

# Whenever MHA 0.58 looks who is there, twice before it opens a new master, it starts a process for each server, so that
# one that does not answer holds none of the others up. A server that sends its greeting at once needs none: MHA logs in
# to it right after that all the same, and one that fails then counts as dead as ever. All others have their process.
use strict;
use warnings;
use POSIX ();
use Socket ();
use Time::HiRes ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;

# All of them together. A server that is only busy is none the worse for being asked the other way.
use constant GREETS_SECONDS => 0.2;
# What a server sends first: four bytes before it, then the number of the protocol. A refusal has another there.
use constant { GREETING_BYTES => 5, PROTOCOL => 10 };

# By the server's id: `there`, or `dead` where MHA says so itself. Only while MHA looks who is there.
our $known;

sub install {
  return unless $INC{'Parallel/ForkManager.pm'} && MhaHelper::Compat::Cuts::on('forks');
  my ($connect, $start);
  $connect = MhaHelper::Compat::Install::replace('MHA::ServerManager::connect_all_and_read_server_status', sub {
    my ($manager, @dead) = @_;
    my ($dead, @others) = (undef, $manager->get_servers());
    if (3 == grep { $_ } @dead) {
      ($dead) = grep { $_->server_equals(@dead) } @others;
      @others = grep { !$_->server_equals(@dead) } @others;
    }
    local $known = { map { $_ => 'there' } greeting(@others) };
    $known->{ $dead->{id} } = 'dead' if $dead;
    return $connect->(@_);
  });
  $start = MhaHelper::Compat::Install::replace('Parallel::ForkManager::start', sub {
    my (undef, $server) = @_;
    my $is = $known && ref $server ? delete $known->{ $server->{id} } : undef;
    return $start->(@_) unless $is;
    $server->{dead} = 1 if $is eq 'dead';
    # As in the process that has started another.
    return 1;
  });
  return;
}

# @return ids of those that greet. What a server counts of connections without a login, MHA's login takes back.
sub greeting {
  my (@servers) = @_;
  my (%waiting, @there);
  for my $server (@servers) {
    my $socket = begin($server);
    $waiting{ $server->{id} } = $socket if $socket;
  }
  my $until = now() + GREETS_SECONDS;
  while (%waiting && (my $left = $until - now()) > 0) {
    my $bits = '';
    vec($bits, fileno $_, 1) = 1 for values %waiting;
    next if select($bits, undef, undef, $left) <= 0;
    for my $id (grep { vec $bits, fileno $waiting{$_}, 1 } keys %waiting) {
      my $said = '';
      my $got = sysread delete $waiting{$id}, $said, GREETING_BYTES;
      push @there, $id if ($got // 0) == GREETING_BYTES && ord(substr $said, -1) == PROTOCOL;
    }
  }
  return @there;
}

# Begins to connect. Nothing where it cannot: its process says why.
sub begin {
  my ($server) = @_;
  my %how = (flags => Socket::AI_NUMERICHOST(), socktype => Socket::SOCK_STREAM());
  my ($error, $place) = Socket::getaddrinfo($server->{ip} // '', $server->{port} // '', \%how);
  return if $error || !$place;
  socket my $socket, $place->{family}, Socket::SOCK_STREAM(), 0 or return;
  fcntl $socket, POSIX::F_SETFL(), fcntl($socket, POSIX::F_GETFL(), 0) | POSIX::O_NONBLOCK() or return;
  return $socket if connect $socket, $place->{addr} or $!{EINPROGRESS};
  return;
}

sub now { return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) }

1;
