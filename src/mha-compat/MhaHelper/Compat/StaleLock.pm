package MhaHelper::Compat::StaleLock;

# MHA's advisory locks outlive a manager host that loses its power: its sessions go on for as long as wait_timeout, and
# nobody can fail over. Such a session is ended where it is proved that nobody lives behind it, and named elsewhere.
use strict;
use warnings;
use Socket ();
use Time::HiRes ();
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;
use MhaHelper::Compat::Say;

use constant { GONE_SECONDS => 2, PAUSE_SECONDS => 0.02, NOT_FREE => 1 };

sub install {
  my $get;
  $get = MhaHelper::Compat::Install::replace('MHA::SlaveUtil::get_advisory_lock_internal', sub {
    my ($dbh, $timeout, $sql) = @_;
    my $result = $get->($dbh, $timeout, $sql);
    return $result if $result != NOT_FREE;
    my ($lock) = $sql =~ /GET_LOCK\('(\w+)'/ or return $result;
    return free($dbh, $lock) ? $get->($dbh, $timeout, $sql) : $result;
  });
  return;
}

# @return true when its holder was ended
sub free {
  my ($dbh, $lock) = @_;
  my $holder = holder($dbh, $lock) or return;
  my $session = session($dbh, $holder) or return;
  my $who = sprintf q{session %d of %s from %s, for %d s in %s}, $holder, @$session{qw(User Host Time Command)};
  if (!is_abandoned($dbh, $session->{Host})) {
    MhaHelper::Compat::Say::error("the lock $lock is held by $who");
    return;
  }
  MhaHelper::Compat::Say::error("the lock $lock was held by $who: no process of this host has that connection any "
    . 'more, so the session is ended');
  $dbh->do("KILL $holder");
  my $until = Time::HiRes::time() + GONE_SECONDS;
  while ((holder($dbh, $lock) // 0) == $holder) {
    return if Time::HiRes::time() > $until;
    Time::HiRes::sleep(PAUSE_SECONDS);
  }
  return 1;
}

sub holder {
  my ($dbh, $lock) = @_;
  my ($id) = $dbh->selectrow_array('SELECT IS_USED_LOCK(?)', undef, $lock);
  return defined $id && $id =~ /^[0-9]+$/ ? $id : undef;
}

sub session {
  my ($dbh, $id) = @_;
  my $sth = $dbh->prepare('SHOW PROCESSLIST');
  $sth->execute() or return;
  while (my $row = $sth->fetchrow_hashref) {
    return { map { $_ => $row->{$_} // '' } qw(User Host Command Time) } if $row->{Id} == $id;
  }
  return;
}

# Whether a session came from this very host, from a port that no connection of this host has any more. The server must
# see the ports of this host as they are here: behind a translation of addresses they say nothing.
sub is_abandoned {
  my ($dbh, $client) = @_;
  my ($host, $port) = $client =~ /^(.+):([0-9]+)$/ or return;
  my ($id) = $dbh->selectrow_array('SELECT CONNECTION_ID()');
  my $own = session($dbh, $id // 0) or return;
  my ($own_host, $own_port) = $own->{Host} =~ /^(.+):([0-9]+)$/ or return;
  my $socket = MhaHelper::Compat::KeepAlive::socket_of($dbh) or return;
  my $here = local_port($socket);
  return unless lc $own_host eq lc $host && $here == $own_port;
  my $open = open_ports() or return;
  return $open->{$here} && !$open->{$port};
}

sub local_port {
  my ($socket) = @_;
  my $name = getsockname $socket;
  my ($port) = Socket::sockaddr_family($name) == Socket::AF_INET6
    ? Socket::unpack_sockaddr_in6($name) : Socket::unpack_sockaddr_in($name);
  return $port;
}

# Local ports of all of this host's TCP connections; nothing where they cannot be read.
sub open_ports {
  my %open;
  for my $file ('/proc/net/tcp', '/proc/net/tcp6') {
    next if $file =~ /6$/ && !-e $file;
    open my $table, '<', $file or return;
    while (my $line = <$table>) {
      $open{ hex $1 } = 1 if $line =~ /^\s*[0-9]+:\s+[0-9A-F]+:([0-9A-F]{4})\s/;
    }
  }
  return \%open;
}

1;
