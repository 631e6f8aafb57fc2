package MhaHelper::Compat::Sizes;

# Without GTID, MHA starts a program on the dead master's host to learn, most of the time, that nothing is to be saved.
# The sizes of its binary logs tell it at the same moment: the file that the latest replica has read ends where that has
# read to, and no later one is there. Whatever else is seen, or is not seen, leaves the question to MHA's program.
use strict;
use warnings;
use MhaHelper::Compat::BinaryLogs;
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::OneLogin;
use MhaHelper::Compat::Say;

# MHA's program is there where this does not answer.
use constant MOST_SECONDS => 3;
my $END = 'mha-helper: all sizes';

sub install {
  return unless MhaHelper::Compat::Cuts::on('sizes');
  my $save;
  $save = MhaHelper::Compat::Install::replace('MHA::MasterFailover::save_master_binlog_internal', sub {
    my ($file, $position, $dead) = @_;
    return $save->(@_) unless has_nothing($file, $position, $dead);
    MhaHelper::Compat::Say::say_as('info', "the binary logs of the dead master end at $file:$position, and the latest "
      . 'replica has received that: nothing is to be saved');
    return;
  });
  return;
}

# @param file, position up to where the latest replica has received
sub has_nothing {
  my ($file, $position, $dead) = @_;
  my ($prefix, $number) = $file =~ /^(.+)\.([0-9]+)$/ or return 0;
  my $to = sprintf '%s/sizes_%s_%d', $dead->{manager_workdir} || '/var/tmp', $dead->{hostname}, $$;
  local $MHA::ManagerConst::SSH_OPT_ALIVE = MhaHelper::Compat::OneLogin::option() . $MHA::ManagerConst::SSH_OPT_ALIVE;
  my $script = script($prefix, $number, $dead);
  my $failed = eval { MhaHelper::Compat::BinaryLogs::run($dead, $script, $to, "$to.err", MOST_SECONDS) };
  $failed //= $@;
  my @lines = MhaHelper::Compat::BinaryLogs::lines($to);
  unlink $to, "$to.err";
  return 0 if $failed || ($lines[-1] // '') ne $END;
  my @sizes = grep { / \Q$prefix\E\.[0-9]+$/ } @lines;
  return @sizes == 1 && $sizes[0] eq "$position $file";
}

# This file and all later ones, with their sizes.
sub script {
  my ($prefix, $number, $dead) = @_;
  my @directories = split /,/, $dead->{master_binlog_dir} // '/var/lib/mysql';
  return join "\n",
    'prefix=' . MhaHelper::Compat::BinaryLogs::quoted($prefix),
    'for directory in ' . join(' ', map { MhaHelper::Compat::BinaryLogs::quoted($_) } @directories) . '; do',
    '  for file in "$directory/$prefix".*; do',
    '    number=${file##*.}',
    '    case $number in *[!0-9]*) continue ;; esac',
    "    test \"\$number\" -ge $number || continue",
    '    echo $(wc -c <"$file") "${file##*/}"',
    '  done',
    'done',
    "echo '$END'", '';
}

1;
