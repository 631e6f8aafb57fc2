package MhaHelper::Compat::BinaryLogs;

# What a host's binary logs hold that a server has not executed, as text for its client: read by GTID where they lie, by
# the host's own mysqlbinlog. A position would not do: MariaDB would execute a second time what it has already.
use strict;
use warnings;
use POSIX ();
use Time::HiRes ();
use MhaHelper::Compat::Wait;

# The first value counts: a host that has gone meanwhile must not hold MHA up for as long as MHA's own options would let
# it.
my $BOUNDED = '-o ServerAliveInterval=5 -o ServerAliveCountMax=3 -o ConnectTimeout=5 -o ConnectionAttempts=1';
# Seconds without a byte: a disk that hangs may have been the master's death.
use constant SILENT_SECONDS => 30;
my $BEGIN = '-- mha-helper: mysqlbinlog begins';
my $TRANSACTION = qr{^(?:SET \@\@SESSION\.GTID_NEXT= '[^A]|/\*M?!\d+ SET \@\@session\.gtid_seq_no=)};

# @param source of MHA's servers the one whose host is read
# @param from {mariadb, executed, file}: what is executed already, and the first file that may hold more
# @param to file for the text; nothing is left of it after a failure
# @return how many transactions it holds. Dies with the reason, one line.
sub read_from {
  my ($source, $from, $to) = @_;
  my $script = script($source, $from);
  my $failure = run($source, $script, $to, "$to.err");
  my @said = grep { /\S/ } lines("$to.err");
  unlink "$to.err";
  if (defined $failure) {
    unlink $to;
    die $failure . (@said ? ": $said[-1]" : '') . "\n";
  }
  my ($count, $encrypted) = count($to);
  # MariaDB's program takes that for the end of a file that was in use, and is content.
  if ($encrypted || grep { /decryption failure/i } @said) {
    unlink $to;
    die "it is encrypted\n";
  }
  return $count;
}

# How many transactions the text holds, and whether it breaks off. What a login script has said before it is taken away.
sub count {
  my ($file) = @_;
  open my $text, '<', $file or die "$file: $!\n";
  my ($count, $encrypted, $begin) = (0, 0);
  while (<$text>) {
    if (!defined $begin) { $begin = tell($text) - length if $_ eq "$BEGIN\n" }
    elsif ($_ =~ $TRANSACTION) { $count++ }
    elsif (/^# The rest of the binlog is encrypted!/) { $encrypted = 1 }
  }
  die "$file: its begin is missing\n" unless defined $begin;
  if ($begin > 0) {
    open my $rest, '+<', $file or die "$file: $!\n";
    seek $text, $begin, 0;
    print {$rest} $_ while <$text>;
    my $end = tell $rest;
    close $rest or die "$file: $!\n";
    truncate $file, $end or die "$file: $!\n";
  }
  return ($count, $encrypted);
}

sub script {
  my ($source, $from) = @_;
  my ($prefix, $first) = $from->{file} =~ /^(.+)\.(\d+)$/
    or die "the file where it would begin is not known ($from->{file})\n";
  (my $executed = $from->{executed}) =~ s/\s//g;
  my @since = $executed eq '' ? () : $from->{mariadb} ? "--start-position=$executed" : "--exclude-gtids=$executed";
  my @programs = $from->{mariadb} ? qw(mariadb-binlog mysqlbinlog) : qw(mysqlbinlog);
  my $directories = join ' ', map { quoted($_) } split /,/, $source->{master_binlog_dir} // '/var/lib/mysql';
  return join "\n",
    $source->{client_bindir} ? 'PATH=' . quoted($source->{client_bindir}) . ':$PATH; export PATH' : (),
    $source->{client_libdir} ? 'LD_LIBRARY_PATH=' . quoted($source->{client_libdir}) . '; export LD_LIBRARY_PATH' : (),
    'prefix=' . quoted($prefix) . '; set --',
    "for directory in $directories; do",
    '  test -e "$directory/$prefix".' . quoted($first) . ' || continue',
    '  for number in $(ls "$directory" | sed -n "s/^$prefix\.\([0-9][0-9]*\)\$/\1/p" | sort -n); do',
    "    test \"\$number\" -lt $first || set -- \"\$@\" \"\$directory/\$prefix.\$number\"",
    '  done',
    '  break',
    'done',
    'test $# -gt 0 || { echo '
      . quoted("there is no $from->{file} that can be read in $directories: see master_binlog_dir in MHA's "
      . "configuration") . ' >&2; exit 1; }',
    (map { call($_, map { quoted($_) } @since) } @programs),
    'echo ' . quoted("$programs[0] is not there: install it, or set client_bindir in MHA's configuration")
      . ' >&2; exit 1', '';
}

# MariaDB's strict mode takes it for an error that nothing is left, or that GTIDs are out of order. Files that begin too
# late are one without it too.
sub call {
  my ($program, @since) = @_;
  return "if command -v $program >/dev/null; then",
    "  case \$($program --no-defaults --help) in *--gtid-strict-mode*) set -- --skip-gtid-strict-mode \"\$@\";; esac",
    "  echo '$BEGIN'; exec $program --no-defaults @since \"\$@\"",
    'fi';
}

# @param most seconds without a byte, where there is less time than usually
# @return undef, or why it failed
sub run {
  my ($source, $script, $to, $errors, $most) = @_;
  open my $input, '+>', undef or die "temporary file: $!\n";
  print $input $script;
  seek $input, 0, 0;
  my $mask = umask 077;
  open my $output, '>', $to or do { umask $mask; die "$to: $!\n" };
  open my $said, '>', $errors or do { umask $mask; die "$errors: $!\n" };
  umask $mask;
  my @where = ('-p', $source->{ssh_port}, "$source->{ssh_user}\@$source->{ssh_ip}");
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    open STDIN, '<&', $input and open STDOUT, '>&', $output and open STDERR, '>&', $said
      and exec "exec ssh $BOUNDED $MHA::ManagerConst::SSH_OPT_ALIVE @where sh -s";
    POSIX::_exit(127);
  }
  my ($size, $since) = (-1, time);
  my ($limit) = sort { $a <=> $b } MhaHelper::Compat::Wait::limit(), $most // SILENT_SECONDS;
  while (waitpid($pid, POSIX::WNOHANG()) == 0) {
    ($size, $since) = (-s $to, time) if -s $to != $size;
    if (time - $since >= $limit) {
      kill 'KILL', $pid;
      waitpid $pid, 0;
      return "nothing has come for $limit seconds";
    }
    Time::HiRes::sleep(0.02);
  }
  return if $? == 0;
  return $? >> 8 == 255 ? 'ssh has failed' : 'it has failed there (exit ' . ($? >> 8) . ')';
}

sub lines {
  my ($file) = @_;
  open my $text, '<', $file or return;
  my @lines = <$text>;
  s/\s+$// for @lines;
  return @lines;
}

sub quoted {
  my ($text) = @_;
  $text =~ s/'/'\\''/g;
  return "'$text'";
}

1;
