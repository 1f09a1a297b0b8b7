/** Master and agents as processes: started detached, found again by their own files. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clusterError, type Environment } from '@stoke/cluster';
import {
  type DaemonFile,
  isDaemonAlive,
  type ProcessIdentity,
  readDaemonFile,
  startDaemon,
  tailLog,
} from '@stoke/kit';
import { stokeCacheDir } from '@stoke/spark';

/** Which program a daemon is. */
export type DaemonKind = 'master' | 'agent';

/** A daemon to be started. */
export interface DaemonStart {
  readonly kind: DaemonKind;
  /** As people know it: `master` or the host's name. */
  readonly name: string;
  readonly workDir: string;
  readonly logFile: string;
  readonly flags: readonly string[];
  readonly env: Environment;
}

/** A daemon that runs but may not serve yet. */
export interface StartingDaemon {
  readonly start: DaemonStart;
  readonly process: ProcessIdentity;
  /** Why it ended, when it did. */
  readonly exited: Promise<string>;
}

const serveTimeoutMs = 20_000;
const lookEveryMs = 20;
const program: Readonly<Record<DaemonKind, string>> = {
  master: fileURLToPath(new URL('../../../master/src/main.ts', import.meta.url)),
  agent: fileURLToPath(new URL('../../../agent/src/main.ts', import.meta.url)),
};

/** What a daemon may know of the environment of whoever started it: it outlives that session. */
const keptVariables = /^(PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|LANG|LC_.*|XDG_.*)$/;

function daemonEnvironment(env: Environment): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => keptVariables.test(name));
  return {
    ...Object.fromEntries(kept),
    NODE_COMPILE_CACHE: join(stokeCacheDir(env), 'node-compile-cache'),
  };
}

/** Starts the process; {@link untilServing} waits for it. */
export async function beginDaemon(start: DaemonStart): Promise<StartingDaemon> {
  const daemon = await startDaemon({
    file: process.execPath,
    args: [program[start.kind], ...start.flags],
    env: daemonEnvironment(start.env),
    cwd: '/',
    logFile: start.logFile,
  });
  const exited = daemon.exited.then(({ code, signal }) =>
    signal === null ? `it ended with exit code ${code}` : `it was killed by ${signal}`,
  );
  return { start, process: daemon, exited };
}

/**
 * Resolves with what the daemon says of itself once it serves.
 * @throws AppError `DAEMON_NOT_STARTED` with the end of its log
 */
export async function untilServing(
  daemon: StartingDaemon,
  signal: AbortSignal,
): Promise<DaemonFile> {
  const { start, process } = daemon;
  let ended: string | undefined;
  void daemon.exited.then((reason) => {
    ended = reason;
  });
  const deadline = performance.now() + serveTimeoutMs;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const file = await readDaemonFile(start.workDir);
    if (file?.pid === process.pid) return file;
    if (ended !== undefined) throw await notStarted(start, ended);
    await delay(lookEveryMs);
  }
  throw await notStarted(start, `it did not serve within ${serveTimeoutMs / 1000} s`);
}

async function notStarted(start: DaemonStart, reason: string): Promise<Error> {
  const last = await tailLog(start.logFile);
  return clusterError('DAEMON_NOT_STARTED', {
    message: `Cannot start ${start.kind} '${start.name}': ${reason}${last === '' ? '' : `\n${last}`}`,
    details: { kind: start.kind, name: start.name, logFile: start.logFile },
  });
}

/** One part of a cluster as its own files and the process table know it. */
export interface DaemonState {
  readonly file: DaemonFile | undefined;
  readonly alive: boolean;
}

/** Looks whether the daemon of a work directory runs. */
export async function lookAtDaemon(workDir: string): Promise<DaemonState> {
  const file = await readDaemonFile(workDir);
  return { file, alive: file !== undefined && isDaemonAlive(file) };
}
