/** Unpacks fetched archives into a sandbox: nothing outside it is written, and nothing grows without bound. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { basename, isAbsolute, join, normalize } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Unpack } from 'tar';
import { agentError } from '../errors.ts';
import { prepareTarget } from './sandbox-target.ts';
import { extractZip } from './zip-archive.ts';

export interface ArchiveLimits {
  /** Of all that is unpacked. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

type Kind = 'tar' | 'gzip-tar' | 'bzip2-tar' | 'xz-tar' | 'zstd-tar' | 'zip' | 'gzip' | 'zstd';

const kinds: readonly (readonly [suffix: string, kind: Kind])[] = [
  ['.tar', 'tar'],
  ['.tgz', 'gzip-tar'],
  ['.tar.gz', 'gzip-tar'],
  ['.tbz2', 'bzip2-tar'],
  ['.tar.bz2', 'bzip2-tar'],
  ['.txz', 'xz-tar'],
  ['.tar.xz', 'xz-tar'],
  ['.tzst', 'zstd-tar'],
  ['.tar.zst', 'zstd-tar'],
  ['.zip', 'zip'],
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
];

function kindOf(name: string): Kind | undefined {
  return kinds.find(([suffix]) => name.endsWith(suffix))?.[1];
}

/** Whether a file of this name is unpacked when `extract` is asked for. */
export function isArchive(name: string): boolean {
  return kindOf(name) !== undefined;
}

export interface Extraction {
  readonly archive: string;
  /** The name that decides on the format: a cached file has another one on disk. */
  readonly name: string;
  readonly directory: string;
  readonly limits: ArchiveLimits;
}

/** Unpacks and answers the names it made at the top of the directory. */
export async function extractArchive(extraction: Extraction): Promise<ReadonlySet<string>> {
  const kind = kindOf(extraction.name);
  const guard = new EntryGuard(extraction);
  if (kind === 'zip') await extractZip(extraction, guard);
  else if (kind === 'gzip' || kind === 'zstd') await extractSingle(extraction, { kind, guard });
  else if (kind !== undefined) await extractTar(extraction, { kind, guard });
  return guard.topLevel;
}

/** Checks each entry before it is written; the first bad one ends the extraction. */
export class EntryGuard {
  readonly topLevel = new Set<string>();
  readonly #extraction: Extraction;
  #bytes = 0;
  #entries = 0;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  /** @throws AppError `ARCHIVE_UNSAFE` for a path that leaves the sandbox, or one entry too many */
  checkPath(path: string): void {
    if (isAbsolute(path) || leaves(path)) this.#refuse(`entry '${path}' lies outside the sandbox`);
    this.#entries += 1;
    const { maxEntries } = this.#extraction.limits;
    if (this.#entries > maxEntries) this.#refuse(`it has more than ${maxEntries} entries`);
    const top = normalize(path).split('/')[0];
    if (top !== undefined && top !== '.') this.topLevel.add(top);
  }

  /** A hard link; `target` is relative to the top. */
  checkLink(path: string, target: string): void {
    if (isAbsolute(target) || leaves(target)) {
      this.#refuse(`link '${path}' points outside the sandbox, to '${target}'`);
    }
  }

  /** `target` may climb only at its begin: behind a name, which may be a link, `..` can be anywhere. */
  checkSymlink(path: string, target: string): void {
    this.checkLink(path, isAbsolute(target) ? target : join(path, '..', target));
    const way = target.split('/').filter((part) => part !== '' && part !== '.');
    const names = way.slice(way.findIndex((part) => part !== '..'));
    if (way.some((part) => part !== '..') && names.includes('..')) {
      this.#refuse(`link '${path}' points outside the sandbox, or may: '${target}'`);
    }
  }

  countBytes(bytes: number): void {
    this.#bytes += bytes;
    const { maxBytes } = this.#extraction.limits;
    if (this.#bytes > maxBytes) this.#refuse(`it unpacks to more than ${maxBytes} bytes`);
  }

  #refuse(reason: string): never {
    throw agentError('ARCHIVE_UNSAFE', {
      message: `Cannot extract '${this.#extraction.name}': ${reason}`,
    });
  }
}

function leaves(path: string): boolean {
  const normal = normalize(path);
  return normal === '..' || normal.startsWith('../');
}

async function extractTar(
  { archive, directory, name }: Extraction,
  { kind, guard }: { readonly kind: Kind; readonly guard: EntryGuard },
): Promise<void> {
  const tar = await import('tar');
  let failure: unknown;
  const unpack = tar.extract({
    cwd: directory,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) => {
      try {
        if ('type' in entry) checkTarEntry(guard, path, entry);
        return true;
      } catch (error) {
        failure ??= error;
        unpack.abort(error instanceof Error ? error : new Error(String(error)));
        return false;
      }
    },
  });
  try {
    await feed(openTarBytes(archive, kind), guard, unpack);
  } catch (cause) {
    if (failure !== undefined) throw failure;
    if (cause instanceof Error && cause.name === 'AppError') throw cause;
    throw agentError('FETCH_FAILED', {
      message: `Cannot extract '${name}': ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

/**
 * Writes the bytes and waits until everything is unpacked. The parser is no Node stream, and does not always
 * say `finish`, for instance after an archive of directories only: `close` is what counts.
 */
async function feed(bytes: Readable, guard: EntryGuard, unpack: Unpack): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    unpack.once('close', resolve);
    // Not once: entries under way when it is aborted report errors of their own, which nobody needs.
    unpack.on('error', reject);
  });
  const write = async (): Promise<void> => {
    for await (const chunk of bytes) {
      guard.countBytes(chunk.length);
      if (!unpack.write(chunk)) await Promise.race([ended, once(unpack, 'drain')]);
    }
    unpack.end();
  };
  try {
    await Promise.all([write(), ended]);
  } finally {
    bytes.destroy();
  }
}

interface TarEntry {
  readonly type: string;
  readonly linkpath?: string | undefined;
}

function checkTarEntry(guard: EntryGuard, path: string, entry: TarEntry): void {
  guard.checkPath(path);
  const target = entry.linkpath ?? '';
  if (entry.type === 'SymbolicLink') {
    guard.checkSymlink(path, target);
  } else if (entry.type === 'Link') {
    guard.checkLink(path, target);
  }
}

function counting(guard: EntryGuard) {
  return async function* count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      guard.countBytes(chunk.length);
      yield chunk;
    }
  };
}

/** The bytes of the tar itself; bzip2 and xz come from the machine's own programs. */
function openTarBytes(archive: string, kind: Kind): Readable {
  if (kind === 'bzip2-tar') return decompressedBy('bzip2', archive);
  if (kind === 'xz-tar') return decompressedBy('xz', archive);
  const file = createReadStream(archive);
  if (kind === 'tar') return file;
  const plain = kind === 'zstd-tar' ? createZstdDecompress() : createGunzip();
  file.once('error', (error) => plain.destroy(error));
  return file.pipe(plain);
}

function decompressedBy(program: 'bzip2' | 'xz', archive: string): Readable {
  const child = spawn(program, ['-dc', '--', archive], { stdio: ['ignore', 'pipe', 'ignore'] });
  const fail = (reason: string): void => {
    const message = `Cannot extract '${basename(archive)}': ${reason}`;
    child.stdout.destroy(agentError('FETCH_FAILED', { message }));
  };
  child.once('error', () => fail(`the program ${program} is missing on this machine`));
  child.once('exit', (code) => {
    if (code !== 0) fail(`${program} found it damaged`);
  });
  child.stdout.once('close', () => child.kill('SIGKILL'));
  return child.stdout;
}

/** A compressed single file: unpacked beside the archive, under its name without the suffix. */
async function extractSingle(
  { archive, name, directory }: Extraction,
  { kind, guard }: { readonly kind: 'gzip' | 'zstd'; readonly guard: EntryGuard },
): Promise<void> {
  const plain = basename(name, kind === 'zstd' ? '.zst' : '.gz');
  guard.checkPath(plain);
  const target = createWriteStream(await prepareTarget(directory, plain), { mode: 0o644 });
  const decompress = kind === 'zstd' ? createZstdDecompress() : createGunzip();
  await pipeline(createReadStream(archive), decompress, counting(guard), target);
}
