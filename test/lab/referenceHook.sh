#!/bin/sh
# What any hook must cost at least: the measure for ours. Not safe, and not for production: it checks nothing and undoes
# nothing. Before a measurement "referenceHook.sh --open" opens a master connection to each host, so that a step costs
# one round trip. Both hooks of MHA call it; the command tells which: stop and start in both, stopssh and status in the
# hard failover only.
set -u
# The layer takes it for mha-helper, and would have it wait for MHA's call: it knows no waiting.
case ${1-} in prepared-*) exit 2 ;; esac
address=192.168.10.155

remote() {
  host=$1
  shift
  ssh -p 2202 -o ControlPath="/tmp/reference-%h" -o ControlMaster=auto -o ControlPersist=600 -o ConnectTimeout=2 \
    -o LogLevel=ERROR "root@$host" "$@"
}

device() {
  case $1 in db10) echo eth10 ;; *) echo eth1 ;; esac
}

release() {
  device=$(device "$1")
  # ss: clients that wait for an answer on the address would wait for minutes.
  remote "$1" "ip route del local $address dev $device table local; ss -K src $address >/dev/null 2>&1
    ip addr del $address/24 dev $device; mariadb -e 'SET GLOBAL read_only=1' 2>/dev/null; true"
}

assign() {
  device=$(device "$1")
  remote "$1" "mariadb -e 'SET GLOBAL read_only=0' && ip addr add $address/24 dev $device && {
    arping -q -U -c 3 -I $device $address >/dev/null 2>&1 </dev/null & }"
}

[ "${1-}" = --open ] && { for host in db10 db11 db12; do remote "$host" true; done; exit 0; }

command= orig= new=
for argument in "$@"; do
  case $argument in
    --command=*) command=${argument#*=} ;;
    --orig_master_host=*) orig=${argument#*=} ;;
    --new_master_host=*) new=${argument#*=} ;;
  esac
done
case $command in
  stop) case $0 in *online*) release "$orig" ;; *) exit 0 ;; esac ;;
  stopssh) release "$orig" ;;
  start) assign "$new" ;;
  *) exit 0 ;;
esac
