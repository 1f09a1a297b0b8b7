/** Where a file inside a sandbox is written: neither a link on the way nor at the end leads elsewhere. */
import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { agentError } from '../errors.ts';

/**
 * Makes the directories on the way to `name`, which is relative, and answers its path.
 * @throws AppError `FETCH_FAILED` when a link or a file is in the way
 */
export async function prepareTarget(directory: string, name: string): Promise<string> {
  const parts = normalize(name).split('/');
  const last = parts.pop() ?? '';
  let current = directory;
  for (const part of parts) {
    current = join(current, part);
    const found = await lstat(current).catch(() => undefined);
    if (found === undefined) await mkdir(current);
    else if (!found.isDirectory()) throw inTheWay(name, part);
  }
  const target = join(current, last);
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw inTheWay(name, last);
  return target;
}

function inTheWay(name: string, part: string): Error {
  return agentError('FETCH_FAILED', {
    message: `Cannot write '${name}' into the sandbox: '${part}' is in the way, as a link or of another kind`,
  });
}

/** Adds a line to a file of the sandbox, which must not be a link. */
export async function appendLine(path: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o644);
  try {
    await file.writeFile(`${line}\n`);
  } finally {
    await file.close();
  }
}
