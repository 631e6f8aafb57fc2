package MhaHelper::Compat::Program;

# mha-helper itself, from inside MHA: MHA's hooks are it, under other names.
use strict;
use warnings;
use Cwd ();
use File::Basename ();
use MhaHelper::Compat::Install;

# What MHA knows of its servers, by host name.
my %server;

sub install {
  my $connect;
  $connect = MhaHelper::Compat::Install::replace('MHA::ServerManager::connect_all_and_read_server_status', sub {
    my ($manager) = @_;
    %server = map { $_->{hostname} => $_ } $manager->get_servers();
    return $connect->(@_);
  });
  return;
}

# The hook for failovers where it is ours, as it stands in MHA's file.
sub hook {
  my ($host) = @_;
  my $script = ($server{$host} || {})->{master_ip_failover_script} // '';
  return unless $script =~ /^\s*([\w.\/-]+)/ && is($1, 'mha-helper');
  return $script;
}

# @return the value in force for a host; nothing where that cannot be found out
sub option {
  my ($host, $name) = @_;
  my ($program) = (hook($host) // '') =~ /^\s*(\S+)/;
  # Called by its own name it takes commands.
  my $path = file($program // 'mha-helper') or return;
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
