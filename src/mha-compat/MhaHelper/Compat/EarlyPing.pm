package MhaHelper::Compat::EarlyPing;

# Between two pings MHA sleeps. A server that is killed ends the connection of the ping at once, so the next ping comes
# then; it is that ping which says what is so.
use strict;
use warnings;
use Time::HiRes ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;

sub install {
  return unless MhaHelper::Compat::Cuts::on('ping');
  my $sleep;
  $sleep = MhaHelper::Compat::Install::replace('MHA::HealthCheck::sleep_until', sub {
    my ($self, $start, $interval) = @_;
    my $dbh = $self->{_need_reconnect} ? undef : $self->{dbh};
    my $socket = $dbh ? MhaHelper::Compat::KeepAlive::socket_of($dbh) : undef;
    return $sleep->(@_) unless $socket;
    my $began = $start || $self->{_tstart};
    my $until = $began->[0] + $began->[1] / 1e6 + ($interval // $self->{interval});
    return ended_before($socket, $until) ? undef : $sleep->(@_);
  });
  return;
}

# Waits. @return true as soon as the other side has ended the connection; false at the time, or when something came.
sub ended_before {
  my ($socket, $until) = @_;
  my $left = $until - Time::HiRes::time();
  return 0 if $left <= 0;
  my $bits = '';
  vec($bits, fileno $socket, 1) = 1;
  return 0 unless (select $bits, undef, undef, $left) > 0;
  return MhaHelper::Compat::KeepAlive::has_ended($socket);
}

1;
