#!/bin/bash
# Keystone and Neutron on one address, in mount and process namespaces of their own (openstack.ts makes them): when this
# process ends, all ends. The root is only read; what the services write lies in memory.
#
# service.sh ROOT STATE ADDRESS serve PROGRAM...  serves a copy of the databases in STATE; prints "ready" when PROGRAM
# has been answered service.sh ROOT STATE ADDRESS fill PROGRAM...   makes new databases, has PROGRAM fill them over the
# API, and leaves them in STATE
set -eu
root=$1 state=$2 address=$3 task=$4
shift 4
here=$(dirname "$0")
exec 3>&1 1>&2 </dev/null
# A process that runs wild must not take the machine's memory: in KiB.
ulimit -v 3000000

mount --make-rprivate /
mount --rbind -o ro "$root" /mnt
mount -o remount,bind,ro /mnt
mount -t proc proc /mnt/proc
for device in null zero random urandom; do mount --bind "/dev/$device" "/mnt/dev/$device"; done
for directory in dev/shm tmp run srv var/log var/lib/neutron var/lib/keystone; do
  mkdir -p "/mnt/$directory" 2>/dev/null || true
  mount -t tmpfs -o mode=1777 openstack "/mnt/$directory"
done
inside() { chroot /mnt env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 OS_TEST=1 "$@"; }
mariadb() { inside mariadb --no-defaults --user=root --socket=/run/db.sock "$@"; }
fail() { tail -n 20 /mnt/var/log/*.log >&2 || true; echo "openstack: $1" >&2; exit 1; }
until_true() {
  local tries=0
  until "${@:2}" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 3000 ] || fail "$1 does not answer"
    sleep 0.05
  done
}
listens() { (exec 4<>"/dev/tcp/$address/$1"); }
answers() { mariadb -e 'SELECT 1' >/dev/null; }

if [ "$task" = serve ]; then cp -a "$state/." /mnt/srv/; else
  inside mariadb-install-db --no-defaults --user=root --datadir=/srv/db --auth-root-authentication-method=normal \
    --skip-test-db --innodb-log-file-size=8M >/dev/null
  chmod 755 /mnt/srv
  mkdir /mnt/srv/fernet /mnt/srv/credential
  chmod 700 /mnt/srv/fernet /mnt/srv/credential
fi
sed "s/ADDRESS/$address/g" "$here/keystone.conf" >/mnt/srv/keystone.conf
sed "s/ADDRESS/$address/g" "$here/neutron.conf" >/mnt/srv/neutron.conf

inside mariadbd --no-defaults --user=root --datadir=/srv/db --socket=/run/db.sock --pid-file=/run/db.pid \
  --skip-networking --innodb-buffer-pool-size=64M \
  --innodb-log-file-size=8M --innodb-flush-log-at-trx-commit=0 --performance-schema=0 --max-connections=60 \
    --log-error=/var/log/db.log &
database=$!
until_true 'the database' answers

keystone=(inside keystone-manage --config-file /srv/keystone.conf)
if [ "$task" = fill ]; then
  mariadb -e 'CREATE DATABASE keystone; CREATE DATABASE neutron'
  inside neutron-db-manage --config-file /srv/neutron.conf upgrade heads >/mnt/var/log/upgrade.log 2>&1 &
  upgrade=$!
  "${keystone[@]}" db_sync
  for keys in fernet_setup credential_setup; do
    "${keystone[@]}" "$keys" --keystone-user root --keystone-group root
  done
  "${keystone[@]}" bootstrap --bootstrap-password admin-secret --bootstrap-region-id RegionOne \
    --bootstrap-public-url "http://$address:5000/v3" \
    --bootstrap-internal-url "http://$address:5000/v3" --bootstrap-admin-url "http://$address:5000/v3"
  wait "$upgrade" || fail 'the database of Neutron'
else
  mariadb keystone -e "UPDATE endpoint SET url = REGEXP_REPLACE(url, '//[0-9.]+:', '//$address:')"
fi

inside keystone-wsgi-public --host "$address" --port 5000 -- \
  --config-file /srv/keystone.conf >/mnt/var/log/keystone.log 2>&1 &
inside neutron-server --config-file /srv/neutron.conf >/mnt/var/log/neutron.log 2>&1 &
until_true Keystone listens 5000
until_true Neutron listens 9696

if [ "$task" = fill ]; then
  "$@" "http://$address" >/mnt/srv/objects.json || fail 'filling the databases'
  inside mariadb-admin --no-defaults --user=root --socket=/run/db.sock shutdown
  wait "$database"
  rm -f /mnt/srv/*.conf
  cp -a /mnt/srv/. "$state/"
  exit 0
fi
"$@" "http://$address" || fail 'the first requests'
echo ready >&3
exec 3>&-
# Ends when whoever started it kills it, or when a service ends.
wait -n || true
fail 'a service has ended'
