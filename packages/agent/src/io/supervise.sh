#!/bin/sh
# The stand-in for the supervisor of launcher.pl where Perl is missing, with the same files. Arguments: runtime
# directory, -, program, argv[0], further arguments. A shell cannot tell an exit
# code above 128 from a signal, so those are taken for signals; it cannot change the user or argv[0] either.
run=$1
file=$3
shift 4
trap : HUP INT QUIT TERM USR1 USR2 PIPE
read -r stat <"/proc/$$/stat"
ticks=$(printf '%s\n' "${stat##*) }" | cut -d ' ' -f 20)
printf '%s %s\n' "$$" "$ticks" >"$run/supervisor"
# Only once: an agent that waited for it in vain has put its own file there.
ln "$run/supervisor" "$run/started" || exit 1
"$file" "$@" &
child=$!
while :; do
  wait "$child"
  code=$?
  [ "$code" -gt 128 ] || break
  # A trapped signal ends wait early.
  kill -0 "$child" 2>/dev/null || break
done
if [ "$code" -gt 128 ]; then status=$((code - 128)); else status=$((code * 256)); fi
printf '%s\n' "$status" >>"$run/supervisor"
