package MhaHelper::Compat::Arguments;

# Takes the passwords that Passwords.pm hands over. The presence of this file tells it that a node can. Changing @ARGV
# does not change what others see of the command line.
use strict;
use warnings;
use File::Basename ();
use MhaHelper::Compat::Install;

my %OPTION = (
  apply_diff_relay_logs    => [ MHA_HELPER_SLAVE_PASSWORD  => 'slave_pass' ],
  masterha_secondary_check => [ MHA_HELPER_MASTER_PASSWORD => 'master_password' ],
);

sub install {
  my $program = File::Basename::basename($0);
  my ($variable, $option) = @{ $OPTION{$program} || return };
  my $password = delete $ENV{$variable};
  return unless defined $password && length $password;
  push @ARGV, "--$option=$password";
  for_client($password) if $program eq 'apply_diff_relay_logs';
  return;
}

# It calls mysql by a shell.
sub for_client {
  my ($password) = @_;
  my ($unescape, $escape, $opened);
  # It would take a backslash for MHA's.
  $unescape = MhaHelper::Compat::Install::replace('MHA::NodeUtil::unescape_for_shell', sub {
    my ($text) = @_;
    return $text eq $password ? $text : $unescape->($text);
  });
  # It is asked for the user, then for the password, and writes --user=USER --password=PASSWORD into the shell's line.
  # The shell leaves out what stands in ${NAME+...} when there is no such variable.
  delete $ENV{MHA_HELPER_NOTHING};
  $escape = MhaHelper::Compat::Install::replace('main::escape_for_mysql', sub {
    my ($text) = @_;
    $opened = !$opened;
    return $opened ? $escape->($text) . ' ${MHA_HELPER_NOTHING+' : '}';
  });
  # A login path would count for more than the password here.
  @ENV{qw(MYSQL_PWD MYSQL_TEST_LOGIN_FILE)} = ($password, '/dev/null');
  return;
}

1;
