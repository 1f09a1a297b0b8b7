/** Finds processes by their words and environment, and ends exactly these, with a bound. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isProcessAlive, type ProcessIdentity, processIdentity } from './process-identity.ts';

/** What a process was started with. */
export interface ProcessWords {
  readonly commandLine: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly string[];
}

const lookEveryMs = 20;

/** Signals exactly this process; false when it is gone or not ours to signal. */
function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isProcessAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false; // It ended between the look and the signal.
  }
}

/** Asks the process to end and kills it after the grace time; resolves when it is gone. A stopped one is continued. */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (!signalProcess(identity, signal)) return;
  signalProcess(identity, 'SIGCONT');
  const deadline = performance.now() + graceMs;
  while (isProcessAlive(identity)) {
    if (performance.now() > deadline && !signalProcess(identity, 'SIGKILL')) return;
    await delay(lookEveryMs);
  }
}

function readWords(pid: string, name: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
  } catch {
    return []; // Another user's process, or one that just ended.
  }
}

/** The processes of this machine that match, without this one. */
export function findProcesses(matches: (words: ProcessWords) => boolean): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      matches({
        commandLine: readWords(pid, 'cmdline'),
        environment: readWords(pid, 'environ'),
      }),
    )
    .map((pid) => processIdentity(Number(pid)))
    .filter((identity) => identity !== undefined);
}

/** Ends all that match; looks again, as a dying parent may have started one more. */
export async function endProcesses(
  matches: (words: ProcessWords) => boolean,
  graceMs: number,
): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const found = findProcesses(matches);
    if (found.length === 0) return;
    const grace = round === 0 ? graceMs : 0;
    await Promise.all(found.map((identity) => endProcess(identity, 'SIGTERM', grace)));
  }
}
