package MhaHelper::Compat::Install;

# Puts the fixes in place. An MHA that is not the one they were made for is refused: a guess could lose writes.
use strict;
use warnings;

use constant MADE_FOR => '0.58';

# MHA's module that must be loaded for a part to be of use, and the part.
my @PARTS = (
  [ 'MHA/NodeConst.pm',     'Arguments' ],
  [ 'MHA/NodeConst.pm',     'SavedWrites' ],
  [ 'MHA/NodeUtil.pm',      'Versions' ],
  [ 'MHA/NodeUtil.pm',      'LogNames' ],
  [ 'MHA/NodeConst.pm',     'Tls' ],
  [ 'DBI.pm',               'Connect' ],
  [ 'MHA/ManagerConst.pm',  'Alive' ],
  [ 'MHA/ManagerConst.pm',  'OtherHosts' ],
  [ 'MHA/DBHelper.pm',      'Source' ],
  [ 'MHA/DBHelper.pm',      'Wait' ],
  [ 'MHA/DBHelper.pm',      'Lock' ],
  [ 'MHA/SlaveUtil.pm',     'StaleLock' ],
  [ 'MHA/DBHelper.pm',      'RelayLogs' ],
  [ 'MHA/DBHelper.pm',      'SilentSource' ],
  [ 'MHA/Config.pm',        'RawLogs' ],
  [ 'MHA/ServerManager.pm', 'GtidMode' ],
  [ 'MHA/ServerManager.pm', 'Program' ],
  [ 'MHA/ServerManager.pm', 'Greeting' ],
  [ 'MHA/Server.pm',        'Say' ],
  [ 'MHA/Server.pm',        'ReplicaErrors' ],
  [ 'MHA/ManagerUtil.pm',   'Passwords' ],
  [ 'MHA/ManagerUtil.pm',   'Remote' ],
  [ 'MHA/NodeUtil.pm',      'Cuts' ],
  [ 'MHA/HealthCheck.pm',   'Children' ],
  [ 'MHA/HealthCheck.pm',   'SecondaryCheck' ],
  [ 'MHA/HealthCheck.pm',   'SecondaryPassword' ],
  [ 'MHA/HealthCheck.pm',   'Agreement' ],
  [ 'MHA/HealthCheck.pm',   'EarlyPing' ],
  [ 'MHA/HealthCheck.pm',   'SilentPing' ],
  [ 'MHA/HealthCheck.pm',   'OneLogin' ],
  [ 'MHA/HealthCheck.pm',   'LivingPing' ],
  [ 'MHA/HealthCheck.pm',   'MonitorLock' ],
  [ 'MHA/MasterFailover.pm', 'Early' ],
  [ 'MHA/MasterRotate.pm',  'Beside' ],
  # Around the call of a hook that has been waiting, too.
  [ 'MHA/HealthCheck.pm',   'LastWord' ],
  [ 'MHA/HealthCheck.pm',   'Proof' ],
  [ 'MHA/BinlogManager.pm', 'Tools' ],
  [ 'MHA/BinlogManager.pm', 'Written' ],
  [ 'MHA/SSHCheck.pm',      'CheckSsh' ],
  [ 'MHA/MasterFailover.pm', 'LastWrites' ],
  [ 'MHA/MasterFailover.pm', 'Streamed' ],
  [ 'MHA/MasterFailover.pm', 'AppliedOnce' ],
  [ 'MHA/ServerManager.pm', 'CaughtUp' ],
  [ 'MHA/MasterFailover.pm', 'Logins' ],
  [ 'MHA/MasterFailover.pm', 'Sizes' ],
  # Around all the others: nothing of a part is begun before it is granted.
  [ 'MHA/MasterFailover.pm', 'Guard' ],
);

sub install {
  for my $module ('NodeConst', 'ManagerConst') {
    next if $module eq 'ManagerConst' && !$INC{'MHA/ManagerConst.pm'};
    no strict 'refs';
    my $version = ${"MHA::${module}::VERSION"} // 'of an unknown version';
    refuse("this is MHA $version, and only " . MADE_FOR . ' can be fixed') if $version ne MADE_FOR;
  }
  for my $part (@PARTS) {
    my ($needs, $name) = @$part;
    next unless $INC{$needs};
    require "MhaHelper/Compat/$name.pm";
    "MhaHelper::Compat::$name"->install();
  }
  return;
}

# Gives a function of MHA another body, and returns the old one.
sub replace {
  my ($name, $body) = @_;
  no strict 'refs';
  no warnings qw(redefine prototype);
  refuse("MHA's function $name is not where it is expected") unless defined &{$name};
  my $original = \&{$name};
  *{$name} = $body;
  return $original;
}

sub refuse {
  my ($why) = @_;
  print STDERR "mha-helper compat: $why; nothing was started. Install mha4mysql " . MADE_FOR
    . ", or run it without PERL5OPT\n";
  exit 1;
}

1;
