package MhaHelper::Compat;

# MHA 0.58 on today's Perl and servers, without touching its files. PERL5OPT loads this into every Perl program that
# inherits it, so it must cost nothing and do nothing unless that program is one of MHA's.
use strict;
use warnings;

# INIT: all of MHA's modules are compiled by then, and nothing of its program has run.
INIT {
  if ($INC{'MHA/NodeConst.pm'}) {
    require MhaHelper::Compat::Install;
    MhaHelper::Compat::Install::install();
  }
}

1;
