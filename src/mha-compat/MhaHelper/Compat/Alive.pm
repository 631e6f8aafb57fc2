package MhaHelper::Compat::Alive;

# Errors that only a server that lives can give. MHA 0.58 knows none of today's ways to log in, and takes their failure
# for the death of the master: it would promote another beside it.
use strict;
use warnings;

my @CODES = (
  1135,    # no thread can be made for another connection: those that are there go on
  1524,    # plugin is not loaded
  1698,    # access denied, by socket authentication
  1820,    # password must be changed
  1862,    # password has expired
  2026,    # TLS cannot be agreed on
  2049,    # old password hash
  2058,    # authentication plugin cannot be initialised
  2059,    # authentication plugin cannot be loaded
  2061,    # authentication plugin has failed: caching_sha2_password without a secure way
  3032,    # offline mode
  3118,    # account is locked (MySQL)
  3159,    # encryption is required
  3955,    # account is blocked after wrong passwords (MySQL)
  4150,    # account is blocked after wrong passwords (MariaDB)
  4151,    # account is locked (MariaDB)
);

sub install {
  my %known = map { $_ => 1 } @MHA::ManagerConst::ALIVE_ERROR_CODES;
  MhaHelper::Compat::Install::refuse("MHA's list of errors of a living server is not where it is expected")
    unless $known{1045};
  push @MHA::ManagerConst::ALIVE_ERROR_CODES, grep { !$known{$_} } @CODES;
  return;
}

1;
