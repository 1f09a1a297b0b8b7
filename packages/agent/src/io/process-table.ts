/** One look at all processes of the machine, through /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '@stoke/kit';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly residentPages: number;
  readonly threads: number;
}

/** Reads the table; processes that end meanwhile are left out. */
export function readProcessTable(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

function readProcess(pid: number): ProcessEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command's name may hold anything, parentheses included: fields count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (index: number): number => Number(fields[index]);
  return {
    pid,
    parent: at(1),
    session: at(3),
    userTicks: at(11),
    systemTicks: at(12),
    residentPages: at(21),
    threads: at(17),
  };
}

/**
 * The processes of each session leader: those in its session, and their descendants wherever they went.
 * The leader itself is not among them.
 */
export function processesUnder(
  table: readonly ProcessEntry[],
  leaders: readonly number[],
): ReadonlyMap<number, readonly ProcessEntry[]> {
  const owner = new Map<number, number>(leaders.map((leader) => [leader, leader]));
  const known = new Set(leaders);
  for (const { pid, session } of table) if (known.has(session)) owner.set(pid, session);
  const byPid = new Map(table.map((entry) => [entry.pid, entry]));
  const found = new Map<number, ProcessEntry[]>(leaders.map((leader) => [leader, []]));
  for (const entry of table) {
    const leader = ownerOf(entry.pid, owner, byPid);
    if (leader !== undefined && leader !== entry.pid) found.get(leader)?.push(entry);
  }
  return found;
}

function ownerOf(
  pid: number,
  owner: Map<number, number>,
  byPid: ReadonlyMap<number, ProcessEntry>,
): number | undefined {
  let current: number | undefined = pid;
  while (current !== undefined && current > 1) {
    const leader = owner.get(current);
    if (leader !== undefined) return leader;
    current = byPid.get(current)?.parent;
  }
  return undefined;
}

/** Sends a signal to a process; one that is gone, or not ours, is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
