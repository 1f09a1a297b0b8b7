/**
 * Sandboxes of containers that operators ask for: `containers/<id>` in the sandbox they are nested in, or in the work
 * directory. What runs in the outer sandbox may put links in the way: every step is taken from an opened directory.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';

const sandboxMode = 0o750;
const folder = 'containers';
const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

type Owner = { readonly uid: number; readonly gid: number } | undefined;

/** The path of a directory that stays the same whatever is moved, as long as the handle is open. */
export function pinned(handle: FileHandle): string {
  return `/proc/${process.pid}/fd/${handle.fd}`;
}

/** Where the sandbox of a container lies. */
export function nestedSandbox(outer: string, name: string): string {
  return join(outer, folder, name);
}

/** Makes the sandbox and gives it to its user; the caller closes the handle. */
export async function makeNestedSandbox(
  outer: string,
  name: string,
  owner: Owner,
): Promise<FileHandle> {
  const parent = await openOrMake(outer, folder, owner);
  try {
    await rm(join(pinned(parent), name), { recursive: true, force: true });
    return await openOrMake(pinned(parent), name, owner);
  } finally {
    await parent.close();
  }
}

async function openOrMake(directory: string, name: string, owner: Owner): Promise<FileHandle> {
  const path = join(directory, name);
  try {
    await mkdir(path, { mode: sandboxMode });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return open(path, directoryFlags);
  }
  const handle = await open(path, directoryFlags);
  if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
  return handle;
}

/** Removes the sandbox with its files: it is taken out of others' reach first. */
export async function removeNestedSandbox(
  outer: string,
  name: string,
  trash: string,
): Promise<void> {
  const grave = join(trash, randomUUID());
  try {
    const parent = await open(join(outer, folder), directoryFlags);
    try {
      await rename(join(pinned(parent), name), grave);
    } finally {
      await parent.close();
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ELOOP' && code !== 'ENOTDIR') throw error;
  }
  await rm(grave, { recursive: true, force: true });
}
