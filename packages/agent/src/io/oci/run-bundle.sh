#!/bin/sh
# Mounts the root of a container where nobody else sees it, then becomes the runtime, which waits for the container.
# It runs in a mount namespace of its own, so that the mount is gone when the runtime is. Arguments: overlay or
# readonly, the bundle, the directory below the root, the runtime and its arguments.
set -e
kind=$1
cd "$2"
lower=$3
shift 3
exec 3>&2 2>mount.log
if [ "$kind" = overlay ]; then
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=upper,workdir=work" root
else
  mount --bind "$lower" root
  mount -o remount,bind,ro root
fi
exec 2>&3 3>&-
exec "$@"
