#!/bin/sh
# Called in a mount namespace of its own: the lab's package layer laid over the machine's /usr and /etc. What is written
# there goes into memory and ends with the program; all else is the machine's own. The lab's hosts are not touched: a
# mount does not show in an overlay's lower layer.
#
# withPackages.sh LAYER PROGRAM [ARGUMENT]...
set -eu
layer=$1
shift

mount -t tmpfs -o mode=0755 packages /mnt
for directory in usr etc; do
  mkdir -p "/mnt/$directory/upper" "/mnt/$directory/work" /mnt/none
  lower=$layer/$directory
  [ -d "$lower" ] || lower=/mnt/none
  layers="lowerdir=$lower:/$directory,upperdir=/mnt/$directory/upper,workdir=/mnt/$directory/work"
  mount -t overlay -o "$layers" packages "/$directory"
done
umount -l /mnt
# sshd gives up its rights to this user; no maintainer script has made it.
grep -q '^sshd:' /etc/passwd || echo 'sshd:x:64006:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd
exec "$@"
