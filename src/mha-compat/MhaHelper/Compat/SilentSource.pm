package MhaHelper::Compat::SilentSource;

# A semi-synchronous replica of MariaDB's that stops receiving logs in to its master first, to end its session there:
# where that host is gone it waits for the time limit of that, 5 s unless an operator has set another. A second is
# enough for a host that answers.
use strict;
use warnings;
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Install;

my $LIMIT = 'rpl_semi_sync_slave_kill_conn_timeout';
use constant SECONDS => 1;

sub install {
  return unless MhaHelper::Compat::Cuts::on('silence');
  my $stop;
  $stop = MhaHelper::Compat::Install::replace('MHA::DBHelper::stop_io_thread', sub {
    my ($self) = @_;
    my $dbh = $self->{dbh};
    # A server that does not know it has no such login.
    my (undef, $before) = $dbh ? $dbh->selectrow_array("SHOW GLOBAL VARIABLES LIKE '$LIMIT'") : ();
    my $is_less = ($before // 0) =~ /^[0-9]+\z/ && $before > SECONDS && $dbh->do("SET GLOBAL $LIMIT = " . SECONDS);
    my @ended = $stop->(@_);
    $dbh->do("SET GLOBAL $LIMIT = $before") if $is_less;
    return wantarray ? @ended : $ended[-1];
  });
  return;
}

1;
