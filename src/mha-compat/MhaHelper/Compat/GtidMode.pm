package MhaHelper::Compat::GtidMode;

# Whether a cluster fails over by GTID. MHA wants transactions for that, which a new cluster has not; and MariaDB has no
# switch for it: there, a cluster does when all its replicas follow by GTID.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;

sub install {
  my $original;
  $original = MhaHelper::Compat::Install::replace('MHA::ServerManager::get_gtid_status', sub {
    my ($self) = @_;
    my @servers = $self->get_alive_servers();
    my @replicas = $self->get_alive_slaves();
    my @by_gtid = grep { $_->{Auto_Position} } @replicas;
    my $mode = @replicas && @by_gtid == @replicas ? 1 : 0;
    if (grep { !MhaHelper::Compat::ServerKind::of($_->{dbh})->mariadb } @servers) {
      return $mode && @servers == grep({ $_->{has_gtid} } @servers) ? 1 : $original->(@_);
    }
    $self->{logger}->warning('mha-helper compat: only some of the replicas follow by GTID (Using_Gtid): it is not '
      . 'used') if @by_gtid && !$mode;
    for my $server (@servers) {
      $server->{has_gtid} = $server->{dbhelper}{has_gtid} = $mode;
    }
    return $mode;
  });
  return;
}

1;
