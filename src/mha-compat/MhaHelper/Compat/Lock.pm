package MhaHelper::Compat::Lock;

# FLUSH TABLES WITH READ LOCK on the original master of a planned switch. MHA 0.58 says "ok" and sends it only when read_only could not be
# set; users with SUPER would go on writing there.
use strict;
use warnings;
use MhaHelper::Compat::Install;

# The application cannot write meanwhile. Where the lock is not to be had, MHA looks whether the binary log rests instead.
use constant SECONDS => 5;

sub install {
  MhaHelper::Compat::Install::replace('MHA::DBHelper::flush_tables_with_read_lock', sub {
    my ($self) = @_;
    for my $sql ('SET GLOBAL read_only=1', 'SET SESSION lock_wait_timeout=' . SECONDS, 'FLUSH TABLES WITH READ LOCK') {
      my $failed = $self->execute($sql);
      return $failed if $failed;
    }
    return 0;
  });
  return;
}

1;
