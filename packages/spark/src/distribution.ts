/** Finds the Spark to use: the one the user names, else the one in the cache. */

import { join, resolve } from 'node:path';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import { findDamage, readManifest } from './install-manifest.ts';
import { inspectSparkHome, type SparkHomeFacts } from './spark-home.ts';

/** The Spark that is installed when nobody says otherwise: the last line with a Mesos backend. */
export const DEFAULT_SPARK_VERSION = '3.5.9';

/** A Spark ready to be started. */
export interface SparkDistribution extends SparkHomeFacts {
  readonly home: string;
  /** Who chose it: `--spark-home`, the variable SPARK_HOME, or Stoke's cache. */
  readonly origin: 'option' | 'environment' | 'cache';
}

/** Where to look for a Spark. */
export interface SparkLookup {
  readonly env: Environment;
  readonly cacheDir: string;
  /** The value of `--spark-home`. */
  readonly sparkHome?: string;
  /** Default {@link DEFAULT_SPARK_VERSION}; only looked at for the cache. */
  readonly version?: string;
}

/** The folder of one version in the cache. */
export function cachedSparkHome(cacheDir: string, version: string): string {
  return join(cacheDir, 'spark', checkVersion(version));
}

/**
 * Refuses anything that is not a version, as versions become folder names.
 * @throws AppError SPARK_VERSION_INVALID
 */
export function checkVersion(version: string): string {
  if (/^\d+\.\d+\.\d+(?:[-.]?[A-Za-z0-9]+)?$/.test(version)) return version;
  throw sparkError(
    'SPARK_VERSION_INVALID',
    `Cannot use Spark version '${version}': Expected a version such as ${DEFAULT_SPARK_VERSION}`,
  );
}

/**
 * The Spark to use, in order: `--spark-home`, SPARK_HOME, the cache. Undefined when none is there.
 * @throws AppError SPARK_HOME_INVALID, SPARK_CORRUPT
 */
export async function findSpark(lookup: SparkLookup): Promise<SparkDistribution | undefined> {
  if (lookup.sparkHome !== undefined) return named(lookup.sparkHome, 'option');
  const fromEnvironment = lookup.env.SPARK_HOME;
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return named(fromEnvironment, 'environment');
  }
  return findCachedSpark(lookup.cacheDir, lookup.version ?? DEFAULT_SPARK_VERSION);
}

/**
 * A version in the cache, checked against its manifest; undefined when absent.
 * @throws AppError SPARK_CORRUPT
 */
export async function findCachedSpark(
  cacheDir: string,
  version: string,
): Promise<SparkDistribution | undefined> {
  const home = cachedSparkHome(cacheDir, version);
  const manifest = await readManifest(home);
  const inspection = await inspectSparkHome(home);
  if (manifest === undefined && !inspection.ok) return undefined;
  const damage =
    manifest === undefined ? 'stoke-install.json is missing' : await findDamage(home, manifest);
  const problem = damage ?? (inspection.ok ? undefined : inspection.reason);
  if (problem !== undefined || !inspection.ok) {
    throw sparkError(
      'SPARK_CORRUPT',
      `Cannot use Spark ${version} in ${home}: ${problem}; run 'stoke spark remove ${version}', then 'stoke spark install ${version}'`,
    );
  }
  return { ...inspection.facts, home, origin: 'cache' };
}

async function named(path: string, origin: 'option' | 'environment'): Promise<SparkDistribution> {
  const home = resolve(path);
  const inspection = await inspectSparkHome(home);
  if (inspection.ok) return { ...inspection.facts, home, origin };
  const name = origin === 'option' ? '--spark-home' : 'SPARK_HOME';
  throw sparkError(
    'SPARK_HOME_INVALID',
    `Cannot use ${name} '${home}': ${inspection.reason}; name the top folder of a Spark 3.5, or leave ${name} away to use Stoke's own`,
  );
}
