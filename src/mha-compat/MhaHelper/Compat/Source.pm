package MhaHelper::Compat::Source;

# Re-pointing a replica: in the server's words, with every value quoted, and encrypted as replication was before. MHA
# 0.58 knows nothing of encryption, and puts the password between quotes as it is.
use strict;
use warnings;
use MhaHelper::Compat::Applied;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::ServerKind;

# Column of SHOW SLAVE STATUS (MHA's words), option without its prefix, whether it is a switch.
my @TRANSPORT = (
  [ 'Master_SSL_Allowed',            'SSL',                    1 ],
  [ 'Master_SSL_CA_File',            'SSL_CA',                 0 ],
  [ 'Master_SSL_CA_Path',            'SSL_CAPATH',             0 ],
  [ 'Master_SSL_Cert',               'SSL_CERT',               0 ],
  [ 'Master_SSL_Key',                'SSL_KEY',                0 ],
  [ 'Master_SSL_Cipher',             'SSL_CIPHER',             0 ],
  [ 'Master_SSL_Verify_Server_Cert', 'SSL_VERIFY_SERVER_CERT', 1 ],
);
# Of each replica seen by this process, by the name of its connection. The old master has none and gets that of another.
my (%transport, $any);
# MariaDB: by which position each replica followed at first; RESET SLAVE forgets it.
my %used_gtid;
# Whether the server that is re-pointed is the old master of a planned switch.
our $demoted = 0;

sub install {
  MhaHelper::Compat::Install::replace('MHA::DBHelper::change_master', sub {
    my ($self, $host, $port, $user, $password, $file, $position) = argument_order(@_);
    return change($self, $host, $port, $user, $password, [ LOG_FILE => $self->{dbh}->quote($file) ],
      [ LOG_POS => int $position ]);
  });
  MhaHelper::Compat::Install::replace('MHA::DBHelper::change_master_gtid', sub {
    my ($self, $host, $port, $user, $password) = @_;
    if (MhaHelper::Compat::ServerKind::of($self->{dbh})->mariadb) {
      begin_where_it_wrote($self);
      return change($self, $host, $port, $user, $password, [ USE_GTID => 'slave_pos' ]);
    }
    return change($self, $host, $port, $user, $password, [ AUTO_POSITION => 1 ]);
  });
  return unless $INC{'MHA/ServerManager.pm'};
  my $and_start;
  $and_start = MhaHelper::Compat::Install::replace('MHA::ServerManager::change_master_and_start_slave', sub {
    my ($self, $target, @rest) = @_;
    my $master = $self->{orig_master};
    local $demoted = $master && $master->{id} eq $target->{id};
    if ($demoted && !$self->is_gtid_auto_pos_enabled() && follows($target, $rest[0])) {
      ($rest[3] || $self->{logger})->info('mha-helper compat: ' . $target->get_hostinfo() . ' replicates from '
        . $rest[0]->get_hostinfo() . ' already, and goes on with that');
      return 0;
    }
    my $failed = eval { $and_start->($self, $target, @rest) };
    return $failed unless $@;
    ($rest[3] || $self->{logger})->error('mha-helper compat: ' . $target->get_hostinfo() . ": $@");
    return 1;
  });
  return;
}

# One of a pair of masters has applied what was written on the other since that was opened. Pointed to where the other
# stood before, it would apply that once more.
sub follows {
  my ($target, $master) = @_;
  my %status = $target->check_slave_status();
  return 0 unless $status{Status} eq '0' && $status{Master_Port} == $master->{port};
  return 0 unless grep { $status{Master_Host} eq $_ } $master->{hostname}, $master->{ip};
  return $status{Slave_IO_Running} eq 'Yes' && $status{Slave_SQL_Running} eq 'Yes';
}

# MHA does not look at what CHANGE MASTER answers and starts the replica: it would follow the old master again, or begin
# anywhere.
sub must {
  my ($self, $what, $sql) = @_;
  my $failed = $self->execute($sql);
  return 0 unless $failed;
  my $code = $self->{dbh}->err // 'unknown error';
  # The text of a syntax error quotes the statement, perhaps from the password on.
  die "$what has failed: $code" . ($code eq '1064' ? ' (syntax error)' : " $failed") . "; the replica is not started\n";
}

# MHA has file and position before the user.
sub argument_order {
  my ($self, $host, $port, $file, $position, $user, $password) = @_;
  return ($self, $host, $port, $user, $password, $file, $position);
}

sub change {
  my ($self, $host, $port, $user, $password, @from) = @_;
  my $dbh    = $self->{dbh};
  my $server = MhaHelper::Compat::ServerKind::of($dbh);
  my @options = ([ HOST => $dbh->quote($host) ], [ PORT => int $port ], [ USER => $dbh->quote($user) ]);
  push @options, [ PASSWORD => $dbh->quote($password) ] if defined $password && length $password;
  push @options, @from, transport_options($dbh, $server);
  my $prefix = $server->new_words ? 'SOURCE_' : 'MASTER_';
  my @words = map { "$prefix$_->[0]=$_->[1]" } @options;
  push @words, public_key_words($dbh, $server, $user);
  my $statement = $server->new_words ? 'CHANGE REPLICATION SOURCE TO' : 'CHANGE MASTER TO';
  return must($self, $statement, "$statement " . join ', ', @words);
}

# MariaDB: a master that becomes a replica goes on after what it has written itself; what is left of an earlier life as
# a replica does not count. gtid_current_pos leaves out what it took over from a dead master's binary log: the binary
# log has that.
sub begin_where_it_wrote {
  my ($self) = @_;
  my %status = $self->check_slave_status(1);
  my $stopped = !grep { ($status{$_} // 'No') ne 'No' } qw(Slave_IO_Running Slave_SQL_Running);
  my $by_current = lc($used_gtid{ $self->{dbh}{Name} } // '') eq 'current_pos';
  return 0 unless $status{Status} == 1 || ($stopped && ($demoted || $by_current));
  my $position = MhaHelper::Compat::Applied::furthest($self->{dbh}->selectrow_array('SELECT '
    . '@@global.gtid_current_pos, @@global.gtid_binlog_pos'));
  return must($self, 'SET GLOBAL gtid_slave_pos', 'SET GLOBAL gtid_slave_pos=' . $self->{dbh}->quote($position));
}

sub remember {
  my ($dbh, $status) = @_;
  $used_gtid{ $dbh->{Name} } //= $status->{Using_Gtid} if $status->{Master_Host};
  return unless $status->{Master_Host} && exists $status->{Master_SSL_Allowed};
  my %kept = map { $_->[0] => $status->{ $_->[0] } } @TRANSPORT;
  $kept{key}  = $status->{Get_Source_public_key} // $status->{Get_master_public_key}
    // $status->{Get_Master_public_key};
  $kept{path} = $status->{Master_public_key_path} // $status->{Source_public_key_path};
  $transport{ $dbh->{Name} } = $any = \%kept unless $status->{Master_Host} eq 'dummy_host';
  return;
}

sub known { return $transport{ $_[0]{Name} } // of_others() }

# A certificate that is not in the same place on every replica is a host's own.
sub of_others {
  my %kept = %{ $any // {} };
  my @own = qw(Master_SSL_Cert Master_SSL_Key);
  my %pairs = map { join("\0", map { $_ // '' } @$_{@own}) => 1 } values %transport;
  delete @kept{@own} if keys %pairs > 1;
  return \%kept;
}

sub transport_options {
  my ($dbh) = @_;
  my $kept = known($dbh);
  return map {
    my ($column, $option, $switch) = @$_;
    my $value = $kept->{$column};
    !defined $value || $value eq '' ? () : [ $option => $switch ? ($value =~ /^(Yes|1|Ignored)$/i ? 1 : 0)
      : $dbh->quote($value) ];
  } @TRANSPORT;
}

# caching_sha2_password without encryption needs the new source's key at the first login there. The old source had
# perhaps remembered the account, so that a replica ran without; the new one has not.
sub public_key_words {
  my ($dbh, $server, $user) = @_;
  return unless $server->mysql('8.0.4');
  my $kept = known($dbh);
  my ($get, $path) = $server->new_words ? qw(GET_SOURCE_PUBLIC_KEY SOURCE_PUBLIC_KEY_PATH)
    : qw(GET_MASTER_PUBLIC_KEY MASTER_PUBLIC_KEY_PATH);
  my @words = defined $kept->{path} && length $kept->{path} ? ("$path=" . $dbh->quote($kept->{path})) : ();
  my $wanted = $kept->{key} || (!@words && ($kept->{Master_SSL_Allowed} // 'No') ne 'Yes' && needs_key($dbh, $user));
  return @words, $wanted ? "$get=1" : ();
}

sub needs_key {
  my ($dbh, $user) = @_;
  my $plugins = $dbh->selectcol_arrayref('SELECT plugin FROM mysql.user WHERE user = ?', undef, $user) || [];
  return scalar grep { /sha2/ } @$plugins;
}

1;
