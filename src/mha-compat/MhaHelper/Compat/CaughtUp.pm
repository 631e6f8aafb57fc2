package MhaHelper::Compat::CaughtUp;

# By GTID, MHA makes the server that shall be the new master a replica of the one that has received most, so that it
# gets what it lacks. An MHA that ends after that leaves a topology that the next one refuses ("replicates from db12,
# but real master is db10"), and nobody is the master. So it is noted beside MHA's own files where the server stood
# before, and the next failover is told that: it does the same once more.
use strict;
use warnings;
use File::Basename ();
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::LogNames;
use MhaHelper::Compat::ServerKind;

# Where a server stood, by the name of its connection: {via, Master_Host, Master_Port, file, position}.
my %before;

sub install {
  if ($INC{'MHA/MasterFailover.pm'}) {
    my $recover;
    $recover = MhaHelper::Compat::Install::replace('MHA::MasterFailover::recover_master_gtid_internal', sub {
      my ($target, $latest, @rest) = @_;
      return $recover->(@_) if $target->{id} eq $latest->{id};
      # It may have what the dead master's own log had, and then nobody can send it that.
      return $recover->($target, $target, @rest) if $before{ name($target) } && has_all($target, $latest);
      write_note($target, $latest);
      return $recover->(@_);
    });
  }
  my $validate;
  $validate = MhaHelper::Compat::Install::replace('MHA::ServerManager::validate_current_master', sub {
    my ($manager) = @_;
    if (File::Basename::basename($0) =~ /^masterha_(?:manager|master_switch)\z/) {
      for my $server ($manager->get_alive_servers()) {
        my $stood = eval { stood($manager, $server) } or next;
        $manager->{logger}->info('mha-helper compat: an earlier failover has made ' . $server->get_hostinfo()
          . " a replica of $server->{Master_Host} to get what it lacked, and ended: taken for a replica of "
          . "$stood->{Master_Host}, as it was ($stood->{file}:$stood->{position})");
        @$server{qw(Master_Host Master_IP Master_Port)} = @$stood{qw(Master_Host Master_IP Master_Port)};
        $before{ name($server) } = $stood;
      }
    }
    return $validate->(@_);
  });
  my $status;
  $status = MhaHelper::Compat::Install::replace('MHA::DBHelper::check_slave_status', sub {
    my ($self) = @_;
    my %status = $status->(@_);
    my $stood = $self->{dbh} ? $before{ $self->{dbh}{Name} } : undef;
    return %status if !$stood || ($status{Master_Host} // '') ne $stood->{via};
    my $file = MhaHelper::Compat::LogNames::of($stood->{file});
    delete @status{ grep { /^Err/ } keys %status };
    return (%status, Status => 0, map({ $_ => $stood->{$_} } qw(Master_Host Master_Port)), Master_Log_File => $file,
      Relay_Master_Log_File => $file, map({ $_ => $stood->{position} } qw(Read_Master_Log_Pos Exec_Master_Log_Pos)));
  });
  # From here on it is what it says.
  my $change;
  $change = MhaHelper::Compat::Install::replace('MHA::ServerManager::change_master_and_start_slave', sub {
    my ($manager, $target) = @_;
    delete $before{ name($target) };
    return $change->(@_);
  });
  return;
}

sub name { return $_[0]{dbhelper}{dbh}{Name} }

# Of what the other has received.
sub has_all {
  my ($target, $latest) = @_;
  return 0 if $latest->wait_until_relay_log_applied();
  my ($mine, $its) = map { $_->{dbhelper}{dbh} } $target, $latest;
  if (MhaHelper::Compat::ServerKind::of($mine)->mariadb) {
    my $select = 'SELECT @@global.gtid_current_pos, @@global.gtid_binlog_pos';
    my ($has, $wanted) = map { MhaHelper::Compat::Applied::furthest($_->selectrow_array($select)) } $mine, $its;
    return MhaHelper::Compat::Applied::reached($has, $wanted);
  }
  my ($wanted) = $its->selectrow_array('SELECT @@global.gtid_executed');
  my ($within) = $mine->selectrow_array('SELECT GTID_SUBSET(?, @@global.gtid_executed)', undef, $wanted);
  return defined $wanted && $within;
}

# @return where it stood, of a server that replicates from where an earlier failover has pointed it; nothing where it
# may be somebody's intention that it does
sub stood {
  my ($manager, $server) = @_;
  return if $server->{not_slave} ne '0' || $server->{multi_tier_slave};
  my ($from, $via, $file, $position) = read_note($server) or return;
  return unless $via eq "$server->{Master_IP}:$server->{Master_Port}";
  my ($other) = grep { "$_->{ip}:$_->{port}" eq $via } $manager->get_alive_servers();
  return unless $other && $other->{not_slave} eq '0' && $other->{read_only};
  return unless "$other->{Master_IP}:$other->{Master_Port}" eq $from;
  return unless grep { "$_->{ip}:$_->{port}" eq $from } $manager->get_dead_servers();
  my %of_other = map { $_ => $other->{$_} } qw(Master_Host Master_IP Master_Port);
  return { %of_other, via => $server->{Master_Host}, file => $file, position => $position };
}

sub note_file {
  my ($server) = @_;
  return ($server->{manager_workdir} || '/var/tmp') . "/caught_up_$server->{hostname}_$server->{port}";
}

# @return (dead master, server that it gets the rest from, each as IP:PORT, the dead master's log, position in it)
sub read_note {
  my ($server) = @_;
  open my $note, '<', note_file($server) or return;
  chomp(my @lines = <$note>);
  return @lines == 4 ? @lines : ();
}

sub write_note {
  my ($target, $latest) = @_;
  my $file = note_file($target);
  my %status = $target->check_slave_status();
  return if $status{Status};
  my $text = join '', map { "$_\n" } "$target->{Master_IP}:$target->{Master_Port}", "$latest->{ip}:$latest->{port}",
    @status{qw(Relay_Master_Log_File Exec_Master_Log_Pos)};
  my $note;
  return if open($note, '>', "$file.new") && print({$note} $text) && close($note) && rename "$file.new", $file;
  $target->{logger}->warning("mha-helper compat: $file: $!");
  return;
}

1;
