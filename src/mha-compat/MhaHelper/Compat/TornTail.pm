package MhaHelper::Compat::TornTail;

# mysqlbinlog fails at a last event that was not written to its end, as a crash of the host leaves it. All that can be read was read then, and
# the failover must go on; anything else that stops mysqlbinlog must stop the failover.
use strict;
use warnings;

# Ends the process. @param words mysqlbinlog's command line, which has failed
sub judge {
  my (@words) = @_;
  # A part was asked for: MHA looks with that whether an event begins at the position.
  exit 1 if grep { /^--st(?:art|op)-position/ } @words;
  my ($torn) = grep { -f && at_end($_) } @words;
  exit 1 unless defined $torn;
  print STDERR "mha-helper compat: the last event of $torn is cut off; everything before it is applied\n";
  exit 0;
}

sub at_end {
  my ($file) = @_;
  open my $log, '<:raw', $file or return 0;
  my $size = -s $log;
  my ($magic, $header) = ('', '');
  return 0 unless read($log, $magic, 4) == 4 && $magic eq "\xfebin";
  my $at = 4;
  while ($at < $size) {
    return 1 if $size - $at < 19;
    seek $log, $at, 0;
    return 0 unless read($log, $header, 19) == 19;
    my $length = unpack 'x9 V', $header;
    return 0 if $length < 19;
    $at += $length;
  }
  return $at > $size ? 1 : 0;
}

1;
