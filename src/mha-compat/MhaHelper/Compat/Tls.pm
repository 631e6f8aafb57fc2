package MhaHelper::Compat::Tls;

# How MHA's connections to MySQL are encrypted, and whose certificates are trusted: the options mysql_tls,
# mysql_ca_file, mysql_cert_file and mysql_key_file of mha-helper's file. What a program has found out is in its
# environment, and goes to the node programs, which have no such file. Where it cannot be found out nothing is
# connected to.
use strict;
use warnings;
use Cwd ();
use MhaHelper::Compat::Install;

my %VARIABLE = (
  mysql_tls       => 'MHA_HELPER_MYSQL_TLS',
  mysql_ca_file   => 'MHA_HELPER_MYSQL_CA_FILE',
  mysql_cert_file => 'MHA_HELPER_MYSQL_CERT_FILE',
  mysql_key_file  => 'MHA_HELPER_MYSQL_KEY_FILE',
);
# Nothing that a shell or a connection string reads as something else.
my $PATH = qr{^/[\w./+:@,-]+\z};
my %set;

sub install {
  my ($conf) = map { /^--?conf(?:=(.*))?\z/s ? ($1 // '') : () } @ARGV;
  # Given apart: --conf FILE.
  if (defined $conf && $conf eq '') {
    my ($at) = grep { $ARGV[$_] =~ /^--?conf\z/ } 0 .. $#ARGV - 1;
    $conf = defined $at ? $ARGV[ $at + 1 ] : undef;
  }
  ask($conf) if defined $conf && !defined $ENV{ $VARIABLE{mysql_tls} } && is_mentioned();
  for my $option (keys %VARIABLE) {
    my $value = $ENV{ $VARIABLE{$option} };
    next unless defined $value && length $value;
    my $allowed = $option eq 'mysql_tls' ? qr/^(?:verify|require|opportunistic)\z/ : $PATH;
    MhaHelper::Compat::Install::refuse("$option is $value, and that cannot be used here") unless $value =~ $allowed;
    $set{$option} = $value;
  }
  my $mode = $set{mysql_tls} // '';
  MhaHelper::Compat::Install::refuse('mysql_tls = verify needs mysql_ca_file')
    if $mode eq 'verify' && !$set{mysql_ca_file};
  return;
}

# Most have none of these options: they are not to wait for an answer.
sub is_mentioned {
  my $directory = $ENV{MHA_HELPER_CONFIG_DIR} || '/etc/mha-helper';
  for my $file (glob "\Q$directory\E/*.conf") {
    open my $lines, '<', $file or next;
    return 1 if grep { /^\s*mysql_(?:tls|cert_file)\b/i } <$lines>;
  }
  return 0;
}

# Of mha-helper itself: nobody else reads its files as it does.
sub ask {
  my ($conf) = @_;
  my $path = Cwd::abs_path($conf) // $conf;
  my ($program) = grep { -x } map { "$_/mha-helper" } split(/:/, $ENV{PATH} // ''), '/usr/bin';
  MhaHelper::Compat::Install::refuse('mysql_tls is set, and mha-helper, which tells of it, is not in PATH')
    unless $program;
  open my $said, '-|', $program, 'config', '-c', $path, '--json'
    or MhaHelper::Compat::Install::refuse("$program: $!");
  my $text = do { local $/; <$said> };
  close $said;
  require JSON::PP;
  my $answer = eval { JSON::PP::decode_json($text // '') };
  my ($host) = @{ ($answer || {})->{hosts} || [] };
  MhaHelper::Compat::Install::refuse("mysql_tls is set, and mha-helper config -c $path does not tell of it")
    unless $host;
  $ENV{ $VARIABLE{$_} } = $host->{options}{$_}{value} // '' for keys %VARIABLE;
  return;
}

# opportunistic, require or verify
sub mode { return $set{mysql_tls} // 'opportunistic' }

# For a connection string of DBD::mysql.
sub attributes {
  my @attributes = ('mysql_ssl=1');
  push @attributes, 'mysql_ssl_verify_server_cert=1', "mysql_ssl_ca_file=$set{mysql_ca_file}" if mode() eq 'verify';
  push @attributes, "mysql_ssl_client_cert=$set{mysql_cert_file}", "mysql_ssl_client_key=$set{mysql_key_file}"
    if $set{mysql_cert_file} && $set{mysql_key_file};
  return join ';', @attributes;
}

# For a client program. @param kind mariadb, mysql, or any for a program that nobody has looked at
sub client_options {
  my ($kind) = @_;
  my $loose = $kind eq 'any' ? 'loose-' : '';
  my $mode = mode();
  my @options = $mode eq 'verify' ? "--ssl-ca=$set{mysql_ca_file}" : ();
  push @options, "--ssl-cert=$set{mysql_cert_file}", "--ssl-key=$set{mysql_key_file}"
    if $set{mysql_cert_file} && $set{mysql_key_file};
  if ($kind ne 'mysql') {
    push @options, "--${loose}ssl" if $mode ne 'opportunistic';
    push @options, $mode eq 'verify' ? "--${loose}ssl-verify-server-cert" : "--${loose}skip-ssl-verify-server-cert";
  }
  if ($kind ne 'mariadb') {
    push @options, "--${loose}ssl-mode=" . ($mode eq 'verify' ? 'VERIFY_IDENTITY' : 'REQUIRED')
      if $mode ne 'opportunistic';
    push @options, '--loose-get-server-public-key';
  }
  return @options;
}

# For a shell on a database host: what its node programs are to know.
sub for_host {
  return join '', map { exists $set{$_} ? "export $VARIABLE{$_}=$set{$_}; " : () } sort keys %VARIABLE;
}

1;
