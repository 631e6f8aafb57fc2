package MhaHelper::Compat::RawLogs;

# handle_raw_binlog=0: MHA 0.58 cuts out of the text of mysqlbinlog what it takes for noise, and with it the description
# of the format that events of rows need. What it makes of them is refused by every server of today, when the address
# of the dead master is gone already.
use strict;
use warnings;
use MhaHelper::Compat::Install;
use MhaHelper::Compat::Say;

my $said;

sub install {
  my $parse;
  $parse = MhaHelper::Compat::Install::replace('MHA::Config::parse_server', sub {
    my $server = $parse->(@_);
    return $server if $server->{handle_raw_binlog};
    $server->{handle_raw_binlog} = 1;
    MhaHelper::Compat::Say::warning('handle_raw_binlog=0 is not obeyed: a recovery by the text of the binary log does '
      . 'not work with events of rows') unless $said++;
    return $server;
  });
  return;
}

1;
