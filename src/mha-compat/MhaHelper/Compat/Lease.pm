package MhaHelper::Compat::Lease;

# Several managers: until when this one may act. The monitor writes it into a file each time etcd has renewed its lease;
# MHA, which the monitor may not reach in time, looks there before each connection and each statement, and ends where it
# is over: by then another manager may lead.
use strict;
use warnings;
use POSIX ();
use MhaHelper::Compat::Say;

my $released = 0;

# From here on the failover is reserved by its own record in etcd, whoever leads.
sub release {
  $released = 1;
  return;
}

sub is_over {
  my $file = $ENV{MHA_HELPER_LEASE} // '';
  return $file ne '' && !$released && left($file) <= 0;
}

sub check {
  return unless is_over();
  MhaHelper::Compat::Say::error('another manager may lead this cluster now (the lease in etcd was not renewed): '
    . 'masterha_manager ends here, and does nothing more');
  # Not by die: MHA would take it for an error of the server. And no .failover.error: the cluster is not to blame.
  return POSIX::_exit(1);
}

# In ms; nothing is left where it cannot be read.
sub left {
  my ($file) = @_;
  open my $lease, '<', $file or return 0;
  my ($ends) = (<$lease> // '') =~ /^([0-9]+(?:\.[0-9]+)?)$/ or return 0;
  open my $uptime, '<', '/proc/uptime' or return 0;
  my ($now) = (<$uptime> // '') =~ /^([0-9.]+)/ or return 0;
  return $ends - 1000 * $now;
}

1;
