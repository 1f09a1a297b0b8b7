/**
 * What `./stoke test` runs: sets up what is missing, then every check, every test and the short benches.
 * All parts run even after one failed; the last line counts the tests.
 *
 * Usage: ./stoke test [PART ...]     PART: check jvm compat e2e bench
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureTools } from './ensure-tools.ts';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Part {
  readonly name: string;
  readonly run: () => Totals;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'stoke-test-'));

function spawn(args: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return result.status === 0;
}

function asOne(ok: boolean): Totals {
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A vitest project; a run that ends badly without a failed test counts as one failure. */
function vitest(project: string): Totals {
  const report = join(scratch, `${project}.json`);
  const ok = spawn([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const totals = readReport(report);
  return !ok && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

function readReport(path: string): Totals {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>;
    return {
      passed: report.numPassedTests ?? 0,
      failed: report.numFailedTests ?? 0,
      skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    };
  } catch (error) {
    process.stderr.write(`Cannot read the test report '${path}': ${String(error)}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function add(a: Totals, b: Totals): Totals {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

function jvm(): Totals {
  const check = asOne(spawn(['scripts/build-jvm.ts', '--check']));
  return add(check, asOne(spawn(['scripts/build-jvm.ts', '--test'])));
}

const parts: readonly Part[] = [
  {
    name: 'check',
    run: () =>
      add(
        asOne(spawn(['scripts/check.ts', 'types', 'lint', 'boundaries', 'sizes', 'docs'])),
        vitest('unit'),
      ),
  },
  { name: 'jvm', run: jvm },
  { name: 'compat', run: () => vitest('compat') },
  { name: 'e2e', run: () => vitest('e2e') },
  {
    name: 'bench',
    run: () =>
      ['allocator', 'master']
        .map((name) => asOne(spawn(['bench/main.ts', name, '--smoke'])))
        .reduce(add),
  },
];

function choose(names: readonly string[]): readonly Part[] {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `Cannot run '${unknown.join("', '")}': the parts are ${parts.map((part) => part.name).join(', ')}\n`,
    );
    process.exit(2);
  }
  return names.length === 0 ? parts : parts.filter((part) => names.includes(part.name));
}

function main(): number {
  const chosen = choose(process.argv.slice(2));
  const missing = ensureTools(chosen.map((part) => part.name));
  let totals: Totals = { passed: 0, failed: missing.length, skipped: 0 };
  const lines: string[] = [];
  for (const part of chosen) {
    process.stdout.write(`\n==== ${part.name}\n`);
    const started = performance.now();
    const result = part.run();
    totals = add(totals, result);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    lines.push(
      `${result.failed === 0 ? 'ok    ' : 'FAILED'} ${part.name.padEnd(7)} ${seconds} s, ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`,
    );
  }
  rmSync(scratch, { recursive: true, force: true });
  process.stdout.write(`\n${[...missing, ...lines].join('\n')}\n\n`);
  process.stdout.write(
    `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`,
  );
  return totals.failed === 0 ? 0 : 1;
}

process.exit(main());
