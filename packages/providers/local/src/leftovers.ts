/** Finds and ends what a cluster left running although its daemons are gone: supervisors, executors, tasks. */
import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessIdentity, processIdentity } from '@stoke/kit';
import { stopProcess } from './daemon-process.ts';

/** Whether a process belongs to the folder: a daemon or supervisor by its words, a task by its sandbox. */
export function belongsTo(
  folder: string,
  { commandLine, environment }: { readonly commandLine: string; readonly environment: string },
): boolean {
  const words = commandLine.split('\0');
  const isDaemon = words.some((word) => word.startsWith(`--work_dir=${folder}/`));
  const isSupervisor =
    words.some((word) => /supervise\.(pl|sh)$/.test(word)) &&
    words.some((word) => word.startsWith(`${folder}/`));
  const isTask = environment
    .split('\0')
    .some((one) => /^MESOS_(DIRECTORY|SANDBOX)=/.test(one) && one.includes(`=${folder}/`));
  return isDaemon || isSupervisor || isTask;
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // Another user's process, or one that just ended.
  }
}

/** The processes of the folder, without this one. */
export function findLeftovers(folder: string): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      belongsTo(folder, { commandLine: read(pid, 'cmdline'), environment: read(pid, 'environ') }),
    )
    .map((pid) => processIdentity(Number(pid)))
    .filter((identity) => identity !== undefined);
}

/** Ends all processes of the folder; looks again, as a dying parent may have started one more. */
export async function endLeftovers(folder: string, graceMs: number): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const found = findLeftovers(folder);
    if (found.length === 0) return;
    const grace = round === 0 ? graceMs : 0;
    await Promise.all(found.map((identity) => stopProcess(identity, 'SIGTERM', grace)));
  }
}
