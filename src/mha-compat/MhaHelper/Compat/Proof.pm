package MhaHelper::Compat::Proof;

# After a ping that failed MHA pings three more times, an interval between. With `detection = proof` these come at once
# when the death is proved: the kernel of the master's address refuses its port three times, and its host says over SSH
# that no server process is there and that nothing will start one. Only what has seen the living server can see its
# death: a look beforehand says whether it would. Whatever is not clear leaves the pings as they are, and
# secondary_check_script is asked as ever.
use strict;
use warnings;
use Errno qw(ECONNREFUSED EINPROGRESS);
use POSIX ();
use Socket qw(SOCK_STREAM SOL_SOCKET SO_ERROR AI_NUMERICHOST getaddrinfo);
use Time::HiRes ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::HostLook;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::MonitorLock;
use MhaHelper::Compat::OneLogin;
use MhaHelper::Compat::Program;
use MhaHelper::Compat::Say;

use constant { REFUSALS => 3, PAUSE_SECONDS => 0.04, CONNECT_SECONDS => 0.3 };
# Of MHA's four failed pings one has been made.
use constant PINGS_LEFT => 3;
# Between two looks at a living server that did not tell.
use constant AGAIN_SECONDS => 60;

# The monitor's process, and what it knows: {living, known, death, refused, last, left, told}
my ($process, %now);

sub install {
  return unless MhaHelper::Compat::Cuts::on('proof');
  my ($watch, $status, $failing, $sleep);
  $watch = MhaHelper::Compat::Install::replace('MHA::HealthCheck::wait_until_unreachable', sub {
    ($process, %now) = ($$);
    my @ended = $watch->(@_);
    forget();
    return @ended;
  });
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    answered($self) if own();
    return $status->(@_);
  });
  $failing = MhaHelper::Compat::Install::replace('MHA::HealthCheck::handle_failing', sub {
    my ($self) = @_;
    begin($self) if own() && !$now{death};
    return $failing->(@_);
  });
  $sleep = MhaHelper::Compat::Install::replace('MHA::HealthCheck::sleep_until', sub {
    my ($self, $start, $interval) = @_;
    return $sleep->(@_) unless own() && $now{death};
    my $began = $start || $self->{_tstart};
    my $until = $began->[0] + $began->[1] / 1e6 + ($interval // $self->{interval});
    return if proved($self, $until);
    return $sleep->(@_);
  });
  return;
}

# Its children ping, and sleep too.
sub own { return defined $process && $process == $$ }

# Whether the death of the server that is watched would be proved.
sub expected { return own() && $now{known} && !$now{known}{without} }

sub forget {
  MhaHelper::Compat::HostLook::end($now{$_}) for qw(living death);
  ($process, %now) = ();
  return;
}

# A ping has succeeded. After one that had failed it may be another server process.
sub answered {
  my ($self) = @_;
  if ($now{death}) {
    MhaHelper::Compat::HostLook::end($now{death});
    delete @now{qw(death living known)};
  }
  return if $now{known} || ($now{again} // 0) > time;
  return $now{living} = look_at_living($self) unless $now{living};
  known($self) if MhaHelper::Compat::HostLook::ended($now{living});
  return;
}

sub look_at_living {
  my ($self) = @_;
  my $host = $self->{hostname};
  return MhaHelper::Compat::HostLook::start($self, { mode => 'living', port => port($self) }, sub {
    my $detection = MhaHelper::Compat::Program::option($host, 'detection') // 'unknown';
    syswrite STDOUT, "detection $detection\n";
    return $detection eq 'proof';
  });
}

sub known {
  my ($self) = @_;
  my $said = delete($now{living})->{said};
  my ($detection) = $said =~ /^detection (\w+)$/m;
  # Nobody has asked for it.
  return $now{known} = { without => 1 } if ($detection // '') eq 'pings';
  if (($detection // '') ne 'proof') {
    $now{again} = time + AGAIN_SECONDS;
    return;
  }
  my $session = MhaHelper::Compat::MonitorLock::session($self);
  my ($server) = $session ? MhaHelper::Compat::MonitorLock::answer($session, 'SELECT @@hostname') : ();
  my ($known, $why) = MhaHelper::Compat::HostLook::living($said, $server);
  $now{known} = $known;
  $now{again} = time + AGAIN_SECONDS unless $known;
  MhaHelper::Compat::OneLogin::keep($self) if $known;
  my $text = $known ? "detection = proof: the death of the server on $self->{hostname} would be seen"
    : "detection = proof: only pings decide about $self->{hostname}, because its death could not be proved: $why";
  MhaHelper::Compat::Say::say_as($known ? 'info' : 'warning', $text) if $text ne ($now{told} // '');
  $now{told} = $text;
  return;
}

sub begin {
  my ($self) = @_;
  my $known = $now{known};
  $now{death} = $known && !$known->{without} && MhaHelper::Compat::HostLook::start($self, { mode => 'death',
    port => port($self), unit => $known->{unit}, most => MhaHelper::Compat::HostLook::LOOKS }) || { over => 1 };
  @now{qw(refused last left)} = (0, 0, PINGS_LEFT);
  return;
}

# @return true as soon as the death is proved, false where it cannot be before the time
sub proved {
  my ($self, $until) = @_;
  my $death = $now{death};
  while (!$death->{over}) {
    if (!$death->{proved}) {
      my $verdict = verdict($self) // '';
      if ($verdict eq 'dead') {
        $death->{proved} = 1;
        MhaHelper::Compat::Say::say_as('info', "the server on $self->{hostname} is dead for certain: its port was "
          . 'refused ' . REFUSALS . ' times, and its host says that it is gone; MHA pings it at once');
      }
      elsif ($verdict ne '') {
        $death->{over} = 1;
        MhaHelper::Compat::Say::say_as('info', "the death of the server on $self->{hostname} is not proved: $verdict");
      }
    }
    if ($death->{proved}) {
      $death->{over} = 1 if --$now{left} <= 0;
      return 1;
    }
    my $left = $until - Time::HiRes::time();
    return 0 if $left <= 0 || $death->{over};
    my $bits = '';
    vec($bits, fileno $death->{output}, 1) = 1 if $death->{output};
    select $bits, undef, undef, $left < PAUSE_SECONDS ? $left : PAUSE_SECONDS;
  }
  return 0;
}

# @return dead, or why not; nothing: not yet
sub verdict {
  my ($self) = @_;
  my $now = Time::HiRes::time();
  if ($now{refused} < REFUSALS && $now - $now{last} >= PAUSE_SECONDS) {
    $now{last} = $now;
    $now{refused} = refused($self->{ip}, $self->{port}) ? $now{refused} + 1 : 0;
  }
  return unless MhaHelper::Compat::HostLook::ended($now{death});
  my $said = $now{death}{said};
  return "its host says: $1" if $said =~ /^(?:alive|unclear) (.*)$/m;
  return 'its host has not told: ' . MhaHelper::Compat::HostLook::last_line($said) unless $said =~ /^dead$/m;
  return $now{refused} >= REFUSALS ? 'dead' : undef;
}

# Whether the kernel there says that nobody listens: silence, and whatever else, is none.
sub refused {
  my ($ip, $port) = @_;
  my ($error, $end) = getaddrinfo($ip, $port, { socktype => SOCK_STREAM, flags => AI_NUMERICHOST });
  return 0 if $error;
  socket my $socket, $end->{family}, SOCK_STREAM, 0 or return 0;
  fcntl $socket, POSIX::F_SETFL(), fcntl($socket, POSIX::F_GETFL(), 0) | POSIX::O_NONBLOCK();
  return 0 if connect $socket, $end->{addr};
  return $! == ECONNREFUSED if $! != EINPROGRESS;
  my $bits = '';
  vec($bits, fileno $socket, 1) = 1;
  return 0 unless select(undef, $bits, undef, CONNECT_SECONDS) > 0;
  return unpack('i', getsockopt $socket, SOL_SOCKET, SO_ERROR) == ECONNREFUSED;
}

# As /proc/net/tcp has it.
sub port { return sprintf '%04X', $_[0]{port} }

1;
