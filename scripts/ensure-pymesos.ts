/** Brings PyPI's pymesos into the cache folder, unchanged, for the compatibility tests; says why when it cannot. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.ts';

const packages = ['pymesos==0.3.15', 'six==1.16.0', 'addict==2.4.0'];
/** Its C part does not compile with Python 3.11 and newer: then it uses the parser in Python that it carries. */
const httpParser = 'http-parser==0.9.0';

export interface Pymesos {
  /** Absolute path of the interpreter. */
  readonly python: string;
  /** Belongs on PYTHONPATH. */
  readonly folder: string;
}

/** What stands in the way of pymesos. */
export interface NoPymesos {
  readonly missing: string;
}

interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly reason: string;
}

function run(file: string, args: readonly string[], pythonPath = ''): Ran {
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PYTHONPATH: pythonPath };
  const result = spawnSync(file, args, { encoding: 'utf8', env, timeout: 120_000 });
  const said = result.error?.message ?? result.stderr ?? '';
  const lines = said.trim().split('\n');
  // After the line that matters, pip adds notes of its own.
  const reason = lines.findLast((line) => /Error: /.test(line)) ?? lines.at(-1) ?? '';
  return { ok: result.status === 0, stdout: result.stdout ?? '', reason: reason.trim() };
}

function works(python: string, folder: string): Ran {
  return run(python, ['-c', 'import pymesos, http_parser.http'], folder);
}

/** Returns the reason when a step failed. */
function install(python: string, staged: string): string | undefined {
  const pip = ['-m', 'pip', '--quiet', '--no-input'];
  const site = join(staged, 'site');
  const steps: readonly (readonly [string, readonly string[]])[] = [
    [python, [...pip, 'install', '--no-deps', '--target', site, ...packages]],
    [python, [...pip, 'download', '--no-deps', '--no-binary=:all:', '-d', staged, httpParser]],
    [
      'tar',
      [
        '-xzf',
        join(staged, 'http-parser-0.9.0.tar.gz'),
        '-C',
        site,
        '--strip-components=1',
        '--wildcards',
        '*/http_parser/*.py',
      ],
    ],
  ];
  for (const [file, args] of steps) {
    const { ok, reason } = run(file, args);
    if (!ok) return reason;
  }
  const { ok, reason } = works(python, site);
  return ok ? undefined : reason;
}

/** Installs once per version of Python; the folder appears whole or not at all. */
export function ensurePymesos(): Pymesos | NoPymesos {
  const describe = 'import sys; print(sys.executable, "%d.%d" % sys.version_info[:2])';
  const found = run('python3', ['-c', describe]);
  const [python = '', minor = ''] = found.stdout.trim().split(' ');
  if (!found.ok) return { missing: `python3 does not run (${found.reason})` };
  const folder = join(cacheDir('python'), `${minor}-pymesos-0.3.15`);
  if (works(python, folder).ok) return { python, folder };
  mkdirSync(cacheDir('python'), { recursive: true });
  const staged = mkdtempSync(join(cacheDir('python'), '.pymesos-'));
  const problem = install(python, staged);
  if (problem === undefined && !existsSync(folder)) renameSync(join(staged, 'site'), folder);
  rmSync(staged, { recursive: true, force: true });
  return problem === undefined
    ? { python, folder }
    : { missing: `pip cannot bring it: ${problem}` };
}
