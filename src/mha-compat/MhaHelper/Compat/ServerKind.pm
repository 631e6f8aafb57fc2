package MhaHelper::Compat::ServerKind;

# What server is behind a connection. It said so when the connection was made; no statement is needed.
use strict;
use warnings;
use MhaHelper::Compat::Versions;

my %KNOWN;

sub of {
  my ($dbh) = @_;
  return $KNOWN{ $dbh->{mysql_serverinfo} // '' } //= from_text($dbh->{mysql_serverinfo} // '');
}

sub from_text {
  my ($text) = @_;
  # MariaDB 10 pretends to be 5.5.5 to old clients.
  $text =~ s/^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)//;
  my ($number) = $text =~ /^(\d+\.\d+(?:\.\d+)?)/;
  my $mariadb = $text =~ /MariaDB/i ? 1 : 0;
  return bless {
    mariadb => $mariadb,
    number  => MhaHelper::Compat::Versions::padded($number, 3),
    name    => ($mariadb ? 'MariaDB ' : 'MySQL ') . ($number // 'of an unknown version'),
  }, __PACKAGE__;
}

sub name    { return $_[0]{name} }
sub mariadb { return $_[0]{mariadb} }

# MySQL, or a build of it, at least of this version.
sub mysql {
  my ($self, $version) = @_;
  return !$self->{mariadb} && $self->{number} ge MhaHelper::Compat::Versions::padded($version, 3);
}

# Has SOURCE and REPLICA, and has no MASTER and SLAVE any more.
sub new_words { return $_[0]->mysql('8.4.0') }

1;
