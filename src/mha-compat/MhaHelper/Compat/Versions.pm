package MhaHelper::Compat::Versions;

# Version numbers. Perl 5.22 and later refuse MHA's sprintf as soon as a version has more than three numbers
# (10.11.6-MariaDB-1:...).
use strict;
use warnings;
use MhaHelper::Compat::Install;

sub install {
  MhaHelper::Compat::Install::replace('MHA::NodeUtil::parse_mysql_version',       sub { return padded($_[0], 3) });
  MhaHelper::Compat::Install::replace('MHA::NodeUtil::parse_mysql_major_version', sub { return padded($_[0], 2) });
  return;
}

# '10.11.6-MariaDB' and 2 give '010011': as text in the order of the versions.
sub padded {
  my ($text, $count) = @_;
  my @numbers = defined $text ? $text =~ /(\d+)/g : ();
  return join '', map { sprintf '%03d', $_ // 0 } @numbers[ 0 .. $count - 1 ];
}

1;
