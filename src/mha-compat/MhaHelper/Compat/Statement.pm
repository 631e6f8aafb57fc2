package MhaHelper::Compat::Statement;

# MHA's statements in the words of the server. MHA has them as constants, which Perl has compiled in: only here they can
# be changed.
use strict;
use warnings;

my $VALUE = qr/^SELECT\s+\@\@global\.(\w+)\s+AS\s+Value$/i;

sub for_server {
  my ($server, $sql) = @_;
  if (my ($variable) = $sql =~ $VALUE) {
    return variable($server, $variable) // $sql;
  }
  # MHA reads the first row alone, and there is one for each host that the account may come from.
  $sql =~ s/^(SELECT Repl_slave_priv AS Value FROM mysql\.user WHERE user = \?)$/$1 ORDER BY Value DESC LIMIT 1/;
  return $sql unless $server->new_words;
  $sql =~ s/^SHOW SLAVE STATUS$/SHOW REPLICA STATUS/;
  $sql =~ s/^SHOW MASTER STATUS$/SHOW BINARY LOG STATUS/;
  $sql =~ s/^(START|STOP|RESET) SLAVE\b/$1 REPLICA/;
  # The dummy host that read_repl_filter sets; the real ones are made in Source.pm.
  $sql =~ s/^CHANGE MASTER TO MASTER_HOST=/CHANGE REPLICATION SOURCE TO SOURCE_HOST=/;
  return $sql;
}

# Variables that a server does not have, with the value that is true there.
sub variable {
  my ($server, $name) = @_;
  return "SELECT 0 AS Value"      if $name eq 'super_read_only'           && !$server->mysql('5.7.8');
  return "SELECT 'TABLE' AS Value" if $name eq 'relay_log_info_repository' && $server->mysql('8.3.0');
  # Whether a MariaDB cluster replicates by GTID is asked of its replicas: GtidMode.pm.
  return "SELECT 'OFF' AS Value"  if $name eq 'gtid_mode' && $server->mariadb;
  return 'SELECT @@global.replica_parallel_workers AS Value' if $name eq 'slave_parallel_workers' && $server->new_words;
  return;
}

1;
