package MhaHelper::Compat::Connection;

# DBI handles that speak the server's words. DBI makes them because Connect.pm names this class as RootClass.
use strict;
use warnings;
use DBI;
use MhaHelper::Compat::Answer;
use MhaHelper::Compat::Forked;
use MhaHelper::Compat::Lease;
use MhaHelper::Compat::ServerKind;
use MhaHelper::Compat::Statement;
our @ISA = ('DBI');

package MhaHelper::Compat::Connection::db;
our @ISA = ('DBI::db');

sub prepare {
  my ($dbh, $sql, @rest) = @_;
  MhaHelper::Compat::Lease::check();
  MhaHelper::Compat::Forked::own($dbh) or return;
  my $server = MhaHelper::Compat::ServerKind::of($dbh);
  my $sth = $dbh->SUPER::prepare(MhaHelper::Compat::Statement::for_server($server, $sql), @rest);
  $sth->{private_mha_helper} = $sql if $sth;
  return $sth;
}

sub do {
  my ($dbh, $sql, @rest) = @_;
  MhaHelper::Compat::Lease::check();
  MhaHelper::Compat::Forked::own($dbh) or return;
  return $dbh->SUPER::do(MhaHelper::Compat::Statement::for_server(MhaHelper::Compat::ServerKind::of($dbh), $sql),
    @rest);
}

for my $method (qw(selectrow_array selectcol_arrayref selectall_arrayref)) {
  my $of_dbi = "SUPER::$method";
  no strict 'refs';
  *{$method} = sub {
    my ($dbh, @rest) = @_;
    MhaHelper::Compat::Lease::check();
    MhaHelper::Compat::Forked::own($dbh) or return;
    return $dbh->$of_dbi(@rest);
  };
}

package MhaHelper::Compat::Connection::st;
our @ISA = ('DBI::st');

sub execute {
  my ($sth, @rest) = @_;
  MhaHelper::Compat::Lease::check();
  return $sth->SUPER::execute(@rest);
}

sub fetchrow_hashref {
  my ($sth, @rest) = @_;
  my $row = $sth->SUPER::fetchrow_hashref(@rest) or return;
  my $dbh = $sth->{Database};
  return MhaHelper::Compat::Answer::for_mha($dbh, MhaHelper::Compat::ServerKind::of($dbh), $sth->{private_mha_helper}
    // '', $row);
}

1;
