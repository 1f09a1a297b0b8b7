/** Ends a command with the process that started it, also when that is killed with -9 and can do nothing any more. */
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** Seconds for the command to end by itself before it is killed. */
const GRACE_SECONDS = 15;

/**
 * The command takes the place of this shell, so its pid, its signals and its status are its own. Beside it, in the
 * same process group, somebody reads descriptor 3: a line means that all is well, an end without one that whoever held
 * the other end is gone. Works wherever there is a POSIX shell.
 */
const SCRIPT = `(
  trap '' TERM HUP INT
  read -r line <&3 && exit
  kill -s TERM -- "-$$"
  left=${GRACE_SECONDS}
  while [ $left -gt 0 ] && kill -s 0 "$$" 2>/dev/null; do sleep 1; left=$((left - 1)); done
  kill -s KILL -- "-$$"
) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** A command as it is spawned. */
export interface Spawned {
  readonly file: string;
  readonly args: readonly string[];
  readonly stdio: ('ignore' | 'pipe')[];
}

/** The same command on a leash; it has to lead a process group of its own (`detached`). */
export function leashed({ file, args, stdio }: Spawned): Spawned {
  return {
    file: '/bin/sh',
    args: ['-c', SCRIPT, 'sh', file, ...args],
    stdio: [...stdio, 'pipe'],
  };
}

/** Lets go once the command has ended: what it leaves behind on purpose stays. */
export function unleash(child: ChildProcess): void {
  const leash = child.stdio[3];
  if (!(leash instanceof Socket)) return;
  leash.on('error', () => undefined);
  leash.end('done\n', () => leash.destroy());
}
