/** Turns an archive (pyspark's source archive, or Spark's own binary one) into a SPARK_HOME. */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tar from 'tar';
import { sparkError } from './errors.ts';

const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;

/** Tried again for a while, as an extraction that failed still writes what it had begun. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 };

/** Folders of the Python package's archive → folders of a SPARK_HOME. */
const MOVES: readonly (readonly [from: string, to: string])[] = [
  ['deps/bin', 'bin'],
  ['deps/sbin', 'sbin'],
  ['deps/jars', 'jars'],
  ['deps/data', 'data'],
  ['deps/licenses', 'licenses'],
  ['deps/examples', 'examples/src/main/python'],
  ['pyspark', 'python/pyspark'],
  ['lib', 'python/lib'],
];

/**
 * Unpacks into `home`, which must not exist; `scratch` is a folder beside it that is used and removed.
 * @throws AppError SPARK_ARCHIVE_INVALID
 */
export async function unpackSpark(
  archive: string,
  { scratch, home }: { readonly scratch: string; readonly home: string },
): Promise<void> {
  await rm(scratch, REMOVE);
  await mkdir(scratch, { recursive: true });
  try {
    await extract(archive, scratch);
    const top = await onlyFolder(archive, scratch);
    if (await exists(join(top, 'deps', 'jars'))) await rearrange(top);
    for (const path of ['bin/spark-submit', 'bin/spark-class', 'jars']) {
      if (!(await exists(join(top, path)))) throw invalid(archive, `it has no ${path}`);
    }
    await rename(top, home);
  } finally {
    await rm(scratch, REMOVE);
  }
}

async function extract(archive: string, cwd: string): Promise<void> {
  let bytes = 0;
  try {
    await tar.extract({
      file: archive,
      cwd,
      strict: true,
      preservePaths: false,
      preserveOwner: false,
      filter: (_, entry) => {
        bytes += 'size' in entry ? (entry.size ?? 0) : 0;
        // Throwing here would end the process: the rest is left out, and the whole refused below.
        if (bytes > MAX_UNPACKED_BYTES) return false;
        return !('type' in entry) || entry.type === 'File' || entry.type === 'Directory';
      },
    });
    if (bytes > MAX_UNPACKED_BYTES) throw new Error('it unpacks to more than 4 GiB');
  } catch (cause) {
    throw invalid(archive, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function onlyFolder(archive: string, scratch: string): Promise<string> {
  const names = await readdir(scratch);
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    throw invalid(archive, `expected one folder at its top, got ${names.length}`);
  }
  return join(scratch, name);
}

/** Moves the folders of the Python package's archive to their places and drops what only pip needs. */
async function rearrange(top: string): Promise<void> {
  const staged = join(top, '.home');
  for (const [from, to] of MOVES) {
    if (!(await exists(join(top, from)))) continue;
    await mkdir(join(staged, to, '..'), { recursive: true });
    await rename(join(top, from), join(staged, to));
  }
  for (const name of await readdir(top)) {
    if (name !== '.home') await rm(join(top, name), { recursive: true });
  }
  for (const name of await readdir(staged)) await rename(join(staged, name), join(top, name));
  await rm(staged, { recursive: true });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function invalid(archive: string, reason: string, cause?: unknown): Error {
  return sparkError(
    'SPARK_ARCHIVE_INVALID',
    `Cannot unpack Spark from ${archive}: ${reason}; expected pyspark-3.5.x.tar.gz or spark-3.5.x-bin-*.tgz`,
    cause === undefined ? {} : { cause },
  );
}
