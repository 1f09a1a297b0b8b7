/** Finds the Java 17 that Spark 3.5 runs on. */

import { readdir, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Environment } from './cache-dir.ts';
import type { RunTool } from './run-tool.ts';

/** A Java installation. */
export interface JavaRuntime {
  readonly home: string;
  /** As in `17.0.15`. */
  readonly version: string;
  readonly major: number;
}

/** Where to look. */
export interface JavaLookup {
  readonly env: Environment;
  readonly cacheDir: string;
  readonly run: RunTool;
  /** Folders that hold one Java each. Default `/usr/lib/jvm`. */
  readonly roots?: readonly string[];
}

/** The Java to use, if there is one, and all others that were seen on the way. */
export interface JavaSearch {
  readonly found: JavaRuntime | undefined;
  readonly others: readonly JavaRuntime[];
}

/** The only Java that Spark 3.5 and its Hadoop are both at home with. */
const JAVA_MAJOR = 17;

/** The folder of the Java that Stoke brings. */
export function cachedJavaHome(cacheDir: string): string {
  return join(cacheDir, 'java', String(JAVA_MAJOR));
}

/** Looks for Java 17 in JAVA_HOME, PATH, /usr/lib/jvm and Stoke's cache, in this order. */
export async function findJava(lookup: JavaLookup): Promise<JavaSearch> {
  const others: JavaRuntime[] = [];
  const seen = new Set<string>();
  for (const home of await candidateHomes(lookup)) {
    const real = await realpath(home).catch(() => undefined);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    const java = await describeJava(real, lookup);
    if (java?.major === JAVA_MAJOR) return { found: java, others };
    if (java !== undefined) others.push(java);
  }
  return { found: undefined, others };
}

/** What `java` under a home says about itself; undefined when it does not run. */
async function describeJava(
  home: string,
  { env, run }: JavaLookup,
): Promise<JavaRuntime | undefined> {
  const version = (await releaseVersion(home)) ?? (await askedVersion(home, env, run));
  if (version === undefined) return undefined;
  return { home, version, major: majorOf(version) };
}

/** The `release` file saves a start of Java, but only when the program is there too. */
async function releaseVersion(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  const version = /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1];
  const program = await realpath(join(home, 'bin', 'java')).catch(() => undefined);
  return program === undefined ? undefined : version;
}

async function askedVersion(
  home: string,
  env: Environment,
  run: RunTool,
): Promise<string | undefined> {
  const result = await run(join(home, 'bin', 'java'), ['-version'], { env, timeoutMs: 20_000 });
  return result.ok ? /version "([^"]+)"/.exec(result.stderr)?.[1] : undefined;
}

/** `1.8.0_402` is Java 8; from 9 on the first number counts. */
function majorOf(version: string): number {
  const [first, second] = version.split(/[._+-]/).map(Number);
  return (first === 1 ? second : first) ?? 0;
}

async function candidateHomes(lookup: JavaLookup): Promise<string[]> {
  const { env, cacheDir, roots = ['/usr/lib/jvm'] } = lookup;
  const onPath = await Promise.all((env.PATH ?? '').split(delimiter).map(homeOnPath));
  const underRoots = await Promise.all(roots.map(homesUnder));
  return [
    ...(env.JAVA_HOME === undefined || env.JAVA_HOME === '' ? [] : [env.JAVA_HOME]),
    ...onPath.filter((home) => home !== undefined),
    ...underRoots.flat(),
    cachedJavaHome(cacheDir),
  ];
}

async function homeOnPath(folder: string): Promise<string | undefined> {
  if (folder === '') return undefined;
  const program = await realpath(join(folder, 'java')).catch(() => undefined);
  return program === undefined ? undefined : dirname(dirname(program));
}

async function homesUnder(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names.sort().map((name) => join(root, name));
}
