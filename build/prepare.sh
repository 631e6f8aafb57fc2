#!/bin/sh
# Installs the Debian packages that are missing on the machine. Nothing else is changed: no package is upgraded, no
# recommended package comes along, no service is started.
#
# prepare.sh build                 Node and npm, to build with
# prepare.sh package               rpmbuild, for the RPM package
# prepare.sh packages NAME...      these, for the tests: those of test/lab/packages.ts that nothing can stand in for
set -eu

missing=
case "${1:-}" in
  build)
    command -v npm >/dev/null 2>&1 || missing='nodejs npm ca-certificates'
    purpose='to build'
    ;;
  package)
    command -v rpmbuild >/dev/null 2>&1 || missing='rpm'
    purpose='to build the RPM package'
    ;;
  packages)
    shift
    missing=$*
    purpose='to test'
    ;;
  *)
    echo "usage: $0 build | package | packages NAME..." >&2
    exit 2
    ;;
esac

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  echo "prepare: missing $purpose (Debian: $missing); only root on Debian can have it installed from here" >&2
  exit 1
fi

# Debian asks policy-rc.d whether a package may start its service; 101 is "no".
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

install_missing() {
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends -o Dpkg::Use-Pty=0 $missing \
    </dev/null >/dev/null
}

echo "prepare: installing $missing" >&2
# The lists may be missing, or so old that a package is no longer where they say.
if ! install_missing 2>/dev/null; then
  apt-get -qq update </dev/null
  install_missing
fi
