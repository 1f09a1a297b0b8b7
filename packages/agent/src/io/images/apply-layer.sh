#!/bin/sh
# Lays the directories below a new layer under it where nobody else sees it, then becomes the unpacker, which reads a
# tar archive. Arguments: the layer's directory, the directories below it (empty: none), the unpacker, most entries.
set -e
cd "$1"
root=fs
if [ -n "$2" ]; then
  mount -t overlay overlay -o "lowerdir=$2,upperdir=fs,workdir=work" root
  root=root
fi
exec perl "$3" "$root" "$4"
