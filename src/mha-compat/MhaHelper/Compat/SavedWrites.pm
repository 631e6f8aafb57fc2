package MhaHelper::Compat::SavedWrites;

# What MHA's node programs write into their work directory is rows of the tables, which MHA leaves readable for every
# user of the host. scp keeps the mode, so the copies on the manager and on the other hosts are closed too.
use strict;
use warnings;
use File::Basename ();

my %WRITES = map { $_ => 1 } qw(save_binary_logs apply_diff_relay_logs);

sub install {
  umask 077 if $WRITES{ File::Basename::basename($0) };
  return;
}

1;
