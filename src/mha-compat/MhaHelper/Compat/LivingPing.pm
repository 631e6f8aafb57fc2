package MhaHelper::Compat::LivingPing;

# A ping that fails is taken for a sign of death, and with ping_type = INSERT MHA does not look a second time before it
# fails over. A server that says that it may not be written to lives; so does one where the ping waits for a lock that
# somebody holds, for instance a backup. One that cannot write any more (disk full, storage gone) says something else,
# or nothing.
use strict;
use warnings;
use DBI;
use POSIX ();
use Time::HiRes ();
use MhaHelper::Compat::Install;

# An account that may not (1044, 1142, 1143, 1227), and ways of being read-only (1290, 1792, 1836).
my %MAY_NOT = map { $_ => 1 } 1044, 1142, 1143, 1227, 1290, 1792, 1836;
my $LOCKED  = qr/^Waiting for (?:.* )?lock$/i;
# The statements of the ping.
my $OF_PING = qr/\binfra\b/;
# For a look at a server that does not answer.
use constant LOOK_SECONDS => 1;

sub install {
  my ($insert, $connect, $execute);
  # Both in a child of the monitor.
  $insert = MhaHelper::Compat::Install::replace('MHA::HealthCheck::ping_insert', sub {
    my ($self) = @_;
    return judged($self, $insert->(@_), \%MAY_NOT);
  });
  my %lives = map { $_ => 1 } @MHA::ManagerConst::ALIVE_ERROR_CODES;
  $connect = MhaHelper::Compat::Install::replace('MHA::HealthCheck::ping_connect', sub {
    my ($self) = @_;
    return judged($self, $connect->(@_), \%lives);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::HealthCheck::fork_exec', sub {
    my ($self, undef, $type) = @_;
    my $began = Time::HiRes::time();
    my $code = $execute->(@_);
    return $code if $code != 1 || $type !~ /INSERT/ || Time::HiRes::time() - $began < $self->{interval};
    my $state = waits_for($self) or return $code;
    lives($self, "the ping does not get through there ($state)");
    return 0;
  });
  return;
}

# @param code 0: the ping was answered; 1: it was not; 2: another monitor is there
sub judged {
  my ($self, $code, $lives) = @_;
  return $code unless $code == 1 && $DBI::err && $lives->{$DBI::err};
  lives($self, "it answers the ping with error $DBI::err");
  return 0;
}

sub lives {
  my ($self, $how) = @_;
  $self->{logger}->warning("mha-helper compat: the server on $self->{hostname} lives: $how") if $self->{logger};
  return;
}

# What a ping's statement waits for, where it is a lock. In a child, because the server may not answer at all.
sub waits_for {
  my ($self) = @_;
  pipe my $answer, my $end or return;
  my $pid = fork // return;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT HUP QUIT TERM);
    my $state = locked($self) // '';
    syswrite $end, $state if length $state;
    POSIX::_exit(0);
  }
  close $end;
  my ($bits, $state) = ('', '');
  vec($bits, fileno $answer, 1) = 1;
  sysread $answer, $state, 1024 if select($bits, undef, undef, 2 * LOOK_SECONDS) > 0;
  kill 'KILL', $pid;
  waitpid $pid, 0;
  return $state;
}

sub locked {
  my ($self) = @_;
  my $host = $self->{ip} =~ /:/ ? "[$self->{ip}]" : $self->{ip};
  my $limits = 'mysql_connect_timeout=' . LOOK_SECONDS . ';mysql_read_timeout=' . LOOK_SECONDS;
  my $dbh = DBI->connect("DBI:mysql:;host=$host;port=$self->{port};$limits", $self->{user}, $self->{password},
    { PrintError => 0, RaiseError => 0 }) or return;
  my $threads = $dbh->selectall_arrayref('SHOW PROCESSLIST', { Slice => {} }) || [];
  my ($state) = grep { $_ =~ $LOCKED } map { $_->{State} // '' } grep { ($_->{Info} // '') =~ $OF_PING
    && ($_->{User} // '') eq $self->{user} } @$threads;
  return $state;
}

1;
