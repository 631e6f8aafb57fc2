package MhaHelper::Compat::HostLook;

# What the master's host says over SSH of the server's processes: while it answers, to know whether a look there would
# see its death; and when its pings fail. Nothing here is a guess: what is not clear is said to be unclear.
use strict;
use warnings;
use POSIX ();
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::OneLogin;

# A host that goes silent must not hold anybody up.
use constant BOUNDED => '-o ServerAliveInterval=1 -o ServerAliveCountMax=3 -o ConnectionAttempts=1';
# How often a host is asked again about a server that is just ending, 30 ms between: about 2 s.
use constant LOOKS => 60;
my $code;

# @param before what runs first here, in the same process, and says whether to look at all
# @return {pid, output, said}
sub start {
  my ($self, $values, $before) = @_;
  open my $input, '+>', undef or return;
  print $input script($values);
  seek $input, 0, 0;
  pipe my $output, my $end or return;
  my $pid = fork // return;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    my @where = ('-p', $self->{ssh_port}, "$self->{ssh_user}\@$self->{ssh_ip}");
    my $options = join ' ', BOUNDED, MhaHelper::Compat::OneLogin::option() . $MHA::ManagerConst::SSH_OPT_CHECK;
    open STDIN, '<&', $input and open STDOUT, '>&', $end and open STDERR, '>&', $end
      and (!$before || $before->())
      and exec 'sh', '-c', "exec ssh $options \"\$@\"", 'sh', @where, 'sh -s';
    POSIX::_exit(127);
  }
  close $end;
  fcntl $output, POSIX::F_SETFL(), fcntl($output, POSIX::F_GETFL(), 0) | POSIX::O_NONBLOCK();
  return { pid => $pid, output => $output, said => '' };
}

# @param values {mode, port}, and for a death {unit, most}
sub script {
  my ($values) = @_;
  $code //= do { local $/; <DATA> };
  my @given = map { "$_=" . MhaHelper::Compat::BinaryLogs::quoted($values->{$_}) . "\n" } sort keys %$values;
  return join '', @given, $code;
}

# Takes what has come; never waits. @return true when nothing more will come
sub ended {
  my ($look) = @_;
  return 1 unless $look->{output};
  my $got;
  1 while $got = sysread $look->{output}, $look->{said}, 65_536, length $look->{said};
  return 0 unless defined $got;
  close delete $look->{output};
  waitpid $look->{pid}, 0;
  return 1;
}

sub end {
  my ($look) = @_;
  return unless $look && $look->{output};
  kill 'KILL', $look->{pid};
  close delete $look->{output};
  waitpid $look->{pid}, 0;
  return;
}

# What a living server's host says. @return {pid, unit}, or why a death could not be proved there
sub living {
  my ($said, $host_of_server) = @_;
  return (undef, 'the server does not tell the name of its host') unless defined $host_of_server;
  return (undef, last_line($said)) unless $said =~ /^looked$/m;
  return (undef, $1) if $said =~ /^unclear (.*)$/m;
  my @servers = $said =~ /^server (.+)$/mg;
  return (undef, 'no server process is seen there') unless @servers;
  return (undef, 'several processes of servers are there: ' . join ', ', map { (split)[2] } @servers) if @servers > 1;
  my ($pid, $parent, $name) = split ' ', $servers[0], 3;
  return (undef, "$name was started by process $parent, which may start it again") if $parent != 1;
  return (undef, 'nothing listens on the port there') unless $said =~ /^listens$/m;
  my ($host) = $said =~ /^host (.*)$/m;
  return (undef, "the server is on a host named $host_of_server, and SSH leads to one named " . ($host // 'nothing'))
    unless defined $host && $host eq $host_of_server;
  my ($init)       = $said =~ /^init (.*)$/m;
  my ($unit, $main) = $said =~ /^unit (\S+) ([0-9]*)$/m;
  if ($init eq 'systemd') {
    return (undef, 'the server is no unit of systemd: it is not known who would start it again') unless defined $unit;
    return (undef, "systemd does not tell about $unit") unless $said =~ /^active$/m && $main ne '';
    return (undef, "$unit has another main process") if $main != $pid;
  }
  elsif ($init ne 'init') { return (undef, "it is not known whether process 1 ($init) starts servers again") }
  elsif ($said =~ /^respawn$/m) { return (undef, '/etc/inittab starts it again') }
  return ({ pid => $pid, unit => $unit // '' });
}

sub last_line {
  my ($said) = @_;
  return (grep { /\S/ } reverse split /\n/, $said)[0] // 'SSH has failed';
}

1;

__DATA__
unclear() {
  echo "unclear $1"
  exit
}

# Processes of servers, and of what starts servers. One that is dead counts until its last thread has ended.
servers() {
  own=$(cat /proc/$$/comm) || unclear 'the host starts no programs'
  files=$(grep -lxE "mysqld|mariadbd|mysqld_safe|mariadbd-safe|mysqld_multi|$own" /proc/[0-9]*/comm 2>/dev/null)
  test $? -le 2 || unclear 'the host starts no programs'
  seen=
  for file in $files; do
    directory=${file%/comm}
    test "$directory" != "/proc/$$" || seen=yes
    { read -r line <"$directory/stat"; } 2>/dev/null || continue
    name=${line#*(}
    name=${name%)*}
    test "$name" != "$own" || continue
    set -- ${line##*) }
    state=$1 parent=$2
    case $state in
      Z|X|x) set -- "$directory"/task/*; test $# -gt 1 || continue ;;
    esac
    found="$found${directory#/proc/} $parent $name
"
  done
  test -n "$seen" || unclear 'a look at the processes did not see itself'
}

look() {
  test -r /proc/1/stat || unclear 'other processes are hidden there (hidepid)'
  found=
  servers
  listens=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -c ": [0-9A-F]*:$port [0-9A-F]*:0000 0A ")
  case $listens in ''|*[!0-9]*) unclear 'the sockets cannot be seen there' ;; esac
}

# While the server lives.
if test "$mode" = living; then
  look
  printf %s "$found" | sed 's/^/server /'
  test "$listens" = 0 || echo listens
  echo "host $(cat /proc/sys/kernel/hostname)"
  echo "init $(cat /proc/1/comm)"
  ! grep -qE 'mysqld|mariadbd' /etc/inittab 2>/dev/null || echo respawn
  for pid in $(printf %s "$found" | sed 's/ .*//'); do
    unit=$(sed -n -e 's,^0::.*/\([^/]*\.service\).*$,\1,p' -e 's,^[0-9]*:name=systemd:.*/\([^/]*\.service\).*$,\1,p' \
      /proc/$pid/cgroup | head -n 1)
    test -n "$unit" || continue
    echo "unit $unit $(systemctl show -p MainPID "$unit" | sed 's/^MainPID=//')"
    systemctl show -p ActiveState "$unit" | sed -n 's/^ActiveState=active$/active/p'
  done
  echo looked
  exit
fi

# Whether systemd will do nothing more with the unit: sets `waits` while it has not made up its mind.
systemd() {
  shown=$(systemctl show -p ActiveState -p Job -p TriggeredBy -p UpheldBy -p OnFailure "$unit") \
    || unclear 'systemd does not answer there'
  for property in $shown; do
    case $property in
      Job=|Job=0|TriggeredBy=|UpheldBy=|OnFailure=) ;;
      Job=*) unclear "systemd has a job for $unit" ;;
      ActiveState=failed|ActiveState=inactive) settled=yes ;;
      ActiveState=active|ActiveState=deactivating) waits="systemd does not count $unit as ended" ;;
      ActiveState=*) unclear "systemd starts $unit again" ;;
      *) unclear "systemd may start $unit again (${property%%=*})" ;;
    esac
  done
  test -n "$settled$waits" || unclear "systemd does not tell about $unit"
}

looks=0
while :; do
  waits= settled=
  look
  if test -n "$found"; then
    waits="a server process is there: $(printf %s "$found" | head -n 1)"
  elif test "$listens" != 0; then
    waits='something listens on the port'
  elif test -n "$unit"; then
    systemd
  fi
  test -n "$waits" || { echo dead; exit; }
  looks=$((looks + 1))
  test "$looks" -le "$most" || { echo "alive $waits"; exit; }
  sleep 0.03 || sleep 1
done
