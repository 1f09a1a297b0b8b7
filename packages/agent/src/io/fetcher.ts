/** Brings the files a task asks for into its sandbox: local, HTTP, S3 and HDFS ones, checked, archives unpacked. */
import { createHash } from 'node:crypto';
import { chmod, copyFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Clock, errorMessage, type Logger, withoutLogin } from '@stoke/kit';
import type { CommandInfo_URI } from '@stoke/protocol';
import { agentError } from '../errors.ts';
import { type ArchiveLimits, extractArchive, isArchive } from './archives.ts';
import { findAwsCredentials } from './aws-credentials.ts';
import { checkDigest } from './check-digest.ts';
import { copyAs } from './copy-as.ts';
import { download } from './download.ts';
import { FetchCache } from './fetch-cache.ts';
import { FetchProgress } from './fetch-progress.ts';
import {
  type FetchPlace,
  type FetchSource,
  leavesDirectory,
  parseSource,
  type SourceRules,
} from './fetch-source.ts';
import { s3Url } from './s3-url.ts';
import { appendLine, prepareTarget } from './sandbox-target.ts';
import type { UserIds } from './users.ts';

export interface FetcherOptions {
  readonly cacheDir: string;
  readonly cacheBytes: number;
  readonly stallTimeoutMs: number;
  readonly sources: SourceRules;
  readonly limits: ArchiveLimits;
  /** Where AWS's settings stand: credentials, AWS_REGION, AWS_ENDPOINT_URL_S3. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
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
        await this.#explain(job, `Failed to fetch '${withoutLogin(uri.value)}': ${reason}`);
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
    const source = parseSource(uri.value, this.#options.sources);
    const name = outputName(uri, source);
    const target = await prepareTarget(job.directory, name);
    const unpacks = uri.executable !== true && uri.extract !== false && isArchive(source.name);
    if (uri.cache === true) {
      await this.#fromCache(uri, { job, source, target, unpacks });
    } else {
      await this.#retrieve(source, target, job);
      if (unpacks)
        await this.#unpack({ archive: target, name: source.name, directory: job.directory });
    }
    if (uri.executable === true) await chmod(target, 0o755);
  }

  async #fromCache(uri: CommandInfo_URI, to: CacheUse): Promise<void> {
    const key = createHash('sha256').update(`${to.job.user}\n${uri.value}`).digest('hex');
    const release = await this.cache.use(key, (path) => this.#retrieve(to.source, path, to.job));
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

  async #retrieve({ place, digest }: FetchSource, target: string, job: FetchJob): Promise<void> {
    if (place.type === 'local') await copyLocal(place.path, target, job.owner);
    else await this.#download(place, target, job);
    if (digest !== undefined) await checkDigest(target, digest);
  }

  async #download(place: RemotePlace, target: string, job: FetchJob): Promise<void> {
    const { stallTimeoutMs, limits, clock } = this.#options;
    const label = placeLabel(place);
    const progress = new FetchProgress(job.directory, label, () => clock.now());
    await download(await this.#url(place), target, {
      stallTimeoutMs,
      maxBytes: limits.maxBytes,
      onProgress: (bytes, total) => progress.advance(bytes, total),
      label,
    });
    await progress.finish();
  }

  async #url(place: RemotePlace): Promise<string> {
    if (place.type === 'http') return place.url;
    const { environment, clock } = this.#options;
    return s3Url({
      bucket: place.bucket,
      key: place.key,
      credentials: await findAwsCredentials(environment),
      region: environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1',
      endpoint: environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL,
      nowMs: clock.now(),
    });
  }
}

type RemotePlace = Exclude<FetchPlace, { type: 'local' }>;

/** As lines in the sandbox and messages show it. */
function placeLabel(place: RemotePlace): string {
  return place.type === 's3' ? `s3://${place.bucket}/${place.key}` : withoutLogin(place.url);
}

async function copyLocal(path: string, target: string, owner: UserIds | undefined): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw agentError('FETCH_FAILED', {
      message: `Cannot fetch '${path}': there is no such file`,
    });
  }
  if (owner === undefined) await copyFile(path, target);
  else await copyAs(owner, path, target);
  await chmod(target, 0o644);
}

interface CacheUse {
  readonly job: FetchJob;
  readonly source: FetchSource;
  readonly target: string;
  readonly unpacks: boolean;
}

function outputName(uri: CommandInfo_URI, source: FetchSource): string {
  const name = uri.output_file ?? source.name;
  const reserved = name === '' || name === '.' || name.includes('\0');
  if (!reserved && !leavesDirectory(name)) return name;
  throw agentError('FETCH_FAILED', {
    message: `Cannot fetch '${withoutLogin(uri.value)}': expected a file name inside the sandbox, got '${name}'`,
  });
}
