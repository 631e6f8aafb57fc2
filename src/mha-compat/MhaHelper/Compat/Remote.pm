package MhaHelper::Compat::Remote;

# MHA's node programs on the database hosts. ssh passes no environment on, so the command itself loads the layer there,
# if it is there.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Tls;

my $PROGRAMS = qr/^\s*(?:save_binary_logs|apply_diff_relay_logs|purge_relay_logs)\b/;
# From the package mha-helper, or put there by `mha-helper mha install-node`. MHA puts the command in double quotes of a
# local shell.
use constant PLACES => ('/usr/share/mha-helper/perl', '\$HOME/.mha-helper/perl');

sub install {
  my ($execute, $check);
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_ssh_cmd', sub {
    my ($host, $port, $command, @rest) = @_;
    return $execute->($host, $port, with_layer($command), @rest);
  });
  return unless $INC{'MHA/HealthCheck.pm'};
  $check = MhaHelper::Compat::Install::replace('MHA::HealthCheck::ssh_check', sub {
    my @arguments = @_;
    $arguments[6] = with_layer($arguments[6]);
    return $check->(@arguments);
  });
  return;
}

sub with_layer {
  my ($command) = @_;
  return $command unless defined $command && $command =~ $PROGRAMS;
  my @choices = map { "test -r $_/MhaHelper/Compat.pm; then export PERL5OPT='-I'$_' -MMhaHelper::Compat'" } PLACES;
  my $missing = "echo 'mha-helper compat: it is not on this host: mha-helper mha install-node puts it there'";
  my $tls = MhaHelper::Compat::Tls::for_host();
  return 'if ' . join('; elif ', @choices) . "; else $missing; fi; $tls$command";
}

1;
