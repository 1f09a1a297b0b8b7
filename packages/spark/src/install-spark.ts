/** Installs, lists and removes Spark distributions in Stoke's cache. */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Clock } from '@stoke/kit';
import type { Environment } from './cache-dir.ts';
import {
  cachedSparkHome,
  checkVersion,
  DEFAULT_SPARK_VERSION,
  findCachedSpark,
  findSpark,
  type SparkDistribution,
  type SparkLookup,
} from './distribution.ts';
import { downloadFile, withoutCredentials } from './download.ts';
import { sparkError } from './errors.ts';
import { withInstallLock } from './install-lock.ts';
import { readManifest, writeManifest } from './install-manifest.ts';
import { ensureMesosJars } from './mesos-jars.ts';
import { listIndexFiles } from './package-index.ts';
import { findPackageIndex } from './pip.ts';
import { findPython } from './python.ts';
import type { RunTool } from './run-tool.ts';
import type { OnProgress } from './setup-progress.ts';
import { inspectSparkHome } from './spark-home.ts';
import { unpackSpark } from './unpack-spark.ts';

/** What an installation needs from its surroundings. */
export interface InstallContext {
  readonly env: Environment;
  readonly cacheDir: string;
  readonly clock: Clock;
  readonly run: RunTool;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

/** What to install. */
export interface InstallRequest {
  /** Default {@link DEFAULT_SPARK_VERSION}; with `archive` it must fit what is inside. */
  readonly version?: string;
  /** A path or http(s) address of pyspark-3.5.x.tar.gz or spark-3.5.x-bin-*.tgz, instead of the package index. */
  readonly archive?: string;
}

/** One distribution in the cache. */
export interface InstalledSpark {
  readonly version: string;
  readonly home: string;
  readonly source: string;
  readonly installedAt: string;
  /** Why it cannot be used, if so. */
  readonly problem?: string;
}

/**
 * The Spark to use, installed if there is none.
 * @throws AppError as {@link findSpark} and {@link installSpark}
 */
export async function ensureSpark(
  lookup: SparkLookup,
  context: InstallContext,
): Promise<SparkDistribution> {
  const found = await findSpark(lookup);
  return found ?? installSpark({ version: lookup.version }, context);
}

/**
 * Installs a version unless it is there already. Safe against other processes doing the same, and against kill -9.
 * @throws AppError of downloading, unpacking and checking
 */
export async function installSpark(
  request: InstallRequest,
  context: InstallContext,
): Promise<SparkDistribution> {
  const version = checkVersion(request.version ?? versionInName(request) ?? DEFAULT_SPARK_VERSION);
  const what = `Spark ${version}`;
  const step = (doing: string): void => context.onProgress({ type: 'step', what, doing });
  const lock = {
    ...context,
    path: join(context.cacheDir, 'spark', `.lock-${version}`),
    what,
    onWait: (owner: string) => step(`waiting for process ${owner}, which installs it too`),
  };
  return withInstallLock(lock, async () => {
    const present = await findCachedSpark(context.cacheDir, version);
    if (present !== undefined) return present;
    const archive = await fetchArchive(request, version, context);
    step('unpacking');
    await placeSpark({ archive, version }, context);
    if (archive.temporary) await rm(archive.path, { force: true });
    const installed = await findCachedSpark(context.cacheDir, version);
    if (installed === undefined) throw new Error(`${what} vanished after its installation`);
    return installed;
  });
}

/** Everything in the cache, newest version last, broken ones with their problem. */
export async function listSparks(cacheDir: string): Promise<readonly InstalledSpark[]> {
  const names = await readdir(join(cacheDir, 'spark')).catch(() => []);
  const versions = names
    .filter((name) => /^\d/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(versions.map((version) => describe(cacheDir, version)));
}

/**
 * Removes a version from the cache.
 * @throws AppError SPARK_NOT_INSTALLED
 */
export async function removeSpark(cacheDir: string, version: string): Promise<void> {
  const home = cachedSparkHome(cacheDir, version);
  const present = await stat(home).then(
    () => true,
    () => false,
  );
  if (!present) {
    const others = (await listSparks(cacheDir)).map((spark) => spark.version);
    throw sparkError(
      'SPARK_NOT_INSTALLED',
      `Cannot remove Spark '${version}': it is not in ${join(cacheDir, 'spark')}; installed: ${others.join(', ') || 'none'}`,
    );
  }
  // First out of sight, so that a half-deleted folder is never taken for an installation.
  const doomed = join(cacheDir, 'spark', `.removed-${version}-${process.pid}`);
  await rename(home, doomed);
  await rm(doomed, { recursive: true, force: true });
}

interface Archive {
  readonly path: string;
  readonly source: string;
  readonly temporary: boolean;
}

async function fetchArchive(
  request: InstallRequest,
  version: string,
  context: InstallContext,
): Promise<Archive> {
  const { archive } = request;
  const downloads = join(context.cacheDir, 'downloads');
  const what = `Spark ${version}`;
  if (archive === undefined) return downloadFromIndex(version, downloads, context);
  if (!/^https?:\/\//.test(archive)) {
    return { path: resolve(archive), source: resolve(archive), temporary: false };
  }
  const path = join(downloads, basename(new URL(archive).pathname));
  await downloadFile({ ...context, url: archive, path, what });
  return { path, source: withoutCredentials(archive), temporary: true };
}

async function downloadFromIndex(
  version: string,
  downloads: string,
  context: InstallContext,
): Promise<Archive> {
  const what = `Spark ${version}`;
  const python = await findPython(context);
  const settings = await findPackageIndex(python, context);
  context.onProgress({ type: 'step', what, doing: "asking pip's package index" });
  const files = await listIndexFiles(settings, 'pyspark', context.signal);
  const filename = `pyspark-${version}.tar.gz`;
  const file = files.find((candidate) => candidate.filename === filename);
  if (file === undefined) {
    const near = files
      .map(({ filename: name }) => /^pyspark-(3\.5\.\d+)\.tar\.gz$/.exec(name)?.[1])
      .filter((found) => found !== undefined);
    throw sparkError(
      'SPARK_VERSION_UNKNOWN',
      `Cannot install Spark '${version}': the package index ${withoutCredentials(settings.indexUrl)} has no ${filename}; it has ${near.join(', ') || 'no 3.5 at all'}`,
    );
  }
  const path = join(downloads, filename);
  const { url, sha256, size, authorization } = file;
  await downloadFile({ ...context, url, path, what, sha256, size, authorization });
  return { path, source: withoutCredentials(url), temporary: true };
}

/** Unpacks beside the final place and moves the whole there in one step. */
async function placeSpark(
  { archive, version }: { readonly archive: Archive; readonly version: string },
  context: InstallContext,
): Promise<void> {
  const root = join(context.cacheDir, 'spark');
  const staged = join(root, `.staged-${version}`);
  await mkdir(root, { recursive: true });
  await rm(staged, { recursive: true, force: true });
  await unpackSpark(archive.path, { scratch: join(root, `.unpack-${version}`), home: staged });
  const inspection = await inspectSparkHome(staged);
  if (!inspection.ok || inspection.facts.version !== version) {
    const found = inspection.ok ? `it holds Spark ${inspection.facts.version}` : inspection.reason;
    await rm(staged, { recursive: true, force: true });
    throw sparkError(
      'SPARK_ARCHIVE_INVALID',
      `Cannot install Spark ${version} from ${archive.source}: ${found}`,
    );
  }
  await ensureMesosJars({ ...context, home: staged });
  const installedAt = new Date(context.clock.now()).toISOString();
  await writeManifest(staged, { version, source: archive.source, installedAt });
  await rename(staged, cachedSparkHome(context.cacheDir, version));
}

function versionInName({ archive }: InstallRequest): string | undefined {
  return /spark-(\d+\.\d+\.\d+)/.exec(basename(archive ?? ''))?.[1];
}

async function describe(cacheDir: string, version: string): Promise<InstalledSpark> {
  const home = join(cacheDir, 'spark', version);
  const manifest = await readManifest(home);
  const problem = await findCachedSpark(cacheDir, version).then(
    (found) => (found === undefined ? 'it holds no Spark' : undefined),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return {
    version,
    home,
    source: manifest?.source ?? 'unknown',
    installedAt: manifest?.installedAt ?? 'unknown',
    ...(problem === undefined ? {} : { problem }),
  };
}
