/** Copies a file with the rights of another user: the agent's own may be larger than those of a task. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { agentError } from '../errors.ts';
import type { UserIds } from './users.ts';

const longestCopyMs = 600_000;

/** @throws AppError `FETCH_FAILED` when the user cannot read the file */
export async function copyAs({ uid, gid }: UserIds, from: string, to: string): Promise<void> {
  const file = await open(to, 'w', 0o644);
  try {
    const child = spawn('/bin/cat', ['--', from], {
      cwd: '/',
      uid,
      gid,
      env: {},
      stdio: ['ignore', file.fd, 'ignore'],
      timeout: longestCopyMs,
      killSignal: 'SIGKILL',
    });
    const [code] = await once(child, 'exit');
    if (code === 0) return;
  } finally {
    await file.close();
  }
  throw agentError('FETCH_FAILED', {
    message: `Cannot fetch '${from}': the user of the task (uid ${uid}) cannot read it`,
  });
}
