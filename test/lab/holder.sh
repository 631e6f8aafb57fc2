#!/bin/sh
# PID 1 of a lab. Everything of the lab lives in the namespaces of this process: the switch, one memory file system, the
# hosts. When it ends, the kernel takes the processes, mounts and interfaces with it; nothing has to be cleaned up by
# anyone.
#
# holder.sh RUN CHECKOUT CACHE NAME=INTERFACE=IPV4=IPV6=LOWER...   prints "ready" on stdout when all the hosts stand
set -eu
run=$1 checkout=$2 cache=$3
shift 3
here=$(dirname "$0")
exec 3>&1 >>"$run/lab.log" 2>&1 </dev/null

mount --make-rprivate /
mkdir -p "$run/memory"
mount -t tmpfs -o mode=0755 lab "$run/memory"
mkdir -m 0755 "$run/memory/shared" "$run/memory/layers"
# Those that hosts are made of; the others are for single tests.
for layer in base habetsArping exim; do
  if [ -d "$cache/layers/$layer" ]; then cp -a "$cache/layers/$layer" "$run/memory/layers/"; fi
done

ip link set lo up
ip link add name switch type bridge
ip link set switch type bridge forward_delay 0 stp_state 0 mcast_snooping 0
ip link set switch up
own=$(readlink /proc/self/ns/net)

hosts=
for spec in "$@"; do
  name=${spec%%=*}
  rest=${spec#*=}
  unshare --net --mount --uts --pid --ipc --fork --kill-child --propagation private \
    sh "$here/host.sh" "$run/memory" "$checkout" "$name" "$rest" 3>&- &
  hosts="$hosts $name:$!:${rest%%=*}"
done

for host in $hosts; do
  name=${host%%:*} rest=${host#*:}
  pid=${rest%%:*} interface=${rest#*:}
  tries=0
  until net=$(readlink "/proc/$pid/ns/net") && [ "$net" != "$own" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 1000 ] || { echo "no network namespace for $name"; exit 1; }
    sleep 0.01
  done
  # Made here, so that the machine's own namespace never sees an interface of the lab.
  ip link add name "port-$name" type veth peer name "$interface" netns "$pid"
  ip link set "port-$name" master switch up
done

for host in $hosts; do
  name=${host%%:*}
  tries=0
  until [ -e "$run/memory/shared/ready-$name" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 1000 ] || { echo "host $name does not come up"; exit 1; }
    sleep 0.01
  done
done
echo ready >&3
exec 3>&-
exec perl "$here/reaper.pl" "$run/memory/shared/ready" switch
