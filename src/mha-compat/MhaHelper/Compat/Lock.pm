package MhaHelper::Compat::Lock;

# FLUSH TABLES WITH READ LOCK on the original master of a planned switch. MHA 0.58 says "ok" and sends it only when
# read_only could not be set; users with SUPER would go on writing there.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Say;

# The application cannot write meanwhile.
our $SECONDS = 5;

# Access denied: no SUPER, no RELOAD. There MHA looks whether the binary log rests instead.
my %NO_PRIVILEGE = map { $_ => 1 } 1044, 1045, 1142, 1227;

sub install {
  MhaHelper::Compat::Install::replace('MHA::DBHelper::flush_tables_with_read_lock', \&lock_tables);
  return;
}

# The limit comes first: read_only waits for the same locks.
sub lock_tables {
  my ($self) = @_;
  my $unlimited = $self->execute("SET SESSION lock_wait_timeout=$SECONDS");
  die "lock_wait_timeout could not be set: $unlimited\n" if $unlimited;
  my $writable = $self->execute('SET GLOBAL read_only=1');
  MhaHelper::Compat::Say::error("read_only=1 could not be set on the original master: $writable") if $writable;
  my $failed = $self->execute('FLUSH TABLES WITH READ LOCK') or return 0;
  my $code = $self->{dbh}->err // 0;
  return $failed if $NO_PRIVILEGE{$code};
  # Usually a statement of a user with SUPER that still runs. The binary log rests until it commits, and then the write
  # would be lost.
  die "FLUSH TABLES WITH READ LOCK on the original master has failed: $code $failed. A statement that still runs "
    . "there may yet write: "
    . "end it, then start the switch again\n";
}

1;
