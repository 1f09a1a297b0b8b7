/** What is in an opened directory, and pieces of an opened file: the same for every API that shows sandboxes. */
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedFile } from './attached-files.ts';
import { readNames } from './users.ts';

/** Reads never give more than sixteen pages. */
export const longestRead = 16 * 4096;

/** An entry of a directory. */
export interface FileFacts {
  /** Its virtual path. */
  readonly path: string;
  readonly facts: Stats;
  /** Users and groups go by name, as in `ls -l`. */
  readonly user: string;
  readonly group: string;
}

/** The entries of a directory by name; nothing of a file. */
export async function listEntries(
  { handle, facts }: OpenedFile,
  path: string,
): Promise<readonly FileFacts[]> {
  if (!facts.isDirectory()) return [];
  // Through the descriptor: the path may lead elsewhere by now.
  const directory = `/proc/self/fd/${handle.fd}`;
  const names = (await readdir(directory)).sort();
  const users = readNames('/etc/passwd');
  const groups = readNames('/etc/group');
  const entries = await Promise.all(
    names.map(async (name) => {
      const entry = await lstat(join(directory, name)).catch(() => undefined);
      if (entry === undefined) return [];
      const user = users.get(entry.uid) ?? String(entry.uid);
      const group = groups.get(entry.gid) ?? String(entry.gid);
      return [{ path: join(path, name), facts: entry, user, group }];
    }),
  );
  return entries.flat();
}

/** At most {@link longestRead} bytes; fewer at the end of the file. */
export async function readPiece(
  handle: FileHandle,
  offset: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min(length, longestRead));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
  return buffer.subarray(0, bytesRead);
}
