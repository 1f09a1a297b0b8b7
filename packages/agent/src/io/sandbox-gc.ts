/** Removes sandboxes of ended executors when they are old enough: the fuller the disk, the younger that is. */
import { utimesSync } from 'node:fs';
import { lstat, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';

export interface GcOptions {
  readonly workDir: string;
  /** The age at which they go while the disk is nearly empty. */
  readonly delayMs: number;
  /** How often it looks. */
  readonly everyMs: number;
  /** The part of the disk to keep free, 0 to 1. */
  readonly headroom: number;
  /** The part of the disk that is in use, 0 to 1. */
  readonly diskUsage: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Sandboxes in use, which stay whatever their age. */
  readonly isLive: (directory: string) => boolean;
}

export interface GcCounters {
  succeeded: number;
  failed: number;
  pending: number;
}

export class SandboxGc {
  readonly counters: GcCounters = { succeeded: 0, failed: 0, pending: 0 };
  readonly #options: GcOptions;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: GcOptions) {
    this.#options = options;
  }

  /** Looks through all sandboxes now and then. */
  start(): void {
    this.#timer = this.#options.clock.setTimer(this.#options.everyMs, () => {
      this.collect()
        .catch((error: unknown) => {
          this.#options.log.warn({ reason: errorMessage(error) }, 'sandboxes not collected');
        })
        .finally(() => {
          if (!this.#closed) this.start();
        });
    });
  }

  /** The age of a sandbox counts from now: its executor ended. */
  retire(directory: string): void {
    const now = this.#options.clock.now() / 1000;
    try {
      utimesSync(directory, now, now);
    } catch (error) {
      const reason = errorMessage(error);
      this.#options.log.debug({ directory, reason }, 'sandbox is gone already');
    }
  }

  /** Removes what is old enough, then the directories that became empty. */
  async collect(): Promise<void> {
    let pending = 0;
    const ageMs = allowedAgeMs(this.#options, await this.#options.diskUsage());
    for (const directory of await sandboxes(join(this.#options.workDir, 'slaves'))) {
      if (this.#options.isLive(directory)) continue;
      const { mtimeMs } = await lstat(directory);
      if (this.#options.clock.now() - mtimeMs < ageMs) pending += 1;
      else await this.#remove(directory);
    }
    this.counters.pending = pending;
  }

  async #remove(directory: string): Promise<void> {
    try {
      await rm(directory, { recursive: true, force: true });
      await removeDanglingLatest(dirname(directory));
      await removeEmptyParents(dirname(directory), join(this.#options.workDir, 'slaves'));
      this.counters.succeeded += 1;
      this.#options.log.info({ directory }, 'sandbox collected');
    } catch (error) {
      this.counters.failed += 1;
      this.#options.log.warn({ directory, reason: errorMessage(error) }, 'sandbox not collected');
    }
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}

/** Mesos's rule: the whole delay on an empty disk, nothing when only the headroom is left. */
export function allowedAgeMs(
  { delayMs, headroom }: { readonly delayMs: number; readonly headroom: number },
  usage: number,
): number {
  return delayMs * Math.max(0, 1 - headroom - usage);
}

async function subdirectories(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
}

/** All `slaves/<agent>/frameworks/<fw>/executors/<ex>/runs/<container>`. */
async function sandboxes(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const agent of await subdirectories(root)) {
    for (const framework of await subdirectories(join(agent, 'frameworks'))) {
      for (const executor of await subdirectories(join(framework, 'executors'))) {
        found.push(...(await subdirectories(join(executor, 'runs'))));
      }
    }
  }
  return found;
}

async function removeDanglingLatest(runs: string): Promise<void> {
  const link = join(runs, 'latest');
  const target = await readlink(link).catch(() => undefined);
  if (target === undefined) return;
  if ((await lstat(target).catch(() => undefined)) === undefined) await rm(link, { force: true });
}

async function removeEmptyParents(directory: string, root: string): Promise<void> {
  let current = directory;
  while (current.startsWith(`${root}/`) && (await readdir(current)).length === 0) {
    await rmdir(current);
    current = dirname(current);
  }
}
