package MhaHelper::Compat::KeepAlive;

# A host that loses its power ends no connection, and MHA would wait ten minutes for the answer to a statement. The
# kernel asks the other host while nothing is heard, however long a statement takes there: one that lives answers.
use strict;
use warnings;
use Errno ();
use Socket qw(SOL_SOCKET SO_KEEPALIVE IPPROTO_TCP TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT MSG_PEEK MSG_DONTWAIT);

# Linux; the module Socket of older Perls does not have it.
use constant TCP_USER_TIMEOUT => 18;

# A network that is away for a moment must not end a switch half-way.
use constant { IDLE_SECONDS => 10, PAUSE_SECONDS => 5, QUESTIONS => 4 };

# @param questions how many without an answer are the end
sub watch {
  my ($dbh, $questions) = @_;
  $questions //= QUESTIONS;
  my $socket = socket_of($dbh) or return;
  setsockopt $socket, SOL_SOCKET,  SO_KEEPALIVE,     1;
  setsockopt $socket, IPPROTO_TCP, TCP_KEEPIDLE,     IDLE_SECONDS;
  setsockopt $socket, IPPROTO_TCP, TCP_KEEPINTVL,    PAUSE_SECONDS;
  setsockopt $socket, IPPROTO_TCP, TCP_KEEPCNT,      $questions;
  setsockopt $socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * (IDLE_SECONDS + PAUSE_SECONDS * $questions);
  return;
}

# Whether the other side has ended the connection, or may be found to have by whoever uses it. A server may say more
# than it was asked (TLS tickets), which is no end.
sub has_ended {
  my ($socket) = @_;
  my $byte = '';
  my $got = recv $socket, $byte, 1, MSG_PEEK | MSG_DONTWAIT;
  return 0 if !defined $got && ($!{EAGAIN} || $!{EWOULDBLOCK});
  return !defined $got || length $byte == 0;
}

# A copy of the descriptor: the connection's own stays open when this one is closed. Nothing for a connection that is
# none of the network's.
sub socket_of {
  my ($dbh) = @_;
  my $descriptor = $dbh->{sockfd};
  return unless defined $descriptor && $descriptor >= 0;
  open my $socket, '+<&', $descriptor or return;
  my $name = getsockname $socket;
  my $family = defined $name ? Socket::sockaddr_family($name) : -1;
  return $family == Socket::AF_INET || $family == Socket::AF_INET6 ? $socket : undef;
}

1;
