package MhaHelper::Compat::Forked;

# MHA forks, and its children go on with the connections of their parent: to ping, to stop IO threads, to re-point
# replicas. An encrypted connection does not survive that, because each end numbers what it sends. So a child makes one
# of its own when it first uses a handle.
use strict;
use warnings;
use MhaHelper::Compat::Install;

# The parents' connections, kept: their end would be the end of the parent's too.
my @of_parents;

sub install {
  my ($connect, $status);
  $connect = MhaHelper::Compat::Install::replace('MHA::HealthCheck::connect', sub {
    my ($self) = @_;
    # Longer than MHA waits for its advisory lock.
    local $MhaHelper::Compat::Connect::read_seconds = 5 * $self->{interval};
    return $connect->(@_);
  });
  # Its children ping over connections of their own, and MHA lets a session end that is idle for two intervals: the
  # monitor's own must not, because its end stands for the server's (EarlyPing.pm).
  $status = MhaHelper::Compat::Install::replace('MHA::HealthCheck::update_status_ok', sub {
    my ($self) = @_;
    my $dbh = $self->{dbh};
    $self->{_need_reconnect} = 1 if $dbh && is_encrypted($dbh) && !eval { $dbh->do('DO 0') };
    return $status->(@_);
  });
  return;
}

# @param $again makes the same connection once more
sub remember {
  my ($dbh, $again) = @_;
  $dbh->{private_mha_helper_again} = [ $$, $again ];
  return;
}

sub is_encrypted { return defined $_[0]{private_mha_helper_again} }

# Before each use of a handle. False, with the handle's error set, when there is no connection to be had.
sub own {
  my ($dbh) = @_;
  my ($maker, $again) = @{ $dbh->{private_mha_helper_again} || return 1 };
  return 1 if $maker == $$;
  my $fresh = $again->();
  if (!$fresh) {
    # Copies: DBI's variables speak of the handle that was used last.
    my ($error, $text) = ($DBI::err, $DBI::errstr);
    $dbh->set_err($error, $text);
    return 0;
  }
  $fresh->{$_} = $dbh->{$_} for qw(RaiseError PrintError);
  $dbh->swap_inner_handle($fresh);
  $fresh->{InactiveDestroy} = 1;
  push @of_parents, $fresh;
  return 1;
}

1;
