package MhaHelper::Compat::SecondaryCheck;

# secondary_check_script: MHA puts the values into its command line as they are, and the whole line, with the password,
# into its log.
use strict;
use warnings;
use MhaHelper::Compat::Install;

my @VALUES = qw(ssh_user hostname ip port user password ping_type);

sub install {
  my $check;
  $check = MhaHelper::Compat::Install::replace('MHA::HealthCheck::secondary_check', sub {
    my ($self) = @_;
    my %quoted = (%$self, map { $_ => quoted($self->{$_}) } @VALUES);
    $quoted{logger} = bless { logger => $self->{logger}, secret => $quoted{password} },
      'MhaHelper::Compat::SecondaryCheck::Log';
    return $check->(bless \%quoted, ref $self);
  });
  return;
}

sub quoted {
  my ($text) = @_;
  $text = '' unless defined $text;
  $text =~ s/'/'\\''/g;
  return "'$text'";
}

package MhaHelper::Compat::SecondaryCheck::Log;

for my $level (qw(debug info warning error)) {
  no strict 'refs';
  *{$level} = sub {
    my ($self, $text) = @_;
    $text =~ s/--master_password=\Q$self->{secret}\E/--master_password=xxx/g;
    return $self->{logger}->$level($text);
  };
}

1;
