/** Master and agents as processes: started detached, found again by their own files, stopped with a bound. */
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clusterError } from '@stoke/cluster';
import {
  type DaemonFile,
  errorMessage,
  isDaemonAlive,
  isProcessAlive,
  kitError,
  type ProcessIdentity,
  readDaemonFile,
  startDaemon,
} from '@stoke/kit';
import { stokeCacheDir } from '@stoke/spark';
import type { Environment } from './cluster-folder.ts';

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
  const last = await lastWords(start.logFile);
  return clusterError('DAEMON_NOT_STARTED', {
    message: `Cannot start ${start.kind} '${start.name}': ${reason}${last === '' ? '' : `\n${last}`}`,
    details: { kind: start.kind, name: start.name, logFile: start.logFile },
  });
}

/** The end of a log as a person reads it: plain lines, or the messages of JSON lines. */
async function lastWords(logFile: string): Promise<string> {
  const file = await open(logFile, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 8192);
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), position: size - length });
    return buffer.toString('utf8').trim().split('\n').slice(-6).map(plainLine).join('\n');
  } finally {
    await file.close();
  }
}

function plainLine(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, err }: { msg?: string; err?: { message?: string } } = JSON.parse(line);
    return [msg, err?.message].filter((part) => part !== undefined).join(': ') || line;
  } catch {
    return line;
  }
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

/** Signals exactly this process; false when it is gone. */
function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isProcessAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false; // It ended between the look and the signal.
  }
}

/** Asks the process to end and kills it after the grace time; resolves when it is gone. */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (!signalProcess(identity, signal)) return;
  // A stopped process takes no signal but KILL before it continues.
  signalProcess(identity, 'SIGCONT');
  const deadline = performance.now() + graceMs;
  while (isProcessAlive(identity)) {
    if (performance.now() > deadline) signalProcess(identity, 'SIGKILL');
    await delay(lookEveryMs);
  }
}

/** A port of loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * Refuses a port that is taken.
 * @throws AppError `PORT_IN_USE`
 */
export async function checkPort(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (cause) {
    throw kitError('PORT_IN_USE', {
      message: `Cannot use port ${port} for the master: ${errorMessage(cause)}; stop the process that has it, choose another with --port, or leave --port away for a free one`,
      details: { port },
      cause,
    });
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
