package MhaHelper::Compat::Passwords;

# MHA puts passwords on command lines, where every user of a host can read them. A program that knows where else to look
# gets its password in the environment, which only its own user can read, and over SSH through standard input. Any other
# program gets it as MHA gives it. What the started program does is in Arguments.pm, and in the hooks.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Program;
use MhaHelper::Compat::Remote;

# As MHA's escape_for_shell leaves it.
my $QUOTED = qr/'(?:[^']|'\\'')*+'/;
# What goes to the next ssh.
our $sent;

sub install {
  my ($execute, $remote);
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command, @rest) = @_;
    if (defined $sent) {
      local $ENV{MHA_HELPER_SLAVE_PASSWORD} = $sent;
      return $execute->('printf %s "$MHA_HELPER_SLAVE_PASSWORD" | ' . $command, @rest);
    }
    ($command, my %given) = for_hook($command);
    local @ENV{keys %given} = values %given;
    return $execute->($command, @rest);
  });
  $remote = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_ssh_cmd', sub {
    my ($host, $port, $command, @rest) = @_;
    ($command, local $sent) = for_node($command);
    # With -n ssh has no standard input.
    local $MHA::ManagerConst::SSH_OPT_ALIVE = $MHA::ManagerConst::SSH_OPT_ALIVE;
    $MHA::ManagerConst::SSH_OPT_ALIVE =~ s/(?<!\S)-n(?!\S)// if defined $sent;
    return $remote->($host, $port, $command, @rest);
  });
  return;
}

# @return the command line of a hook of ours without its passwords, and these by the names of their variables
sub for_hook {
  my ($command) = @_;
  my ($left, $options) = $command =~ /^(.*?)((?: --(?:orig|new)_master_password=$QUOTED)+)\z/s or return $command;
  # Words that no shell takes for anything else: what follows them is for this program.
  my ($program) = $left =~ /^\s*(\S+)(?:\s+[\w.\/:=-]+)*?\s+--command=/ or return $command;
  return $command unless MhaHelper::Compat::Program::is($program, 'mha-helper');
  my %given;
  $given{"MHA_HELPER_\U$1"} = plain($2) while $options =~ /\G --(\w+)=($QUOTED)/g;
  return $left, %given;
}

# The command comes in double quotes of a local shell. @return it, and the password for its standard input; a node whose
# layer is missing or older gets the password as MHA gives it.
sub for_node {
  my ($command) = @_;
  my ($left, $password) = $command =~ /^(.*\bapply_diff_relay_logs .*?) --slave_pass=($QUOTED) *\z/s
    or return $command, undef;
  my $known = join ' || ', map { "test -r $_/MhaHelper/Compat/Arguments.pm" } MhaHelper::Compat::Remote::PLACES;
  return 'MHA_HELPER_SLAVE_PASSWORD=\$(cat); export MHA_HELPER_SLAVE_PASSWORD; '
    . "$known || set -- --slave_pass=\\\"\\\$MHA_HELPER_SLAVE_PASSWORD\\\"; $left \\\"\\\$@\\\"", plain($password);
}

# Undoes escape_for_shell.
sub plain {
  my ($text) = @_;
  $text = substr $text, 1, -1;
  $text =~ s/'\\''/'/g;
  $text =~ s/\\(.)/$1/gs;
  return $text;
}

1;
