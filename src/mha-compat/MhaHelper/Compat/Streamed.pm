package MhaHelper::Compat::Streamed;

# Without GTID, MHA lets the dead master write what no replica has received into remote_workdir there, and copies that
# file. A host whose disk is full, which may have been the master's death, cannot write it: then its binary logs come
# over SSH as they are, and are put together here.
use strict;
use warnings;
use File::Path ();
use MHA::BinlogManager;
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::Install;

# As save_binary_logs leaves: 10 says that there is nothing.
use constant NOTHING => 10;
# As much as the head of a binary log may take.
use constant HEAD => 65_536;
my ($BEGIN, $END) = ('mha-helper: binary logs begin', 'mha-helper: binary logs end');

# While MHA saves the dead master's: from where on, and its server. And where the result is.
our $wanted;
my $made;

sub install {
  my ($save, $execute, $copy);
  $save = MhaHelper::Compat::Install::replace('MHA::MasterFailover::save_master_binlog_internal', sub {
    my ($file, $position, $dead) = @_;
    local $wanted = { file => "$file", position => $position, dead => $dead };
    return $save->(@_);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_ssh_cmd', sub {
    my @ended = $execute->(@_);
    my ($high, $low) = @ended;
    return @ended unless $wanted && $_[2] =~ /\bsave_binary_logs --command=save / && $_[2] =~ / --handle_raw_binlog=1 /;
    return @ended if $low == 0 && ($high == 0 || $high == NOTHING);
    my @instead = instead($high);
    return @instead ? @instead : @ended;
  });
  $copy = MhaHelper::Compat::Install::replace('MHA::NodeUtil::file_copy', sub {
    my (undef, $here) = @_;
    return $copy->(@_) unless $wanted && $made;
    my $failed = !rename $made, $here;
    undef $made;
    return $failed;
  });
  return;
}

# @return exit code and signal as of save_binary_logs; an empty list when this has failed too
sub instead {
  my ($code) = @_;
  my ($dead, $log) = ($wanted->{dead}, $wanted->{dead}{logger});
  my $from = $dead->get_hostinfo() . " from $wanted->{file}:$wanted->{position} on";
  $log->warning("mha-helper compat: saving the binary log on $from has failed there (exit $code): it is read from "
    . 'here');
  my $stem = sprintf '%s/streamed_%s_%d', $dead->{manager_workdir} || '/var/tmp', $dead->{hostname}, $$;
  my $result = "$stem.binlog";
  my $size = eval {
    File::Path::make_path($stem, { mode => 0700 });
    MhaHelper::Compat::BinaryLogs::run($dead, script(), "$stem/stream", "$stem/said")
      and die join(' ', (MhaHelper::Compat::BinaryLogs::lines("$stem/said"))[-1] // 'ssh has failed') . "\n";
    put_together($stem, $result, parts("$stem/stream", $stem));
  };
  my $why = $@;
  File::Path::remove_tree($stem);
  if (!defined $size) {
    chomp $why;
    $log->error("mha-helper compat: the binary log on $from could not be read from here either: $why");
    return;
  }
  $log->info("mha-helper compat: $size bytes of the binary log on $from");
  return (NOTHING, 0) unless $size;
  $made = $result;
  return (0, 0);
}

# Prints each piece behind a line with its file, the offset there, and its length. Of the first file only the head and
# what begins at the position.
sub script {
  my ($file, $position, $dead) = @$wanted{qw(file position dead)};
  my ($prefix, $first) = $file =~ /^(.+)\.(\d+)\z/ or die "the name of the binary log is not known ($file)\n";
  my $quoted = \&MhaHelper::Compat::BinaryLogs::quoted;
  my $directories = join ' ', map { $quoted->($_) } split /,/, $dead->{master_binlog_dir} // '/var/lib/mysql';
  my $head = HEAD;
  return 'prefix=' . $quoted->($prefix) . "; first=$first; position=$position\n" . <<"SCRIPT";
piece() { echo "\$1 \$2 \$3"; tail -c +\$((\$2 + 1)) "\$1" | head -c "\$3"; }
for directory in $directories; do
  test -r "\$directory/\$prefix.\$first" && cd "\$directory" || continue
  echo '$BEGIN'
  for number in \$(ls | sed -n "s/^\$prefix\\.\\([0-9][0-9]*\\)\\\$/\\1/p" | sort -n); do
    test "\$number" -ge \$first || continue
    from=0
    if test "\$number" -eq \$first && test \$position -gt $head; then
      piece "\$prefix.\$number" 0 $head; from=\$position
    fi
    size=\$(wc -c <"\$prefix.\$number") || exit
    piece "\$prefix.\$number" \$from \$((size - from))
  done
  echo '$END'; exit 0
done
echo 'there is no $file that can be read in $directories' >&2; exit 1
SCRIPT
}

# Lays the pieces into files. @return the names of those, in order. Dies when the stream breaks off.
sub parts {
  my ($stream, $directory) = @_;
  my $broken = "the stream has broken off\n";
  open my $input, '<:raw', $stream or die "$stream: $!\n";
  my @names;
  while (defined(my $line = <$input>)) { last if $line eq "$BEGIN\n" }
  while (1) {
    my $line = <$input> // die $broken;
    return @names if $line eq "$END\n";
    my ($name, $offset, $length) = $line =~ /^([^\/]+) (\d+) (\d+)\n\z/ or die $broken;
    my $mode = grep({ $_ eq $name } @names) ? '+<:raw' : '>:raw';
    push @names, $name if $mode eq '>:raw';
    open my $output, $mode, "$directory/$name" or die "$directory/$name: $!\n";
    seek $output, $offset, 0;
    while ($length) {
      my $read = read $input, my $bytes, $length < 1 << 20 ? $length : 1 << 20 or die $broken;
      print $output $bytes or die "$directory/$name: $!\n";
      $length -= $read;
    }
    close $output or die "$directory/$name: $!\n";
  }
}

# As MHA's save_binary_logs does it: the head of the first file, then all events but those that only begin a file.
# @return how many bytes of events there are
sub put_together {
  my ($directory, $result, @names) = @_;
  my $manager = MHA::BinlogManager->new(handle_raw_binlog => 1);
  my $quiet = '';
  open my $nowhere, '>', \$quiet or die "$!\n";
  my $before = select $nowhere;
  my ($first, $position, $head) = (1, $wanted->{position});
  my $done = eval {
    for my $name (@names) {
      $head //= $manager->get_end_binlog_fde($directory, $name);
      $manager->dump_binlog($directory, $name, $first ? $position : 4, $result, $first);
      $first = 0;
    }
    1;
  };
  select $before;
  die $@ unless $done;
  return (-s $result) - $head;
}

1;
