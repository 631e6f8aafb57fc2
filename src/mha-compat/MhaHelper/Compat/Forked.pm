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
  my $connect;
  $connect = MhaHelper::Compat::Install::replace('MHA::HealthCheck::connect', sub {
    my ($self) = @_;
    # Longer than MHA waits for its advisory lock.
    local $MhaHelper::Compat::Connect::read_seconds = 5 * $self->{interval};
    return $connect->(@_);
  });
  return;
}

# @param $again makes the same connection once more
sub remember {
  my ($dbh, $again) = @_;
  $dbh->{private_mha_helper_again} = [ $$, $again ];
  return;
}

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
