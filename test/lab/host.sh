#!/bin/sh
# PID 1 of one host: a root of its own laid over the machine's (or another) root, then nothing but collecting dead
# processes.
#
# host.sh MEMORY CHECKOUT NAME INTERFACE=IPV4=IPV6=LOWER     LOWER: overlayfs' lowerdir, topmost first
set -eu
memory=$1 checkout=$2 name=$3
IFS='=' read -r interface ipv4 ipv6 lower <<END
$4
END
here=$(dirname "$0")
own=$memory/$name
root=$own/root

mkdir -p "$own/upper" "$own/work" "$root"
mount -t overlay -o "lowerdir=$lower,upperdir=$own/upper,workdir=$own/work" "host-$name" "$root"
echo "$name" >/proc/sys/kernel/hostname

cd "$root"
mkdir -p proc sys dev tmp run root home var/log var/lib/mysql var/tmp
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=0755 dev dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t tmpfs -o mode=1777 tmp tmp
mount -t tmpfs -o mode=0755 run run
mount -t tmpfs -o mode=0700 root root
mount -t tmpfs -o mode=0755 home home
mount -t tmpfs -o mode=0755 log var/log
mount -t tmpfs -o mode=0755 mysql var/lib/mysql
mkdir run/lab run/sshd run/mysqld var/log/mysql
mount --bind "$memory/shared" run/lab
mkdir -p "./$checkout"
mount --bind "$checkout" "./$checkout"
mount -o remount,bind,ro "./$checkout"

tries=0
until ip link show "$interface" >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 1000 ] || { echo "$name never got $interface"; exit 1; }
  sleep 0.01
done
sysctl=/proc/sys/net
echo 0 >$sysctl/ipv4/ip_nonlocal_bind
ip link set lo up
ip addr add "$ipv4/24" dev "$interface"
ip -6 addr add "$ipv6/64" dev "$interface" nodad
ip link set "$interface" up

pivot_root . .
umount -l .
cd /
exec perl "$here/reaper.pl" "/run/lab/ready-$name" "$name"
