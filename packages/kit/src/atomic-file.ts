/** Files that are either old or new after a crash, never half: written aside, synced, renamed, directory synced. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage, kitError } from './errors.ts';

/** How a file is written. */
export interface AtomicFileOptions {
  /** Permissions of the file. Default 0o644. */
  readonly mode?: number;
}

/**
 * Replaces or makes the file, with its parent directories; durable when the promise resolves.
 * @throws AppError `FILE_UNWRITABLE`
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o644 }: AtomicFileOptions = {},
): Promise<void> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(aside, data, mode);
    await rename(aside, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    // What is told is why the file could not be written, not why its remains could not be removed.
    await rm(aside, { force: true }).catch(() => undefined);
    throw kitError('FILE_UNWRITABLE', {
      message: `Cannot write file '${path}': ${errorMessage(cause)}`,
      details: { path },
      cause,
    });
  }
}

async function writeSynced(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes renames and new names inside the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
