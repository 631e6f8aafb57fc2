package MhaHelper::Compat::Ended;

# A hook of ours says with its last word how it ends. Until the kernel has taken its process down some hundredths of a
# second pass, and clients may be waiting for what MHA does next. What says nothing is waited for as system() does it.
use strict;
use warnings;
use POSIX ();

use constant LOOK_SECONDS => 0.1;

my @gone;

# The child that is to become the hook: it is told to say it, on descriptor 3, as src/adapters/ready/ended.ts does.
# @param tell the pipe's end
sub will_tell {
  my ($tell) = @_;
  $ENV{MHA_HELPER_TELLS_END} = 1;
  return POSIX::dup2(fileno $tell, 3) if fileno $tell != 3;
  return fcntl $tell, POSIX::F_SETFD(), 0;
}

# Runs a line of the shell as system() does. @return what system() does; nothing where it could not be begun
sub run {
  my ($line) = @_;
  pipe my $told, my $tell or return;
  # Before there is a child: who interrupts both at a terminal must not end MHA alone.
  local @SIG{qw(INT QUIT)} = ('IGNORE') x 2;
  my $pid = fork // return;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    will_tell($tell) and exec 'sh', '-c', $line;
    POSIX::_exit(127);
  }
  close $tell;
  return status($pid, $told);
}

# @return as $? has it
sub status {
  my ($pid, $told) = @_;
  @gone = grep { waitpid($_, POSIX::WNOHANG()) == 0 } @gone;
  for (;;) {
    my $bits = '';
    vec($bits, fileno $told, 1) = 1;
    if (select($bits, undef, undef, LOOK_SECONDS) > 0) {
      my $length = sysread $told, my $said, 64;
      last unless $length;
      if ($said =~ /^ended ([0-9]{1,3})$/m) {
        push @gone, $pid;
        return $1 << 8;
      }
    }
    # A program that it has started may have the descriptor, too.
    my $ended = waitpid $pid, POSIX::WNOHANG();
    return $? if $ended == $pid || ($ended < 0 && !$!{EINTR});
  }
  1 while waitpid($pid, 0) < 0 && $!{EINTR};
  return $?;
}

1;
