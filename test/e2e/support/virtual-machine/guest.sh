#!/bin/sh
# Process 1 of a virtual machine: mounts what programs expect, then runs commands that come over the second serial
# line, each a line "<number> <base64 of the command>", answered by "<number> <exit code> <base64 of its output>".
# /disk is a disk that stays, /outside the machine outside; everything else is as new with each start.
repository=${0%/test/e2e/*}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm /disk "/lib/modules/$(uname -r)"
mount --bind "$1" "/lib/modules/$(uname -r)"
mount -t devpts devpts /dev/pts
for place in /dev/shm /run /tmp /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $place; done
# A repository in one of those is shown again.
[ -e "$0" ] || { mkdir -p "$repository" && mount --bind "/outside$repository" "$repository"; }
mount -t cgroup2 none /sys/fs/cgroup
for module in virtio_blk virtio_net; do busybox modprobe $module; done
hostname virtual
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
mount /dev/vda /disk 2>/dev/null || { mkfs.ext4 -q /dev/vda && mount /dev/vda /disk; }
cd /disk || exit 1
exec 3<>/dev/ttyS1
stty raw -echo <&3
echo ready >&3
while IFS=' ' read -r number command <&3; do
  echo "$command" | base64 -d >/run/command
  sh /run/command >/run/output 2>&1 </dev/null 3<&-
  echo "$number $? $(base64 -w 0 </run/output)" >&3
done
