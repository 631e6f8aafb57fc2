package MhaHelper::Compat::Cuts;

# Seconds that MHA 0.58 waits for nothing. Each cut has a name, and MHA_HELPER_CUTS_OFF (names, separated by commas)
# leaves it out: a site may live without one, and the bench compares.
use strict;
use warnings;
use MhaHelper::Compat::Install;

# Between two looks whether a child has ended.
use constant CHILD_SECONDS => 0.005;

sub on {
  my ($name) = @_;
  return !grep { $_ eq $name } split /[\s,]+/, $ENV{MHA_HELPER_CUTS_OFF} // '';
}

sub install {
  children()      if $INC{'Parallel/ForkManager.pm'}  && on('children');
  node_versions() if $INC{'MHA/ManagerUtil.pm'}       && on('versions');
  return;
}

# Parallel::ForkManager 2 looks once a second; older ones wait for the end itself.
sub children {
  return unless Parallel::ForkManager->can('set_waitpid_blocking_sleep');
  my $new;
  $new = MhaHelper::Compat::Install::replace('Parallel::ForkManager::new', sub {
    my $manager = $new->(@_);
    $manager->set_waitpid_blocking_sleep(CHILD_SECONDS);
    return $manager;
  });
  return;
}

# MHA asks again and again for the version of its programs, here and by ssh. What a host has said once is not asked for
# again; whether the host can be reached is never answered from memory, because that is asked by get_node_version.
sub node_versions {
  my (%known, $get, $check);
  $get = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::get_node_version', sub {
    my ($log, @place) = @_;
    my $version = $get->($log, @place);
    $known{ key(@place) } = $version if $version;
    return $version;
  });
  $check = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::check_node_version', sub {
    my ($log, @place) = @_;
    my $version = $known{ key(@place) };
    return $version if defined $version && $version >= $MHA::ManagerConst::NODE_MIN_VERSION;
    return $check->($log, @place);
  });
  return;
}

# Of one place: the user, the host, its address and its port; all of them empty for this host, however they are passed.
sub key { return join "\0", map { $_ // '' } @_[ 0 .. 3 ] }

1;
