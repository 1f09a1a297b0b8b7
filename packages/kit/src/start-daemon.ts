/** Starts a process that outlives this one: own session, output to a file, no terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatCommand } from './command-line.ts';
import { errorMessage, kitError } from './errors.ts';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';

/** What is started. */
export interface DaemonCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Gets stdout and stderr, appended. */
  readonly logFile: string;
}

/** A process that was started and left alone. */
export interface StartedDaemon extends ProcessIdentity {
  /** Resolves if the process ends while this one still runs. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/**
 * Starts the daemon and resolves once it runs (not: once it serves).
 * @throws AppError `COMMAND_FAILED` when the file cannot be executed
 */
export async function startDaemon(command: DaemonCommand): Promise<StartedDaemon> {
  await mkdir(dirname(command.logFile), { recursive: true });
  const log = await open(command.logFile, 'a');
  try {
    const child = spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    exited.catch(() => undefined);
    await once(child, 'spawn');
    child.unref();
    const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
    return { pid: child.pid ?? 0, startTicks: identity?.startTicks ?? 0, exited };
  } catch (cause) {
    const line = formatCommand(command.file, command.args);
    throw kitError('COMMAND_FAILED', {
      message: `Cannot start \`${line}\`: ${errorMessage(cause)}`,
      details: { command: line },
      cause,
    });
  } finally {
    await log.close();
  }
}
