/** /files: sandboxes and logs, listed and read from a master or agent. */
import type { CallOptions, Connection } from './connection.ts';

/** One entry of a directory. */
export interface FileEntry {
  /** Whole path, as the other calls want it. */
  readonly path: string;
  readonly nlink: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since the Unix epoch. */
  readonly mtime: number;
  /** As `ls` shows it: `-rw-r--r--`. */
  readonly mode: string;
  /** Name of the owner. */
  readonly uid: string;
  /** Name of the group. */
  readonly gid: string;
}

/** A piece of a file; with empty data, `offset` is the size of the file. */
export interface FileChunk {
  readonly offset: number;
  readonly data: string;
}

/** The entries of a directory; empty for a plain file. */
export function browseFiles(
  connection: Connection,
  path: string,
  options?: CallOptions,
): Promise<readonly FileEntry[]> {
  return connection.getJson('/files/browse', { path }, options);
}

/** A piece of a file as text; the server cuts long pieces. Without an offset only the size comes. */
export function readFileChunk(
  connection: Connection,
  range: { readonly path: string; readonly offset?: number; readonly length?: number },
  options?: CallOptions,
): Promise<FileChunk> {
  return connection.getJson('/files/read', { ...range }, options);
}

/** A whole file as it is, up to the connection's maxBytes. */
export function downloadFile(
  connection: Connection,
  path: string,
  options?: CallOptions,
): Promise<Uint8Array> {
  return connection.getBytes('/files/download', { path }, options);
}
