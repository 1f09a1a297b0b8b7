/** Finds the Python that PySpark uses, and brings packages that it lacks. */

import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@stoke/kit';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import { withInstallLock } from './install-lock.ts';
import { ensurePip } from './pip.ts';
import { lastLines, type RunTool } from './run-tool.ts';
import type { OnProgress } from './setup-progress.ts';

/** A Python interpreter. */
export interface PythonRuntime {
  /** Absolute path of the real program, not of a shim. */
  readonly executable: string;
  /** As in `3.11`: driver and executors must agree on it. */
  readonly minor: string;
}

/** Where to look for Python. */
export interface PythonLookup {
  readonly env: Environment;
  readonly run: RunTool;
}

/** Which packages are wanted, and where to keep them. */
export interface PackagesRequest extends PythonLookup {
  readonly python: PythonRuntime;
  readonly cacheDir: string;
  readonly packages: readonly string[];
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

const DESCRIBE = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';

/**
 * The interpreter named by PYSPARK_PYTHON, else `python3`.
 * @throws AppError PYTHON_NOT_FOUND
 */
export async function findPython({ env, run }: PythonLookup): Promise<PythonRuntime> {
  const name = env.PYSPARK_PYTHON ?? 'python3';
  const result = await run(name, ['-c', DESCRIBE], { env, timeoutMs: 20_000 });
  const [executable = '', minor = ''] = result.stdout.trim().split('\n');
  if (!result.ok || executable === '') {
    throw sparkError(
      'PYTHON_NOT_FOUND',
      `Cannot find Python: '${name}' does not run (${lastLines(result)}); install it ('apt-get install python3') or name one in PYSPARK_PYTHON`,
    );
  }
  const [major, minorNumber] = minor.split('.').map(Number);
  if (major !== 3 || (minorNumber ?? 0) < 8) {
    throw sparkError(
      'PYTHON_NOT_FOUND',
      `Cannot use Python ${minor} at ${executable}: Spark 3.5 needs 3.8 or newer; name another one in PYSPARK_PYTHON`,
    );
  }
  return { executable, minor };
}

/**
 * Makes packages importable. Returns the folder to put on PYTHONPATH, or undefined when the interpreter has them all.
 * @throws AppError PYTHON_PACKAGE_MISSING
 */
export async function ensurePythonPackages(request: PackagesRequest): Promise<string | undefined> {
  if (await canImport(request, undefined)) return undefined;
  const folder = join(request.cacheDir, 'python', `${request.python.minor}-${names(request)}`);
  if (await canImport(request, folder)) return folder;
  const what = `Python packages ${request.packages.join(', ')}`;
  const step = (doing: string): void => request.onProgress({ type: 'step', what, doing });
  const lock = {
    ...request,
    path: join(request.cacheDir, 'python', `.lock-${request.python.minor}`),
    what,
    onWait: (owner: string) => step(`waiting for process ${owner}, which installs them too`),
  };
  return withInstallLock(lock, async () => {
    if (await canImport(request, folder)) return folder;
    step('installing with pip');
    await installPackages(request, folder, what);
    return folder;
  });
}

/** pip writes to a folder beside the final one, which therefore is whole whenever it exists. */
async function installPackages(
  request: PackagesRequest,
  folder: string,
  what: string,
): Promise<void> {
  const { env, run, python, packages } = request;
  await ensurePip(python, request);
  const staged = `${folder}.partial`;
  await rm(staged, { recursive: true, force: true });
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--target', staged, ...packages];
  const result = await run(python.executable, args, { env, timeoutMs: 600_000 });
  const works = result.ok && (await canImport(request, staged));
  if (!works) {
    throw sparkError(
      'PYTHON_PACKAGE_MISSING',
      `Cannot install ${what} for Python ${python.minor}: ${lastLines(result)}; install them yourself and run again (tried: ${result.command})`,
    );
  }
  await rm(folder, { recursive: true, force: true });
  await rename(staged, folder);
}

async function canImport(
  { env, run, python, packages }: PackagesRequest,
  folder: string | undefined,
): Promise<boolean> {
  if (folder !== undefined && !(await readdir(dirname(folder)).catch(() => [])).length)
    return false;
  const path = [folder, env.PYTHONPATH].filter((part) => part !== undefined).join(':');
  const script = packages.map((name) => `import ${name.replaceAll('-', '_')}`).join('; ');
  const result = await run(python.executable, ['-c', script], {
    env: { ...env, ...(path === '' ? {} : { PYTHONPATH: path }) },
    timeoutMs: 30_000,
  });
  return result.ok;
}

function names({ packages }: PackagesRequest): string {
  return [...packages].sort().join('-');
}
