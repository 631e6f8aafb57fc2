package MhaHelper::Compat::AppliedOnce;

# With file and position, MHA that ends after it has brought the last writes of the dead master to a server leaves no
# trace of that, and the next failover brings them again: a duplicate key at best, at worst an UPDATE is done twice. So
# it is noted beside MHA's own files, before and after: from where on, and where the server's own binary log stood.
use strict;
use warnings;
use File::Glob ();
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Program;

# Older notes are of another life of these servers, where they do not fit.
use constant RECENT_SECONDS => 86_400;

sub install {
  my $apply;
  $apply = MhaHelper::Compat::Install::replace('MHA::MasterFailover::apply_diff', sub {
    my ($target, $logger) = @_;
    my $log = $logger || $target->{logger};
    my $now = eval { state($target) };
    if (!$now) {
      $log->warning('mha-helper compat: it is not known whether an earlier failover has brought these writes to '
        . $target->get_hostinfo() . ' already' . ($@ ? ": $@" : ''));
      return $apply->(@_);
    }
    my $earlier = read_note($now->{file});
    my $verdict = verdict($earlier, $now);
    if ($verdict eq 'done') {
      $log->info('mha-helper compat: an earlier failover has brought these writes to ' . $target->get_hostinfo()
        . " already ($earlier->{at}): not once more");
      $target->stop_sql_thread($log);
      return (0, 0);
    }
    if ($verdict eq 'unknown') {
      $log->error('mha-helper compat: an earlier failover has begun to bring these writes to '
        . $target->get_hostinfo() . " ($earlier->{at}, from $now->{from} on), and it is not known which are there: "
        . "compare it with the dead master's binary log; then remove $now->{file} here to bring all of them");
      return (1, 0);
    }
    write_note($now, '') or $log->warning("mha-helper compat: $now->{file}: $!");
    my @ended = $apply->(@_);
    if (@ended == 2 && "@ended" eq '0 0') {
      my $after = eval { position($target) } // '';
      write_note($now, $after) or $log->warning("mha-helper compat: $now->{file}: $!");
    }
    return @ended;
  });
  return;
}

# @return {file, from, size, position}; nothing where MHA will say itself what is wrong
sub state {
  my ($target) = @_;
  return if $target->wait_until_relay_log_applied();
  my %status = $target->check_slave_status();
  return unless $status{Status} eq '0';
  my $dir = $target->{manager_workdir} || '/var/tmp';
  return {
    file     => "$dir/applied_$target->{hostname}_$target->{port}",
    from     => "$target->{Master_IP}:$target->{Master_Port} $status{Relay_Master_Log_File}:"
      . $status{Exec_Master_Log_Pos},
    size     => saved($target, $dir),
    position => position($target) // return,
  };
}

# Of what was saved from the dead master last; 0 where nothing was.
sub saved {
  my ($target, $dir) = @_;
  my ($dead) = grep { $_->{ip} eq $target->{Master_IP} && $_->{port} == $target->{Master_Port} }
    MhaHelper::Compat::Program::servers();
  my $name = $dead ? "$dead->{hostname}_$dead->{port}" : '*';
  my ($newest) = sort { -M $a <=> -M $b } File::Glob::bsd_glob("$dir/saved_master_binlog_from_${name}_*.binlog");
  return defined $newest ? -s $newest : 0;
}

# Of the server's own binary log; nothing where it has none.
sub position {
  my ($target) = @_;
  my ($file, $position) = $target->{dbhelper}->show_master_status();
  return defined $file ? "$file:$position" : undef;
}

# `new`: nothing of it is there. `done`: all of it. `unknown`: some of it may be.
sub verdict {
  my ($earlier, $now) = @_;
  return 'new' unless $earlier && $earlier->{from} eq $now->{from};
  return 'done' if $earlier->{after} eq $now->{position} && $earlier->{size} eq $now->{size};
  return 'new' if $earlier->{after} eq '' && $earlier->{before} eq $now->{position};
  return $earlier->{age} < RECENT_SECONDS ? 'unknown' : 'new';
}

sub read_note {
  my ($file) = @_;
  open my $note, '<', $file or return;
  chomp(my @lines = <$note>);
  my %note;
  @note{qw(from size before after at)} = @lines;
  return unless defined $note{at};
  $note{age} = time - (stat $note)[9];
  return \%note;
}

sub write_note {
  my ($now, $after) = @_;
  my $new = "$now->{file}.new";
  open my $note, '>', $new or return 0;
  print {$note} map { "$_\n" } $now->{from}, $now->{size}, $now->{position}, $after, scalar localtime;
  return close($note) && rename $new, $now->{file};
}

1;
