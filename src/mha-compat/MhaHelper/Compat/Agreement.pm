package MhaHelper::Compat::Agreement;

# Several managers: MHA calls `mha-helper secondary-check` at the first failed ping, and waits for its end. It would put
# one question to the monitor of this host, and starting it takes longer than the answer: so the question is put here.
# src/procedures/managers/askAgreement.ts is the same for whoever calls it.
use strict;
use warnings;
use MhaHelper::Compat::Cuts;
use MhaHelper::Compat::Guard;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Program;

my %CODES = (dead => 0, unknown => 2, reached => 3);

# The server that MHA has its script asked about, in the process that waits for it.
our $asked;

sub install {
  return if ($ENV{MHA_HELPER_GUARD} // '') eq '' || !MhaHelper::Compat::Cuts::on('agreement');
  # Not while clients wait.
  require JSON::PP;
  my ($check, $execute);
  $check = MhaHelper::Compat::Install::replace('MHA::HealthCheck::secondary_check', sub {
    my ($self) = @_;
    local $asked = $self;
    return $check->(@_);
  });
  $execute = MhaHelper::Compat::Install::replace('MHA::ManagerUtil::exec_system', sub {
    my ($command, $output) = @_;
    return $execute->(@_) unless $asked && is_own($command);
    my ($verdict, @said) = verdict();
    say_in($output, @said);
    return ($CODES{$verdict}, 0);
  });
  return;
}

sub is_own {
  my ($program) = $_[0] =~ m{^\s*([\w./-]+)\s+secondary-check\s} or return 0;
  return MhaHelper::Compat::Program::is($program, 'mha-helper');
}

# @return the verdict, and a line for each manager
sub verdict {
  my $json = JSON::PP->new->utf8;
  my %question = (host => "$asked->{hostname}", port => 0 + $asked->{port}, ping => "$asked->{ping_type}");
  my $request = $json->encode({ reach => \%question }) . "\n";
  my $line    = eval { MhaHelper::Compat::Guard::answer($ENV{MHA_HELPER_GUARD}, $request) };
  return ('unknown', "the monitor of this host does not answer: $@" =~ s/\s+\z//r) unless defined $line;
  my $found = eval { $json->decode($line) };
  my ($verdict, $said) = ref $found eq 'HASH' ? @{$found}{qw(verdict said)} : ();
  return ('unknown', "the monitor of this host gave no verdict: $line")
    unless defined $verdict && exists $CODES{$verdict} && ref $said eq 'ARRAY';
  return ($verdict, grep { defined && !ref } @$said);
}

# As MHA has the output of a program.
sub say_in {
  my ($output, @lines) = @_;
  my $text = join '', map { "mha-helper: $_\n" } @lines;
  utf8::encode($text) if utf8::is_utf8($text);
  return print STDOUT $text unless length($output // '');
  open my $file, '>>', $output or return;
  print {$file} $text;
  return close $file;
}

1;
