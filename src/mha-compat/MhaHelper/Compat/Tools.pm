package MhaHelper::Compat::Tools;

# The client programs that MHA's node programs call, as they are named and speak of themselves today.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Tls;
use MhaHelper::Compat::Versions;

my %TODAY = (mysql => 'mariadb', mysqlbinlog => 'mariadb-binlog');
my $mysql = 'mysql';
my $is_check = 0;
# MHA pipes mysqlbinlog into mysql and sees only the end of mysql: one that breaks off must make mysql fail, whatever
# delimiter is in force. (At a last event that a crash has cut off it does not fail: the file says that it was in use.)
my $OR_FAIL = q{sh -c '"$@" || { printf "\n/*!*/;\nmysqlbinlog has failed;\n/*!*/;\n"; exit 1; }' sh};
# A session may have been set to refuse what a statement of the binary log does.
my $SESSION = q{'--init-command=SET SESSION sql_safe_updates=0'};

sub install {
  my $prefix;
  $is_check = grep { /^--command=test$/ } @ARGV;
  $prefix = MhaHelper::Compat::Install::replace('MHA::NodeUtil::client_cli_prefix', sub {
    my ($program, @directories) = @_;
    my $command = $prefix->($program, @directories);
    $command = $TODAY{$program} if $command eq $program && !in_path($program) && in_path($TODAY{$program});
    $command .= ' ' . join ' ', $program eq 'mysql' ? options_of_mysql($command) : options_of_mysqlbinlog($command);
    $command =~ s/^((?:\w+=\S+ )*)/$1$OR_FAIL / if $program eq 'mysqlbinlog';
    # A shell puts it in, so that it can be set later: see encrypt().
    $mysql = $command .= ' $MHA_HELPER_CLIENT_TLS' if $program eq 'mysql';
    return $command;
  });
  MhaHelper::Compat::Install::replace('MHA::BinlogManager::init_mysqlbinlog', \&init_mysqlbinlog);
  return unless $0 =~ m{(?:^|/)apply_diff_relay_logs$};
  MhaHelper::Compat::Install::replace('main::use_binary_mode', \&use_binary_mode);
  # It gets the user as a shell must see it, as the password, and MHA takes that back from the password alone.
  my $read_only;
  $read_only = MhaHelper::Compat::Install::replace('MHA::SlaveUtil::check_if_super_read_only', sub {
    my ($host, $ip, $port, $user, @rest) = @_;
    return $read_only->($host, $ip, $port, MHA::NodeUtil::unescape_for_shell($user), @rest);
  });
  return;
}

# What a host has in its option files is for people: base64-output=decode-rows and force would lose writes.
# The files that MHA puts together lack what MariaDB's strict mode (the default since 10.8) wants to see.
sub options_of_mysqlbinlog {
  my ($command) = @_;
  return ('--no-defaults', `$command --no-defaults --help 2>&1` =~ /--gtid-strict-mode\b/
    ? '--skip-gtid-strict-mode' : ());
}

# A client takes 16 MB by default, and a row may be larger. MariaDB's since 11.4 wants a certificate that it can verify,
# MySQL's without encryption the server's public key.
sub options_of_mysql {
  my ($command) = @_;
  return qw(--no-defaults --skip-reconnect --max-allowed-packet=1073741824), $SESSION,
    MhaHelper::Compat::Tls::client_options(`$command --version 2>&1` =~ /MariaDB/ ? 'mariadb' : 'mysql');
}

# The server wants encryption, as MHA's own connection has found out. MariaDB's client has to be told; MySQL's does it
# by itself.
sub encrypt {
  $ENV{MHA_HELPER_CLIENT_TLS} = '--ssl' if `$mysql --version` =~ /MariaDB/;
  return;
}

sub in_path {
  my ($program) = @_;
  return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH} // '';
}

# "mysqlbinlog Ver 3.5 for ...", "mariadb-binlog from 11.8.3-MariaDB, ..."
sub init_mysqlbinlog {
  my ($self) = @_;
  die "mysql version not found.\n" unless $self->{mysql_version};
  my $said = `$self->{mysqlbinlog} --version`;
  die "mysqlbinlog --version has failed; is it in PATH?\n" if $?;
  my ($version) = $said =~ /(?:Ver|from) (\d+\.\d+)/ or die "mysqlbinlog does not say its version: $said\n";
  $self->{mysqlbinlog_version} = $version;
  MHA::BinlogManager::die_if_too_old_version($version, 'mysqlbinlog');
  refuse_mariadbs($self) if $is_check;
  return;
}

# MariaDB's writes SET statements that MySQL does not know: better said by masterha_check_repl than in a failover.
sub refuse_mariadbs {
  my ($self) = @_;
  return if $self->{mysql_version} =~ /MariaDB/i
    || `$self->{mysqlbinlog} --help` !~ /MariaDB Corporation/;
  die "mysqlbinlog is MariaDB's on this host, and the server is MySQL $self->{mysql_version}, which does not know "
    . "all that it writes: install MySQL's, or set client_bindir\n";
}

# Without --binary-mode the client changes \r\n and stops at \0. Every client since 5.6.3 has it, however it prints its
# version; one that prints none is taken for one of today.
sub use_binary_mode {
  my $said = `$mysql --version`;
  my ($version) = $said =~ /(?:Distrib|from) (\d+\.\d+\.\d+)/ ? $1 : $said =~ /Ver (\d+\.\d+\.\d+)/;
  return '' if defined $version && MhaHelper::Compat::Versions::padded($version, 3) lt '005006003';
  print 'MySQL client is of ' . ($version // 'an unknown version') . ". Using --binary-mode.\n";
  return '--binary-mode';
}

1;
