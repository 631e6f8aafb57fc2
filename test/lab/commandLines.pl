# Reads the command line of every process again and again, without a pause, as anybody may, and prints each that holds
# one of the texts. Processes in the hosts of a lab are seen from outside.
# The texts come on standard input, one a line; "ready" is printed when each process has been read once.
use strict;
use warnings;

chomp(my @texts = <STDIN>);
my $wanted = join '|', map { quotemeta } @texts;
my ($ready, %known);
$| = 1;
while (1) {
  opendir my $processes, '/proc' or die "/proc: $!\n";
  for my $pid (grep { /^\d+$/ } readdir $processes) {
    open my $file, '<', "/proc/$pid/cmdline" or next;
    sysread $file, my $line, 1 << 20 or next;
    next unless $line =~ /$wanted/;
    $line =~ s/[\0\n]/ /g;
    print "$line\n" unless $known{$line}++;
  }
  print "ready\n" unless $ready++;
}
