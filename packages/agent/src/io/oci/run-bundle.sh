#!/bin/sh
# Mounts the root of a container where nobody else sees it, then becomes the runtime, which starts the container.
# It runs in a mount namespace of its own, so that the mount is gone when the container is. Arguments: overlay or
# readonly, the bundle, the directory below the root, the runtime and its arguments.
set -e
kind=$1
cd "$2"
lower=$3
shift 3

# Tasks may change what lies in a sandbox meanwhile. A directory that was entered stays the same one: it is looked at
# where it is after that, and mounted as the current one, not by its name.
hold() {
  { IFS= read -r sandbox && IFS= read -r path; } < "$1.from"
  held=$PWD/$1
  (
    cd -P "$sandbox" && sandbox=$(pwd -P)
    cd -P "./$path" 2>/dev/null || { echo "'$path' in the sandbox is no directory to enter" >&2; exit 1; }
    case $(pwd -P) in
      "$sandbox"/*) mount --no-canonicalize --bind . "$held" ;;
      *) echo "'$path' leads out of the sandbox" >&2; exit 1 ;;
    esac
  )
  mount --make-private "$1"
}

exec 3>&2 2>mount.log
if [ "$kind" = overlay ]; then
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=upper,workdir=work" root
else
  mount --bind "$lower" root
  mount -o remount,bind,ro root
  mount --make-private root
fi
for from in v/*.from; do
  if [ -e "$from" ]; then hold "${from%.from}"; fi
done
exec 2>&3 3>&-
exec "$@"
