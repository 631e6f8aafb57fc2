package MhaHelper::Compat::SilentPing;

# A host that is gone answers neither a ping nor SSH. MHA gives a ping its whole interval, asks SSH only then, and later
# waits for the time limit of that. Here SSH is asked as soon as a ping has had no answer for a while; it has its limit
# as ever. An answer to the ping ends the question, as MHA itself ends it. The ping of ping_type = CONNECT takes its
# time on purpose, to hold MHA's lock: it is left to MHA.
use strict;
use warnings;
use POSIX ();
use Time::HiRes ();
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;

# Of the interval. A living server answers in milliseconds, a busy one in some tenths of a second.
use constant WHILE => 1 / 3;
# A master whose pings are slow one after the other is not to be logged in to beside each of them.
use constant AGAIN_SECONDS => 10;
# Between two looks whether the ping has ended: longer each time.
use constant { FIRST_PAUSE_SECONDS => 0.001, LAST_PAUSE_SECONDS => 0.02 };

my $asked_at;

sub install {
  return unless MhaHelper::Compat::Cuts::on('silence');
  my $end;
  $end = MhaHelper::Compat::Install::replace('MHA::HealthCheck::terminate_child', sub {
    my ($self, $pid, $type, $seconds) = @_;
    return $end->(@_) if $seconds || $type !~ /^MySQL Ping\((?:SELECT|INSERT)\)/;
    my $limit = $self->{interval};
    my $began = now();
    my $code = code_before($pid, $began + $limit * WHILE);
    return $code if defined $code;
    if (now() - ($asked_at // -AGAIN_SECONDS) >= AGAIN_SECONDS) {
      $asked_at = now();
      $self->invoke_ssh_check();
    }
    $code = code_before($pid, $began + $limit);
    return $code if defined $code;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    $self->{logger}->warning("Got timeout on $type: no answer within $limit s") if $self->{logger};
    return 1;
  });
  return;
}

# @return the exit code of a child that ends before the time; nothing: it has not ended
sub code_before {
  my ($pid, $until) = @_;
  my $pause = FIRST_PAUSE_SECONDS;
  while (1) {
    my $ended = waitpid $pid, POSIX::WNOHANG();
    # Whoever was ended by a signal has said nothing; MHA would take that for an answer.
    return $ended < 0 || $? & 127 ? 1 : $? >> 8 if $ended;
    my $left = $until - now();
    return if $left <= 0;
    Time::HiRes::sleep($left < $pause ? $left : $pause);
    $pause *= 2 if $pause < LAST_PAUSE_SECONDS;
  }
}

sub now { return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) }

1;
