package MhaHelper::Compat::Say;

# What was fixed, once for each kind of server, in MHA's own log.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;

my ($log, %said);

sub install {
  my ($init, $connected);
  $init = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::init_log', sub { return $log = $init->(@_) });
  $connected = MhaHelper::Compat::Install::replace('MHA::Server::connect_and_get_status', sub {
    my $server = $connected->(@_);
    announce($server->{logger}, MhaHelper::Compat::ServerKind::of($server->{dbh})) if $server && $server->{dbh};
    return $server;
  });
  return;
}

sub announce {
  my ($to, $server) = @_;
  return if $said{ $server->name }++;
  $to->info(sprintf 'mha-helper compat: %s: %s (MHA %s on Perl %vd)', $server->name, join(', ', fixes($server)),
    $MHA::NodeConst::VERSION, $^V);
  return;
}

sub fixes {
  my ($server) = @_;
  return (
    'version numbers',
    $server->new_words ? 'statements and columns of MySQL 8.4' : (),
    $server->mariadb ? 'GTID of MariaDB' : (),
    $server->mysql('5.7.8') ? () : 'no super_read_only',
    'logins', 'encryption', 'quoting', 'waits that end', 'the read lock',
  );
}

sub error   { return say_as('error',   @_) }
sub warning { return say_as('warning', @_) }

sub say_as {
  my ($level, $text) = @_;
  if   ($log) { $log->$level("mha-helper compat: $text") }
  else        { print STDERR "mha-helper compat: $text\n" }
  return;
}

1;
