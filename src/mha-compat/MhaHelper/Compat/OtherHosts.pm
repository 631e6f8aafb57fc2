package MhaHelper::Compat::OtherHosts;

# masterha_secondary_check: looks at the master from other hosts, and MHA fails over when it leaves with 0. MHA's own
# takes whatever goes wrong there for the death of the master: a name that does not resolve, an IPv6 address, a client
# program that is missing or does not get the password. This one leaves with 0 when each host has looked and has seen
# that the master does not answer; with 3 when one has reached it; with 2 when one could not look.
use strict;
use warnings;
use Getopt::Long ();
use IO::Select;
use MhaHelper::Compat::Tls;
use POSIX ();

use constant { CONFIRMED => 0, NOT_LOOKED => 2, REACHABLE => 3 };
my $MARK = 'mha-helper looked: ';
# What runs on the other hosts.
my $code;

# The program does its work outside of any function: this comes before it.
sub install {
  return unless $0 =~ m{(?:^|/)masterha_secondary_check$};
  my %given = (user => 'root', port => 22, master_port => 3306, timeout => 5, ping_type => '');
  my @arguments = @ARGV;
  local $SIG{__WARN__} = sub { };
  Getopt::Long::GetOptionsFromArray(\@arguments, \%given, qw(help version secondary_host=s@ user=s port=s options=s
    master_host=s master_ip=s master_port=i master_user=s master_password=s ping_type=s timeout=i));
  return if $given{help} || $given{version} || !$given{master_host};
  $SIG{$_} = sub { POSIX::_exit(1) } for qw(INT HUP QUIT TERM);
  exit look(\%given);
}

sub look {
  my ($given) = @_;
  my @hosts = @{ $given->{secondary_host} || [] };
  if (!@hosts) {
    print "mha-helper compat: nobody has looked: masterha_secondary_check was given no host with -s\n";
    return NOT_LOOKED;
  }
  my %said = ask($given, @hosts);
  my $master = "$given->{master_host}:$given->{master_port}";
  my %of = (
    reachable => [ REACHABLE,  "the master $master answers there" ],
    dead      => [ CONFIRMED,  "the master $master does not answer there" ],
    unknown   => [ NOT_LOOKED, "whether the master $master answers there is not known" ],
  );
  my $exit = CONFIRMED;
  for my $host (@hosts) {
    my ($verdict, $why) = @{ $said{$host} };
    my ($its, $text) = @{ $of{$verdict} };
    print "mha-helper compat: $host: $text" . (length $why ? ": $why" : '') . "\n";
    $exit = $its if $its > $exit;
  }
  return $exit;
}

# All at once, and each for a limited time. @return host => [reachable | dead | unknown, why]
sub ask {
  my ($given, @hosts) = @_;
  my %of;
  my $all = IO::Select->new;
  for my $host (keys %{ { map { $_ => 1 } @hosts } }) {
    my ($pid, $output) = start($given, $host);
    $of{$output} = { host => $host, pid => $pid, said => '' };
    $all->add($output);
  }
  # Login, connection, client program.
  my $end = time + 4 * $given->{timeout};
  while ($all->count && (my $left = $end - time) > 0) {
    for my $output ($all->can_read($left)) {
      next if sysread $output, $of{$output}{said}, 4096, length $of{$output}{said};
      $all->remove($output);
      $of{$output}{ended} = 1;
    }
  }
  kill 'KILL', map { $_->{ended} ? () : $_->{pid} } values %of;
  return map { $_->{host} => verdict($_, 4 * $given->{timeout}) } values %of;
}

sub verdict {
  my ($of, $limit) = @_;
  waitpid $of->{pid}, 0;
  return [ $1, $2 ] if $of->{said} =~ /^\Q$MARK\E(reachable|dead|unknown) ?(.*)$/m;
  return [ unknown => "nothing came from there within $limit s" ] unless $of->{ended};
  my ($last) = grep { /\S/ } reverse split /\s*\n/, $of->{said};
  return [ unknown => $last // 'ssh or perl has failed there: exit ' . ($? >> 8) ];
}

# Perl there reads its program from here, with every value in it: no shell takes them apart, and no list of processes
# shows the password.
sub start {
  my ($given, $host) = @_;
  open my $program, '+>', undef or die "temporary file: $!\n";
  print $program program($given);
  seek $program, 0, 0;
  pipe my $output, my $end or die "pipe: $!\n";
  (my $options = $given->{options} || $MHA::ManagerConst::SSH_OPT_CHECK) =~ s/VAR_CONNECT_TIMEOUT/$given->{timeout}/;
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    open STDIN, '<&', $program and open STDOUT, '>&', $end and open STDERR, '>&', $end
      and exec 'sh', '-c', "exec ssh $options \"\$@\"", 'sh', '-p', $given->{port}, "$given->{user}\@$host", 'perl -';
    POSIX::_exit(127);
  }
  close $end;
  return $pid, $output;
}

sub program {
  my ($given) = @_;
  my %values = (%$given, mark => $MARK, client_options => join ' ', MhaHelper::Compat::Tls::client_options('any'));
  my @names = qw(mark client_options master_host master_ip master_port master_user master_password ping_type timeout);
  my $values = join ', ', map { literal($_) . ' => ' . literal($values{$_} // '') } @names;
  local $/;
  $code //= <DATA>;
  return "my %of = ($values);\n$code";
}

sub literal {
  my ($text) = @_;
  $text =~ s/([\\'])/\\$1/g;
  return "'$text'";
}

1;

__DATA__
use strict;
use Errno qw(ECONNREFUSED ECONNRESET EHOSTUNREACH EINPROGRESS ETIMEDOUT);
use IO::Handle;
use IO::Select;
use POSIX ();
use Socket qw(SOCK_STREAM SOL_SOCKET SO_ERROR NI_NUMERICHOST NI_NUMERICSERV getaddrinfo getnameinfo);

# What a host that is dead, or a server that has ended, leads to.
my %DEAD = map { $_ => 1 } ECONNREFUSED, ECONNRESET, EHOSTUNREACH, ETIMEDOUT;
# MySQL errors of a server that cannot write any more: disk full, engine, lock, and connections that do not come about
# or break.
my %NOT_WRITABLE = map { $_ => 1 } 1021, 1026, 1030, 1114, 1180, 1205, 1598, 2002, 2003, 2006, 2013;

sub verdict {
  my ($verdict, $why) = @_;
  $why =~ s/\s+/ /g;
  print "$of{mark}$verdict $why\n";
  exit;
}

# Tries each address of a name. Prints a line for each: open, dead or unknown, and which it is.
sub try {
  my ($name) = @_;
  my ($error, @found) = getaddrinfo($name, $of{master_port}, { socktype => SOCK_STREAM });
  print "unknown $name: $error\n" if $error;
  my (%text, $waiting);
  $waiting = IO::Select->new;
  for my $end (@found) {
    my (undef, $text) = getnameinfo($end->{addr}, NI_NUMERICHOST | NI_NUMERICSERV);
    socket my $socket, $end->{family}, SOCK_STREAM, 0 or print "unknown $text: $!\n" and next;
    $socket->blocking(0);
    if (connect $socket, $end->{addr}) { print "open $text\n" }
    elsif ($! == EINPROGRESS) { $waiting->add($socket); $text{$socket} = $text }
    else { print $DEAD{ $! + 0 } ? 'dead' : 'unknown', " $text: $!\n" }
  }
  my $until = time + $of{timeout};
  while ($waiting->count && (my $left = $until - time) > 0) {
    for my $socket ($waiting->can_write($left)) {
      $waiting->remove($socket);
      $! = unpack 'i', getsockopt $socket, SOL_SOCKET, SO_ERROR;
      print !$! ? "open $text{$socket}\n" : ($DEAD{ $! + 0 } ? 'dead' : 'unknown') . " $text{$socket}: $!\n";
    }
  }
  print "dead $text{$_}: no answer within $of{timeout} s\n" for $waiting->handles;
}

# Both that MHA knows: the master answers if one of them does. A name may take long to resolve.
my %name = map { length $_ ? ($_ => 1) : () } @of{qw(master_ip master_host)};
my (%pid, %lines);
my $trying = IO::Select->new;
for my $name (keys %name) {
  my $pid = open my $lines, '-|';
  verdict('unknown', "fork: $!") unless defined $pid;
  if (!$pid) {
    $| = 1;
    try($name);
    exit;
  }
  $trying->add($lines);
  $pid{$lines} = $pid;
  $lines{$lines} = "unknown $name: does not resolve within " . 2 * $of{timeout} . " s\n";
}
my ($said, $until) = ('', time + 2 * $of{timeout});
while ($said !~ /^open /m && $trying->count && (my $left = $until - time) > 0) {
  for my $lines ($trying->can_read($left)) {
    if (sysread $lines, my $line, 4096) { $said .= $line }
    else {
      $trying->remove($lines);
      delete $lines{$lines};
    }
  }
}
kill 'KILL', map { $pid{$_} } $trying->handles;
$said .= join '', values %lines;
if ($said !~ /^open (.*)/m) {
  my $verdict = $said =~ /^dead /m ? 'dead' : 'unknown';
  $said =~ s/^\w+ //mg;
  my %different = map { $_ => 1 } split /\n/, $said;
  verdict($verdict, join '; ', sort keys %different);
}
verdict('reachable', $1) unless $of{ping_type} eq 'INSERT';

# A server that only takes connections is no master.
my @directories = (split(/:/, $ENV{PATH}), '/usr/bin');
my ($client) = grep { -x } map { my $name = $_; map { "$_/$name" } @directories } qw(mysql mariadb);
verdict('unknown', 'it answers; whether it takes writes is not known, because there is no mysql or mariadb here')
  unless $client;

# @return what the client said; undef when the time was over. $late is called then, while the statement still waits: a
# server drops the statement of a client that has gone.
sub client {
  my ($statement, $late) = @_;
  my $pid = open my $output, '-|';
  verdict('unknown', "fork: $!") unless defined $pid;
  if (!$pid) {
    @ENV{qw(MYSQL_PWD MYSQL_TEST_LOGIN_FILE)} = ($of{master_password}, '/dev/null');
    my @login = ("--connect-timeout=$of{timeout}", '--user=' . $of{master_user},
      '--host=' . ($of{master_ip} || $of{master_host}), "--port=$of{master_port}");
    open STDERR, '>&', \*STDOUT and open STDIN, '<', '/dev/null' and exec { $client } $client, '--no-defaults',
      split(/ /, $of{client_options}), @login, '--batch', "--execute=$statement";
    POSIX::_exit(127);
  }
  my ($text, $ended) = ('');
  my ($until, $left) = (time + $of{timeout});
  while (!$ended && (($left = $until - time) > 0 || $late)) {
    if ($left <= 0) {
      $late->();
      undef $late;
      $left = 0;
    }
    $ended = !sysread $output, $text, 4096, length $text if IO::Select->new($output)->can_read($left);
  }
  kill 'KILL', $pid unless $ended;
  waitpid $pid, 0;
  return $ended ? $text : undef;
}

my $lock;
my $text = client('INSERT INTO infra.chk_masterha VALUES (1, UNIX_TIMESTAMP()) '
  . 'ON DUPLICATE KEY UPDATE val = UNIX_TIMESTAMP()', sub {
    ($lock) = (client('SHOW PROCESSLIST') // '') =~ /\t(Waiting for (?:[^\t]* )?lock)\t[^\t]*\binfra\b/i;
  });
if (!defined $text) {
  verdict('reachable', "somebody holds a lock there ($lock)") if $lock;
  verdict('dead', "it takes no write within $of{timeout} s");
}
verdict('reachable', 'it takes writes') if $? == 0;
my ($error, $number) = $text =~ /^(ERROR (\d+).*)/m;
verdict($number && $NOT_WRITABLE{$number} ? 'dead' : 'unknown', $error // "$client has failed: exit " . ($? >> 8));
