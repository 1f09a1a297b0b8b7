/** Brings the files a task asks for into its sandbox: local ones, HTTP ones, archives unpacked. */
import { createHash } from 'node:crypto';
import { chmod, copyFile, rm, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMessage, type Logger } from '@stoke/kit';
import type { CommandInfo_URI } from '@stoke/protocol';
import { agentError } from '../errors.ts';
import { type ArchiveLimits, extractArchive, isArchive } from './archives.ts';
import { copyAs } from './copy-as.ts';
import { download } from './download.ts';
import { FetchCache } from './fetch-cache.ts';
import { appendLine, prepareTarget } from './sandbox-target.ts';
import type { UserIds } from './users.ts';

export interface FetcherOptions {
  readonly cacheDir: string;
  readonly cacheBytes: number;
  readonly stallTimeoutMs: number;
  /** Where relative paths start; without it they are refused. */
  readonly frameworksHome: string | undefined;
  readonly limits: ArchiveLimits;
  readonly log: Logger;
}

export interface FetchCounters {
  succeeded: number;
  failed: number;
}

export interface FetchJob {
  readonly uris: readonly CommandInfo_URI[];
  readonly directory: string;
  readonly containerId: string;
  /** Cached files are kept apart by user. */
  readonly user: string;
  /** Whose rights decide on local files; undefined: the agent's own. */
  readonly owner: UserIds | undefined;
}

export class Fetcher {
  readonly counters: FetchCounters = { succeeded: 0, failed: 0 };
  readonly #options: FetcherOptions;
  readonly cache: FetchCache;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.cache = new FetchCache({ directory: options.cacheDir, maxBytes: options.cacheBytes });
  }

  /** Fetches one after the other; the first failure is written to the sandbox's stderr and ends it. */
  async fetchAll(job: FetchJob): Promise<void> {
    for (const uri of job.uris) {
      try {
        await this.#fetch(uri, job);
      } catch (cause) {
        this.counters.failed += 1;
        const reason = errorMessage(cause);
        this.#options.log.warn({ containerId: job.containerId, reason }, 'fetch failed');
        await this.#explain(job, `Failed to fetch '${uri.value}': ${reason}`);
        throw agentError('FETCH_FAILED', {
          message: `Failed to fetch all URIs for container '${job.containerId}': exited with status 1`,
          cause,
        });
      }
    }
    if (job.uris.length > 0) this.counters.succeeded += 1;
  }

  /** For whoever started the task; a sandbox that cannot take it changes nothing about the failure. */
  async #explain({ directory, containerId }: FetchJob, line: string): Promise<void> {
    await appendLine(join(directory, 'stderr'), line).catch((error: unknown) => {
      this.#options.log.warn({ containerId, reason: errorMessage(error) }, 'stderr not written');
    });
  }

  async #fetch(uri: CommandInfo_URI, job: FetchJob): Promise<void> {
    const source = this.#source(uri.value);
    const name = outputName(uri, source);
    const target = await prepareTarget(job.directory, name);
    const unpacks = uri.executable !== true && uri.extract !== false && isArchive(source.name);
    if (uri.cache === true) {
      await this.#fromCache(uri, { job, source, target, unpacks });
    } else {
      await this.#retrieve(source, target, job.owner);
      if (unpacks)
        await this.#unpack({ archive: target, name: source.name, directory: job.directory });
    }
    if (uri.executable === true) await chmod(target, 0o755);
  }

  async #fromCache(uri: CommandInfo_URI, to: CacheUse): Promise<void> {
    const key = createHash('sha256').update(`${to.job.user}\n${uri.value}`).digest('hex');
    const release = await this.cache.use(key, (path) =>
      this.#retrieve(to.source, path, to.job.owner),
    );
    try {
      if (to.unpacks) {
        const { directory } = to.job;
        await extractArchive({
          archive: release.path,
          name: to.source.name,
          directory,
          limits: this.#options.limits,
        });
      } else await copyFile(release.path, to.target);
    } finally {
      release.done();
    }
  }

  /** Mesos leaves the archive in the sandbox; so do we, unless its name would disturb `cd <name>*`. */
  async #unpack(what: {
    readonly archive: string;
    readonly name: string;
    readonly directory: string;
  }): Promise<void> {
    const made = await extractArchive({ ...what, limits: this.#options.limits });
    const stem = basename(what.archive).split('.')[0] ?? '';
    if ([...made].some((name) => name.startsWith(stem))) await rm(what.archive);
  }

  #source(value: string): Source {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
    if (scheme === 'http' || scheme === 'https') {
      const { pathname } = new URL(value);
      return { kind: 'remote', location: value, name: basename(decodeURIComponent(pathname)) };
    }
    if (scheme !== undefined && scheme !== 'file') {
      throw agentError('FETCH_FAILED', {
        message: `Cannot fetch '${value}': expected a path or file, http or https, got '${scheme}'`,
      });
    }
    const path = scheme === 'file' ? fileURLToPath(value) : this.#localPath(value);
    return { kind: 'local', location: path, name: basename(path) };
  }

  #localPath(value: string): string {
    if (isAbsolute(value)) return value;
    const home = this.#options.frameworksHome;
    if (home !== undefined && !leavesDirectory(value)) return join(home, value);
    throw agentError('FETCH_FAILED', {
      message: `Cannot fetch '${value}': expected an absolute path or a URI (relative ones start at --frameworks_home)`,
    });
  }

  async #retrieve(source: Source, target: string, owner: UserIds | undefined): Promise<void> {
    if (source.kind === 'remote') {
      const { stallTimeoutMs, limits } = this.#options;
      await download(source.location, target, { stallTimeoutMs, maxBytes: limits.maxBytes });
      return;
    }
    const found = await stat(source.location).catch(() => undefined);
    if (found?.isFile() !== true) {
      throw agentError('FETCH_FAILED', {
        message: `Cannot fetch '${source.location}': there is no such file`,
      });
    }
    if (owner === undefined) await copyFile(source.location, target);
    else await copyAs(owner, source.location, target);
    await chmod(target, 0o644);
  }
}

interface Source {
  readonly kind: 'local' | 'remote';
  readonly location: string;
  /** Its last path part, which decides on unpacking. */
  readonly name: string;
}

interface CacheUse {
  readonly job: FetchJob;
  readonly source: Source;
  readonly target: string;
  readonly unpacks: boolean;
}

function leavesDirectory(path: string): boolean {
  const normal = normalize(path);
  return isAbsolute(path) || normal === '..' || normal.startsWith('../');
}

function outputName(uri: CommandInfo_URI, source: Source): string {
  const name = uri.output_file ?? source.name;
  const reserved = name === '' || name === '.' || name.includes('\0');
  if (!reserved && !leavesDirectory(name)) return name;
  throw agentError('FETCH_FAILED', {
    message: `Cannot fetch '${uri.value}': expected a file name inside the sandbox, got '${name}'`,
  });
}
