package MhaHelper::Compat::Guard;

# Several managers: before each part of a failover MHA asks its monitor, which records in etcd what is about to be done,
# if this manager still leads. What is refused is not begun. src/procedures/managers/guards.ts has the rules.
use strict;
use warnings;
use Socket ();
use Time::HiRes ();
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Lease;
use MhaHelper::Compat::Say;

# The monitor's own limit is a third of the longest lease.
use constant ANSWER_SECONDS => 25;
# What was granted longer ago is asked for once more.
use constant YOUNG_SECONDS => 1;
use constant GRANTED => qr/^\{"granted":true\}$/;

my $refused_before_data = 0;
# Whom MHA was called for, where nobody is asked whether to go on.
our $called_for;

sub install {
  return if ($ENV{MHA_HELPER_GUARD} // '') eq '';
  my ($main, $settings, $master, $slaves, $create);
  $main = MhaHelper::Compat::Install::replace('MHA::MasterFailover::main', sub {
    my ($host) = map { /^--dead_master_host=(.+)/ } @_;
    local $called_for = (grep { $_ eq '--interactive=0' } @_) ? $host : undef;
    return $main->(@_);
  });
  # The checks change nothing, and clients wait: the answer comes meanwhile.
  $settings = MhaHelper::Compat::Install::replace('MHA::MasterFailover::check_settings', sub {
    my $asked = defined $called_for ? eval { begun_early($called_for) } : undef;
    my $dead  = $settings->(@_);
    insist('begun', $dead->{hostname}) unless $asked && $called_for eq $dead->{hostname} && is_granted($asked);
    return $dead;
  });
  $master = MhaHelper::Compat::Install::replace('MHA::MasterFailover::recover_master', sub {
    my ($dead, $new) = @_;
    $refused_before_data = 1;
    insist('recovering', $dead->{hostname}, $new->{hostname});
    $refused_before_data = 0;
    MhaHelper::Compat::Lease::release();
    return $master->(@_);
  });
  $slaves = MhaHelper::Compat::Install::replace('MHA::MasterFailover::recover_slaves', sub {
    my ($dead, $new) = @_;
    insist('replicas', $dead->{hostname}, $new->{hostname});
    my $code = $slaves->(@_);
    my $refused = ask('done', $dead->{hostname}, $new->{hostname});
    MhaHelper::Compat::Say::error("the end of the failover is not recorded in etcd ($refused): no other manager takes "
      . 'this cluster over before mha-helper monitor unblock') if defined $refused;
    return $code;
  });
  # A failover that another manager does anew, for no data was changed here, has not failed: with that file this
  # manager would not lead before a person has removed it.
  $create = MhaHelper::Compat::Install::replace('MHA::NodeUtil::create_file_if', sub {
    my ($path) = @_;
    my $is_elsewhere = $refused_before_data || MhaHelper::Compat::Lease::is_over();
    return if $is_elsewhere && ($path // '') =~ /[.]failover[.]error\z/;
    return $create->(@_);
  });
  return;
}

sub insist {
  my ($phase, @hosts) = @_;
  my $refused = ask($phase, @hosts) // return;
  die "mha-helper compat: this failover goes no further ($phase): $refused\n";
}

sub begun_early {
  my ($host) = @_;
  my $request = request('begun', $host) // return undef;
  return { socket => within(sub { put($ENV{MHA_HELPER_GUARD}, $request) }), at => Time::HiRes::time() };
}

# False: it is asked anew, and that says why it is refused.
sub is_granted {
  my ($asked) = @_;
  my $answer = eval { within(sub { line_of($asked->{socket}) }) } // return 0;
  return $answer =~ GRANTED && Time::HiRes::time() - $asked->{at} < YOUNG_SECONDS;
}

# @return why it is refused; undef when it is granted
sub ask {
  my ($phase, $from, $to) = @_;
  my $request = request($phase, $from, $to) // return 'the epoch of this manager is not known';
  my $answer = eval { answer($ENV{MHA_HELPER_GUARD}, $request) };
  return "the monitor does not answer: $@" =~ s/\s+\z//r unless defined $answer;
  return if $answer =~ GRANTED;
  return $answer =~ /^\{"refused":"(.*)"\}$/ ? $1 : 'the monitor gave no answer that can be read';
}

# @return undef where the epoch of this manager is not known
sub request {
  my ($phase, $from, $to) = @_;
  my $epoch = $ENV{MHA_HELPER_EPOCH} // '';
  return undef unless $epoch =~ /^[0-9]+\z/;
  return '{' . join(',', map { qq("$_->[0]":) . $_->[1] } [ what => text('masterha_manager') ],
    [ phase => text($phase) ], [ epoch => $epoch ], [ from => text($from) ], [ to => text($to) ]) . "}\n";
}

sub answer {
  my ($path, $request) = @_;
  return within(sub { line_of(put($path, $request)) });
}

sub put {
  my ($path, $request) = @_;
  local $SIG{PIPE} = 'IGNORE';
  socket my $guard, Socket::AF_UNIX, Socket::SOCK_STREAM, 0 or die "$!\n";
  connect $guard, Socket::pack_sockaddr_un($path) or die "$path: $!\n";
  defined syswrite $guard, $request or die "$!\n";
  return $guard;
}

sub line_of {
  my ($guard) = @_;
  my $line = <$guard>;
  return defined $line ? $line =~ s/\n\z//r : die "it was closed without an answer\n";
}

sub within {
  my ($wait) = @_;
  local $SIG{ALRM} = sub { die 'no answer within ' . ANSWER_SECONDS . " s\n" };
  alarm ANSWER_SECONDS;
  my $answer = eval { $wait->() };
  my $error = $@;
  alarm 0;
  die $error unless defined $answer;
  return $answer;
}

# As JSON has it: names of hosts.
sub text {
  my ($value) = @_;
  return 'null' unless defined $value;
  return '"' . $value =~ s/([\\"])/\\$1/gr =~ s/[[:cntrl:]]/ /gr . '"';
}

1;
