#!/bin/busybox sh
# The first program of a virtual machine, out of its initial file system: makes the files of the machine outside the
# root, to be read and, in memory, to be written, and goes on with guest.sh. The kernel's command line says
# stoke.guest=<guest.sh> stoke.modules=<directory of the kernel's modules>.
busybox=/bin/busybox
$busybox mkdir -p /proc /dev /outside /memory /root
$busybox mount -t proc proc /proc
$busybox mount -t devtmpfs dev /dev
for module in $($busybox cat /modules/order); do $busybox insmod "/modules/$module"; done
$busybox mount -t virtiofs -o ro outside /outside
$busybox mount -t tmpfs memory /memory
$busybox mkdir /memory/upper /memory/work
$busybox mount -t overlay -o lowerdir=/outside,upperdir=/memory/upper,workdir=/memory/work root /root
$busybox mount --move /dev /root/dev
$busybox mkdir -p /root/outside
$busybox mount --move /outside /root/outside
for word in $($busybox cat /proc/cmdline); do
  case $word in
    stoke.guest=*) guest=${word#*=} ;;
    stoke.modules=*) modules=${word#*=} ;;
  esac
done
$busybox umount /proc
exec $busybox switch_root /root /bin/sh "$guest" "$modules"
