package MhaHelper::Compat::LogNames;

# Names of binary logs in the order of their numbers. MHA compares them as text: mysql-bin.1000000, which follows
# mysql-bin.999999, would be the oldest.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use overload '""' => sub { return ${ $_[0] } }, 'cmp' => \&compare, fallback => 1;

my @NAMES = qw(Master_Log_File Relay_Master_Log_File);

sub install {
  MhaHelper::Compat::Install::replace('MHA::BinlogManager::get_all_binlogs_from_prefix', \&files)
    if $INC{'MHA/BinlogManager.pm'};
  return unless $INC{'MHA/DBHelper.pm'};
  my $status;
  # All that MHA compares comes from here.
  $status = MhaHelper::Compat::Install::replace('MHA::DBHelper::check_slave_status', sub {
    my %status = $status->(@_);
    $_ = of($_) for grep { defined } @status{@NAMES};
    return %status;
  });
  return;
}

sub of {
  my ($name) = @_;
  return bless \$name, __PACKAGE__;
}

sub compare {
  my ($one, $other, $swapped) = @_;
  my ($first, $second) = map { [ parts(defined $_ ? "$_" : '') ] } $swapped ? ($other, $one) : ($one, $other);
  return $first->[0] cmp $second->[0] || $first->[1] <=> $second->[1];
}

sub parts {
  my ($name) = @_;
  return $name =~ /^(.*)\.(\d+)\z/s ? ($1, $2) : ($name, -1);
}

# The files of a directory that belong together, oldest first.
sub files {
  my ($prefix, $directory) = @_;
  opendir my $entries, $directory or return;
  my %numbers = map { /^\Q$prefix\E\.(\d+)\z/ ? ($_ => $1) : () } readdir $entries;
  return sort { $numbers{$a} <=> $numbers{$b} } keys %numbers;
}

1;
