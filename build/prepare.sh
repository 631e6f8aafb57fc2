#!/bin/sh
# Installs the Debian packages that are missing: for the build ("build"), the packages ("package") or the lab of the
# tests ("lab"). Nothing else is changed: no package is upgraded, no recommended package comes along, no service is started.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
case "${1:-}" in
  build)
    command -v npm >/dev/null 2>&1 || missing='nodejs npm ca-certificates'
    wanted_for='to build: Node and npm'
    ;;
  package)
    command -v rpmbuild >/dev/null 2>&1 || missing='rpm'
    wanted_for='to build the RPM package: rpmbuild'
    ;;
  lab)
    list=$root/test/lab/packages.txt
    wanted_for='to test on the lab: the packages of test/lab/packages.txt'
    if [ -f "$list" ] && command -v dpkg-query >/dev/null 2>&1; then
      for package in $(sed 's/#.*//' "$list"); do
        is_installed "$package" || missing="$missing $package"
      done
    fi
    ;;
  *)
    echo "usage: $0 build|package|lab" >&2
    exit 2
    ;;
esac

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  echo "prepare: missing $wanted_for (Debian:$(printf ' %s' $missing)); only root on Debian can have it installed from here" >&2
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
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends -o Dpkg::Use-Pty=0 $missing </dev/null
}

echo "prepare: installing$(printf ' %s' $missing)" >&2
# The lists may be missing, or so old that a package is no longer where they say.
if ! install_missing 2>/dev/null; then
  apt-get -qq update </dev/null
  install_missing
fi
