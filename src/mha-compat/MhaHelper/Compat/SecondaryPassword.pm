package MhaHelper::Compat::SecondaryPassword;

# masterha_secondary_check gets the password as Passwords.pm says, and mha-helper secondary-check, which asks other
# managers, gets none. Any other secondary_check_script gets it on its
# command line: nobody has told it where else to look.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Program;

sub install {
  my $check;
  $check = MhaHelper::Compat::Install::replace('MHA::HealthCheck::secondary_check', sub {
    my ($self) = @_;
    my ($program, @arguments) = split ' ', $self->{secondary_check_script};
    return $check->(bless { %$self, password => '' }, ref $self)
      if MhaHelper::Compat::Program::is($program, 'mha-helper') && ($arguments[0] // '') eq 'secondary-check';
    return $check->($self) unless ($ENV{PERL5OPT} // '') =~ /MhaHelper::Compat/
      && MhaHelper::Compat::Program::is($program, 'masterha_secondary_check');
    local $ENV{MHA_HELPER_MASTER_PASSWORD} = $self->{password};
    return $check->(bless { %$self, password => '' }, ref $self);
  });
  return;
}

1;
