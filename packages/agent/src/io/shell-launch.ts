/** Starts a command under supervise.sh, for machines without Perl. */
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentError } from '../errors.ts';
import type { CommandLaunch } from './launcher-process.ts';

/** What was fetched may have put a link there, which must not be followed with the agent's rights. */
const outputFlags =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Resolves with the pid of the supervisor; `onExit` is told its end. */
export function launchWithShell(command: CommandLaunch, onExit: () => void): Promise<number> {
  const { containerId, directory, environment, runtimeDir, words } = command;
  const script = fileURLToPath(new URL('supervise.sh', import.meta.url));
  const stdout = openSync(join(directory, 'stdout'), outputFlags, 0o644);
  const stderr = openSync(join(directory, 'stderr'), outputFlags, 0o644);
  const child = spawn('/bin/sh', [script, runtimeDir, '-', ...words], {
    cwd: directory,
    env: { ...environment },
    stdio: ['ignore', stdout, stderr],
    detached: true,
  });
  closeSync(stdout);
  closeSync(stderr);
  child.unref();
  child.once('exit', onExit);
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) => {
      const message = `Cannot launch container '${containerId}': ${cause.message}`;
      reject(agentError('LAUNCH_FAILED', { message, cause }));
    });
  });
}
