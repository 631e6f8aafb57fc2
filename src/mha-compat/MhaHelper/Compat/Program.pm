package MhaHelper::Compat::Program;

# mha-helper itself, from inside MHA: MHA's hooks are it, under other names.
use strict;
use warnings;
use Cwd ();
use File::Basename ();
use MhaHelper::Compat::Install;

# What MHA knows of its servers, in the order of its file, and by host name.
my (@servers, %server);

sub install {
  my $connect;
  $connect = MhaHelper::Compat::Install::replace('MHA::ServerManager::connect_all_and_read_server_status', sub {
    my ($manager) = @_;
    know($manager->get_servers());
    return $connect->(@_);
  });
  return;
}

sub know {
  @servers = @_;
  %server  = map { $_->{hostname} => $_ } @servers;
  return;
}

sub server { return $server{ $_[0] } }

sub servers { return @servers }

# By the command that a hook is: its name in MHA's file, and as a program of its own.
my %HOOKS = (
  'hard-failover'   => [ 'master_ip_failover_script',      'master_ip_hard_failover_helper' ],
  'online-failover' => [ 'master_ip_online_change_script', 'master_ip_online_failover_helper' ],
);

# The file that a host's hook is, and what it is called with in MHA's file; nothing where it is not ours.
sub hook {
  my ($host, $command) = @_;
  my ($option, $own) = @{ $HOOKS{$command} };
  my $script = ($server{$host} || {})->{$option} // '';
  my ($program, $arguments) = $script =~ /^\s*([\w.\/-]+)((?:\s+[\w.\/:=-]+)*)\s*\z/ or return;
  return unless is($program, 'mha-helper');
  my $name = File::Basename::basename($program);
  return (file($program), $arguments) if $name eq $own;
  return (file($program), $1) if $name eq 'mha-helper' && $arguments =~ /^\s+\Q$command\E\b(.*)/s;
  return;
}

# @return the value in force for a host; nothing where that cannot be found out
sub option {
  my ($host, $name) = @_;
  # Called by its own name it takes commands.
  my $path = (hook($host, 'hard-failover'))[0] // file('mha-helper') // return;
  open my $said, '-|', $path, 'config', $host or return;
  my ($value) = map { /^\s+\Q$name\E\s+= (\S+)/ ? $1 : () } <$said>;
  return close($said) ? $value : undef;
}

# Whether a program, named as for a shell, is the file with this name.
sub is {
  my ($program, $name) = @_;
  my $file = file($program);
  return defined $file && File::Basename::basename($file) eq $name;
}

# The file that a program is in the end.
sub file {
  my ($program) = @_;
  my ($path) = grep { -x } $program =~ m{/} ? $program : map { "$_/$program" } split /:/, $ENV{PATH} // '';
  return defined $path ? Cwd::realpath($path) : undef;
}

1;
