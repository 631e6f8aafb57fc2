# PID 1 of a host or of the lab: collects the dead, for ever. The name on its command line is how the lab finds the host.
use strict;
use warnings;

$SIG{TERM} = $SIG{INT} = $SIG{HUP} = 'IGNORE';
while (1) {
  next if wait() > 0;
  select undef, undef, undef, 0.1;
}
