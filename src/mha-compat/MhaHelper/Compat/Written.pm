package MhaHelper::Compat::Written;

# MHA does not look whether what it writes reaches the disk: where there is no room it goes on with a binary log that
# breaks off.
use strict;
use warnings;
use MhaHelper::Compat::Install;

sub install {
  my ($head, $rest);
  $head = MhaHelper::Compat::Install::replace('MHA::BinlogManager::dump_binlog_header_fde', sub {
    my (undef, undef, undef, $to) = @_;
    my $size = $head->(@_);
    is_whole($to, $size);
    return $size;
  });
  $rest = MhaHelper::Compat::Install::replace('MHA::BinlogManager::dump_binlog_from_pos', sub {
    my (undef, $directory, $file, $position, $to) = @_;
    my ($size, $before) = ((-s "$directory/$file") || 0, (-s $to) || 0);
    $rest->(@_);
    is_whole($to, $before + ($position < $size ? $size - $position : 0));
    return;
  });
  return;
}

sub is_whole {
  my ($file, $wanted) = @_;
  my $size = (-s $file) || 0;
  die "$file has $size bytes instead of $wanted: is there room?\n" if $size < $wanted;
  return;
}

1;
