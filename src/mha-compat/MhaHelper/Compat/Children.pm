package MhaHelper::Compat::Children;

# MHA's monitor asks by children: the ping, SSH, and the way by other hosts. One that dies in a way that nobody foresaw
# is caught by what catches its parent's errors, and goes on with the parent's loop: a second monitor, which would fail
# over beside the first. Here it ends, as one whose question has failed.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use POSIX ();

use constant FAILED => 1;

sub install {
  for my $function (qw(fork_exec invoke_sec_check invoke_ssh_check)) {
    my $ask;
    $ask = MhaHelper::Compat::Install::replace("MHA::HealthCheck::$function", sub {
      my @given = @_;
      my ($self) = @given;
      my $own = $$;
      my ($code, $why);
      my $asked = eval { $code = $ask->(@given); 1 };
      $why = $@ unless $asked;
      if ($$ != $own) {
        eval { $self->{logger}->error("mha-helper compat: a child of the monitor has died: $why") };
        POSIX::_exit(FAILED);
      }
      die $why unless $asked;
      return $code;
    });
  }
  return;
}

1;
