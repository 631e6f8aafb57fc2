package MhaHelper::Compat::Connect;

# MHA's connections: by our own handles, and encrypted where the server or the account asks for that.
use strict;
use warnings;
use MhaHelper::Compat::Connection;
use MhaHelper::Compat::Forked;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;

# What a server answers when it wants encryption, or the password in a way that needs it. A wrong password gives one of
# these too.
my %PERHAPS_WITH_TLS = map { $_ => 1 } 1045, 1251, 1698, 2059, 2061, 3159;
my $TLS = 'mysql_ssl=1;mysql_ssl_optional=1';
# A server that freezes would hold MHA for ever. Long enough for what MHA waits for in one statement: FLUSH TABLES, STOP
# SLAVE.
our $read_seconds = 600;
my %needs_tls;
my $original;

sub install {
  $original = MhaHelper::Compat::Install::replace('DBI::connect', \&connect_mysql);
  MhaHelper::Compat::Forked::install() if $INC{'MHA/HealthCheck.pm'};
  return;
}

sub connect_mysql {
  my ($class, $dsn, $user, $password, $attributes, @rest) = @_;
  return $original->(@_) unless defined $dsn && $dsn =~ /^dbi:mysql:/i;
  $dsn .= ";mysql_read_timeout=$read_seconds" unless $dsn =~ /mysql_read_timeout=/;
  my %attributes = (%{ $attributes || {} }, RootClass => 'MhaHelper::Compat::Connection', RaiseError => 0,
    PrintError => 0);
  my $account = join "\0", $dsn, $user // '';
  my $attempt = sub { return $original->($class, $_[0], $user, $password, {%attributes}, @rest) };

  my $dbh = $needs_tls{$account} ? undef : $attempt->($dsn);
  my ($error, $text) = ($DBI::err, $DBI::errstr);
  if (!$dbh && ($needs_tls{$account} || $PERHAPS_WITH_TLS{ $error // 0 })) {
    $dbh = $attempt->("$dsn;$TLS");
    if ($dbh) {
      $needs_tls{$account} = 1;
      my @again = ($class, $dsn, $user, $password, $attributes, @rest);
      MhaHelper::Compat::Forked::remember($dbh, sub { return connect_mysql(@again) });
      MhaHelper::Compat::Tools::encrypt() if $INC{'MhaHelper/Compat/Tools.pm'};
    }
    elsif (delete $needs_tls{$account}) {
      ($error, $text) = ($DBI::err, $DBI::errstr);
    }
    else {
      my $encrypted = $DBI::errstr // '';
      $text .= "; with encryption: $encrypted" if $encrypted ne $text;
      # MHA reads DBI->err: what the server said to the first attempt is what counts. An error that is set already would
      # be added to.
      my $driver = DBI->install_driver('mysql');
      $driver->set_err(undef, undef);
      $driver->set_err($error, $text);
    }
  }
  my $raise = ($attributes || {})->{RaiseError};
  if (!$dbh) {
    die "DBI connect('$dsn','" . ($user // '') . "',...) failed: " . ($text // 'unknown error') . "\n" if $raise;
    return;
  }
  MhaHelper::Compat::KeepAlive::watch($dbh);
  $dbh->{RaiseError} = 1 if $raise;
  return $dbh;
}

1;
