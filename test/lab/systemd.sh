#!/bin/sh
# A real systemd as PID 1 of a root of its own, laid over the machine's: namespaces and a control group of its own, no
# network, and nothing of the machine is started in it. Ends, with everything in it, when its first process is killed.
#
# unshare --mount --propagation private sh systemd.sh NAME [LAYER]     NAME: of the control group, which the caller
# removes
set -eu
name=$1 layer=${2:-}

mount -t tmpfs -o mode=0755 systemd /mnt
cd /mnt
mkdir cgroup upper work root
# A copy: overlayfs refuses lower layers that lie inside each other.
[ -z "$layer" ] || cp -a "$layer" layer
mount -t cgroup2 cgroup cgroup
mkdir -p "cgroup/$name"
echo $$ >"cgroup/$name/cgroup.procs"
umount cgroup
mount -t overlay -o "lowerdir=${layer:+layer:}/,upperdir=upper,workdir=work" systemd root

exec unshare --pid --mount --net --uts --ipc --cgroup --fork --kill-child sh -euc '
cd root
mkdir -p proc sys dev tmp run etc/systemd/system etc/mha etc/mha-helper var/log var/lib/mha-helper root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs -o mode=0755 dev dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
# PrivateDevices of a unit wants it.
ln -s pts/ptmx dev/ptmx
# What the machine has enabled, mounted or kept of its own has no place here.
for place in run tmp etc/systemd/system etc/mha etc/mha-helper var/log var/lib/mha-helper root; do
  mount -t tmpfs -o mode=0755 "$place" "$place"
done
rm -f etc/fstab
echo lab-systemd >/proc/sys/kernel/hostname
pivot_root . .
umount -l .
cd /
exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/lib/systemd/systemd --unit=basic.target </dev/null >/dev/null 2>&1
'
