/** Files that may be read over HTTP: virtual paths, and nothing else. */
import { type FileHandle, open } from 'node:fs/promises';

/** Most that one read returns: sixteen pages. */
export const MAX_READ_BYTES = 16 * 4096;

/** Virtual path to real file; nothing else can be reached. */
export type AttachedFiles = ReadonlyMap<string, string>;

/** A file, or why there is none. */
export type FoundFile =
  | { readonly file: string }
  | { readonly problem: 'inaccessible' | 'missing' };

/** The real file of a virtual path; paths are compared as they are, so `..` leads nowhere. */
export function findFile(files: AttachedFiles, path: string): FoundFile {
  if (path.split('/').includes('..')) return { problem: 'inaccessible' };
  const file = files.get(path);
  return file === undefined ? { problem: 'missing' } : { file };
}

export async function readPart(file: string, offset: number, length: number): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle?.close();
  }
}
