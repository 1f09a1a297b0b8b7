/** Fetched files kept for other tasks: one download for all who want it now, the longest unused go when space is short. */
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Ends the name of a file that is not there as a whole yet. */
const partSuffix = '.part';

export interface CacheOptions {
  readonly directory: string;
  readonly maxBytes: number;
}

/** A file that is not removed before `done` is called. */
export interface CachedFile {
  readonly path: string;
  done(): void;
}

export class FetchCache {
  readonly #options: CacheOptions;
  readonly #filling = new Map<string, Promise<void>>();
  readonly #users = new Map<string, number>();
  usedBytes = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** The file of this key, filled first when it is missing. */
  async use(key: string, fill: (path: string) => Promise<void>): Promise<CachedFile> {
    const path = join(this.#options.directory, key);
    this.#users.set(key, (this.#users.get(key) ?? 0) + 1);
    const done = (): void => {
      const left = (this.#users.get(key) ?? 1) - 1;
      if (left > 0) this.#users.set(key, left);
      else this.#users.delete(key);
    };
    try {
      const filling = this.#filling.get(key) ?? this.#fill(key, fill);
      this.#filling.set(key, filling);
      await filling;
      return { path, done };
    } catch (error) {
      done();
      throw error;
    }
  }

  async #fill(key: string, fill: (path: string) => Promise<void>): Promise<void> {
    const path = join(this.#options.directory, key);
    try {
      const found = await stat(path).catch(() => undefined);
      const now = new Date();
      if (found !== undefined) {
        await utimes(path, now, now);
        return;
      }
      await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
      const part = `${path}${partSuffix}`;
      await rm(part, { force: true });
      await fill(part);
      await rename(part, path);
      await this.#makeRoom();
    } finally {
      this.#filling.delete(key);
    }
  }

  async #makeRoom(): Promise<void> {
    const { directory, maxBytes } = this.#options;
    const names = await readdir(directory);
    const looks = names.map(async (name) => {
      // Others go on meanwhile: what was there may have got its final name.
      const facts = await stat(join(directory, name)).catch(() => undefined);
      return facts === undefined ? [] : [{ name, facts }];
    });
    const files = (await Promise.all(looks)).flat();
    files.sort((a, b) => a.facts.mtimeMs - b.facts.mtimeMs);
    this.usedBytes = files.reduce((sum, { facts }) => sum + facts.size, 0);
    for (const { name, facts } of files) {
      if (this.usedBytes <= maxBytes) return;
      if (this.#users.has(basename(name, partSuffix))) continue;
      await rm(join(directory, name), { force: true });
      this.usedBytes -= facts.size;
    }
  }
}
