/** Lets one process at a time install a thing. The lock dies with its owner, so there are no stale ones. */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@stoke/kit';
import { sparkError } from './errors.ts';

/** What is locked, and for how long to wait for it. */
export interface LockRequest {
  /** Path of the lock file, made when absent and never deleted. */
  readonly path: string;
  readonly what: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Default 30 minutes: a slow line takes long for 317 MB. */
  readonly timeoutMs?: number;
  /** Told once, when another process (its pid, if known) has the lock. */
  readonly onWait: (owner: string) => void;
}

const RETRY_MS = 250;

/**
 * Runs `work` while holding the lock. SQLite's own file lock is used: the kernel frees it at kill -9 too.
 * @throws AppError INSTALL_LOCKED when it is not free in time
 */
export async function withInstallLock<T>(request: LockRequest, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(request.path), { recursive: true });
  const db = await acquire(request);
  const ownerFile = `${request.path}.owner`;
  try {
    await writeFile(ownerFile, String(process.pid));
    return await work();
  } finally {
    await rm(ownerFile, { force: true });
    db.close();
  }
}

async function acquire(request: LockRequest): Promise<DatabaseSync> {
  const deadline = request.clock.now() + (request.timeoutMs ?? 30 * 60_000);
  for (let told = false; ; told = true) {
    const db = tryLock(request.path);
    if (db !== undefined) return db;
    const owner = await readFile(`${request.path}.owner`, 'utf8').catch(() => 'unknown');
    if (!told) request.onWait(owner);
    if (request.clock.now() >= deadline) {
      throw sparkError(
        'INSTALL_LOCKED',
        `Cannot install ${request.what}: process ${owner} has been installing it for long; wait for it or end it, then try again`,
      );
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    request.clock.setTimer(RETRY_MS, resolve);
    await promise;
    request.signal?.throwIfAborted();
  }
}

function tryLock(path: string): DatabaseSync | undefined {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** SQLite's code for "another one has it". */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}
