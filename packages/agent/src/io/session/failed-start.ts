/**
 * The status of a command that a container's runtime could not start. Runtimes say why in the output and end with a
 * code of their own each; this makes of it what a shell would say: 127 for no such program, 126 for one that cannot run.
 */
import type { SessionListener } from './session.ts';

/** Codes with which runc (255) and engines (126, 127) end when the program does not start. */
const failures: readonly number[] = [126, 127, 255];
const exitCodeShift = 8;
const notFound = 127;
const notExecutable = 126;
const keptCharacters = 2_000;

/** A listener that tells another all it hears, but such a status: that waits for the last of the output. */
export function withTrueStatus(listener: SessionListener): SessionListener {
  let tail = '';
  let held: number | undefined;
  return {
    onOutput: (stream, data) => {
      const text = Buffer.from(data.subarray(-keptCharacters)).toString('latin1');
      tail = (tail + text).slice(-keptCharacters);
      listener.onOutput(stream, data);
    },
    onExit: (status) => {
      if (status !== undefined && failures.includes(status >> exitCodeShift)) held = status;
      else listener.onExit(status);
    },
    onClose: () => {
      if (held !== undefined) listener.onExit(toldIn(tail) ?? held);
      listener.onClose();
    },
  };
}

function toldIn(output: string): number | undefined {
  const reason = /exec failed: .*exec: "[^"]*": (.*)\s*$/.exec(output)?.[1];
  if (reason === undefined) return undefined;
  const isMissing = /no such file or directory|not found/.test(reason);
  return (isMissing ? notFound : notExecutable) << exitCodeShift;
}
