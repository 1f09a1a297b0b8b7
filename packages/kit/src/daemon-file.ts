/** How a daemon is found again: the file in its work directory that says who runs there and where it answers. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file.ts';
import { systemErrorCode } from './errors.ts';
import { isProcessAlive, processIdentity } from './process-identity.ts';

const daemonFileSchema = z.object({
  kind: z.string(),
  pid: z.int().positive(),
  /** Start of the process in clock ticks since boot: tells it from a later one with the same pid. */
  startTicks: z.number(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  /** Where it answers, `http://ip:port`. */
  url: z.string(),
  version: z.string(),
  cluster: z.string().optional(),
  masterUrl: z.string().optional(),
});

const launchFileSchema = z.object({ kind: z.string(), argv: z.array(z.string()) });

/** What `<work_dir>/daemon.json` holds while its daemon serves. */
export type DaemonFile = Readonly<z.infer<typeof daemonFileSchema>>;

/** What a daemon says about itself; pid and start times are added. */
export type DaemonDescription = Omit<DaemonFile, 'pid' | 'startTicks' | 'startedAt'>;

/** How a daemon was started, kept in `<work_dir>/launch.json` also after its end, to start it the same way again. */
export type LaunchFile = Readonly<z.infer<typeof launchFileSchema>>;

const daemonPath = (workDir: string): string => join(workDir, 'daemon.json');
const launchPath = (workDir: string): string => join(workDir, 'launch.json');

/**
 * Called by a daemon once it serves: says where it answers and with which flags it was started.
 * @throws AppError `FILE_UNWRITABLE`
 */
export async function writeDaemonFile(workDir: string, about: DaemonDescription): Promise<void> {
  const own = processIdentity(process.pid);
  const file: DaemonFile = {
    ...about,
    pid: process.pid,
    startTicks: own?.startTicks ?? 0,
    startedAt: Math.round(performance.timeOrigin),
  };
  const launch: LaunchFile = { kind: about.kind, argv: process.argv.slice(2) };
  // Flags may hold secrets, as variables of executors do.
  const launchText = `${JSON.stringify(launch, null, 2)}\n`;
  await writeFileAtomic(launchPath(workDir), launchText, { mode: 0o600 });
  await writeFileAtomic(daemonPath(workDir), `${JSON.stringify(file, null, 2)}\n`);
}

/** What the daemon of this work directory last said; undefined when it never served or ended cleanly. */
export async function readDaemonFile(workDir: string): Promise<DaemonFile | undefined> {
  return readJson(daemonPath(workDir), daemonFileSchema);
}

/** The flags of the daemon that last served in this work directory. */
export async function readLaunchFile(workDir: string): Promise<LaunchFile | undefined> {
  return readJson(launchPath(workDir), launchFileSchema);
}

/** Whether the process that wrote the file still runs. */
export function isDaemonAlive(file: DaemonFile): boolean {
  return isProcessAlive(file);
}

/** Called by a daemon on a clean exit; does nothing when the file belongs to another process or is gone. */
export async function removeDaemonFile(workDir: string): Promise<void> {
  const file = await readDaemonFile(workDir);
  if (file?.pid === process.pid) await rm(daemonPath(workDir), { force: true });
}

/** A missing file and one that does not fit both count as "nothing said". */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR')
      return undefined;
    throw error;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
