# PID 1 of a host or of the lab: collects the dead, for ever.
#
# reaper.pl READY NAME     READY: file to make at the start; NAME: how the lab finds the host among the processes
use strict;
use warnings;

# As what a real host has there: the name that a look at the processes sees.
if (open my $name, '>', '/proc/self/comm') {
  print $name 'init';
  close $name;
}
$SIG{TERM} = $SIG{INT} = $SIG{HUP} = 'IGNORE';
open my $ready, '>', $ARGV[0] or die "$ARGV[0]: $!";
close $ready;
while (1) {
  next if wait() > 0;
  select undef, undef, undef, 0.1;
}
