/** Zip archives, entry by entry (yauzl), with the checks of every archive. */
import { createWriteStream } from 'node:fs';
import { chmod, lstat, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { agentError } from '../errors.ts';
import type { EntryGuard, Extraction } from './archives.ts';

const fileTypeMask = 0o170000;
const symlinkType = 0o120000;
const permissionMask = 0o777;

export async function extractZip(extraction: Extraction, guard: EntryGuard): Promise<void> {
  const zip = await openZip(extraction);
  try {
    for await (const entry of entriesOf(zip)) await extractEntry({ zip, entry, extraction, guard });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AppError') throw cause;
    throw unreadable(extraction, cause);
  } finally {
    zip.close();
  }
}

function unreadable({ name }: Extraction, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return agentError('ARCHIVE_UNSAFE', { message: `Cannot extract '${name}': ${reason}`, cause });
}

async function openZip(extraction: Extraction): Promise<ZipFile> {
  const { open } = await import('yauzl');
  return new Promise((resolve, reject) => {
    open(extraction.archive, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(unreadable(extraction, error));
      else resolve(zip);
    });
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve);
      zip.once('end', () => resolve(undefined));
      zip.once('error', reject);
      zip.readEntry();
    });
    zip.removeAllListeners();
    if (entry === undefined) return;
    yield entry;
  }
}

interface EntryJob {
  readonly zip: ZipFile;
  readonly entry: Entry;
  readonly extraction: Extraction;
  readonly guard: EntryGuard;
}

async function extractEntry(job: EntryJob): Promise<void> {
  const { entry, extraction, guard } = job;
  const name = entry.fileName;
  guard.checkPath(name);
  const path = join(extraction.directory, name);
  if (name.endsWith('/')) {
    await makeDirectory(extraction.directory, path);
    return;
  }
  await makeDirectory(extraction.directory, dirname(path));
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & fileTypeMask) === symlinkType) {
    const target = await readText(await openEntry(job));
    guard.checkSymlink(name, target);
    await symlink(target, path);
    return;
  }
  await refuseLink(path, extraction);
  await pipeline(await openEntry(job), count(guard), createWriteStream(path, { mode: 0o644 }));
  if ((mode & permissionMask) !== 0) await chmod(path, mode & permissionMask);
}

/** Every part on the way must be a directory: an earlier entry may have put a link there. */
async function makeDirectory(root: string, path: string): Promise<void> {
  const parts = path
    .slice(root.length)
    .split('/')
    .filter((part) => part !== '');
  let current = root;
  for (const part of parts) {
    current = join(current, part);
    const found = await lstat(current).catch(() => undefined);
    if (found === undefined) await mkdir(current);
    else if (!found.isDirectory()) throw new Error(`'${part}' is in the way`);
  }
}

async function refuseLink(path: string, extraction: Extraction): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) throw unreadable(extraction, new Error(`'${path}' is a link`));
}

function openEntry({ zip, entry }: EntryJob): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

function count(guard: EntryGuard) {
  return async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      guard.countBytes(chunk.length);
      yield chunk;
    }
  };
}

const longestTarget = 4096;

async function readText(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > longestTarget) throw new Error('a link target is too long');
  }
  return text;
}
