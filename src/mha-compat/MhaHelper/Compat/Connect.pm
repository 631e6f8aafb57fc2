package MhaHelper::Compat::Connect;

# MHA's connections: by our own handles, and encrypted as mysql_tls says, by default where the server or the account
# asks for that.
use strict;
use warnings;
use MhaHelper::Compat::Connection;
use MhaHelper::Compat::Forked;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::KeepAlive;
use MhaHelper::Compat::Lease;
use MhaHelper::Compat::Tls;

# What a server answers when it wants encryption, or the password in a way that needs it. A wrong password gives one of
# these too.
my %PERHAPS_WITH_TLS = map { $_ => 1 } 1045, 1251, 1698, 2059, 2061, 3159;
# The client library of MariaDB takes mysql_ssl only with this; what it leaves plain then is seen afterwards.
my $OPTIONAL = 'mysql_ssl_optional=1';
my $cannot_enforce = 0;
my $TLS_FAILED = 2026;
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
  MhaHelper::Compat::Lease::check();
  $dsn .= ";mysql_read_timeout=$read_seconds" unless $dsn =~ /mysql_read_timeout=/;
  my %attributes = (%{ $attributes || {} }, RootClass => 'MhaHelper::Compat::Connection', RaiseError => 0,
    PrintError => 0);
  my $account = join "\0", $dsn, $user // '';
  my $attempt = sub { return $original->($class, $_[0], $user, $password, {%attributes}, @rest) };

  my $mode = MhaHelper::Compat::Tls::mode();
  my $always = $mode ne 'opportunistic';
  my $tls = "$dsn;" . MhaHelper::Compat::Tls::attributes();
  my $dbh = $always ? enforced($attempt, $tls, $mode) : $needs_tls{$account} ? undef : $attempt->($dsn);
  my ($error, $text) = ($DBI::err, $DBI::errstr);
  if ($dbh && $always) {
    encrypted($dbh, $class, $dsn, $user, $password, $attributes, @rest);
  }
  elsif (!$dbh && !$always && ($needs_tls{$account} || $PERHAPS_WITH_TLS{ $error // 0 })) {
    $dbh = $attempt->("$tls;$OPTIONAL");
    if ($dbh) {
      $needs_tls{$account} = 1;
      encrypted($dbh, $class, $dsn, $user, $password, $attributes, @rest);
    }
    elsif (delete $needs_tls{$account}) {
      ($error, $text) = ($DBI::err, $DBI::errstr);
    }
    else {
      my $encrypted = $DBI::errstr // '';
      $text .= "; with encryption: $encrypted" if $encrypted ne $text;
      # MHA reads DBI->err: what the server said to the first attempt is what counts.
      says($error, $text);
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

# What is to be known of an encrypted connection.
sub encrypted {
  my ($dbh, @again) = @_;
  MhaHelper::Compat::Forked::remember($dbh, sub { return connect_mysql(@again) });
  MhaHelper::Compat::Tools::encrypt() if $INC{'MhaHelper/Compat/Tools.pm'};
  return;
}

# @return a handle whose connection is encrypted; undef with DBI's error: the server lives, and is not spoken to
sub enforced {
  my ($attempt, $tls, $mode) = @_;
  my $dbh;
  if (!$cannot_enforce) {
    $dbh = $attempt->($tls);
    $cannot_enforce = !$dbh && ($DBI::errstr // '') =~ /Enforcing SSL encryption is not supported/;
    return $dbh unless $cannot_enforce;
  }
  $dbh = $attempt->("$tls;$OPTIONAL") or return;
  my (undef, $cipher) = $dbh->selectrow_array(q{SHOW SESSION STATUS LIKE 'Ssl_cipher'});
  return $dbh if defined $cipher && length $cipher;
  $dbh->disconnect;
  says($TLS_FAILED, "the connection is not encrypted, and mysql_tls is $mode");
  return;
}

# An error that is set already would be added to.
sub says {
  my ($error, $text) = @_;
  my $driver = DBI->install_driver('mysql');
  $driver->set_err(undef, undef);
  $driver->set_err($error, $text);
  return;
}

1;
