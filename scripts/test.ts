/**
 * What `./stoke test` runs: sets up what is missing, then every check, every test and the short benches.
 * All parts run even after one failed. At the end stand what failed, what was skipped and why, and the counts.
 *
 * Usage: ./stoke test [PART ...]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureTools, type Tools } from './ensure-tools.ts';
import {
  add,
  formatCounts,
  formatDetails,
  nothing,
  type Outcome,
  readVitestReport,
} from './test-report.ts';

interface Part {
  readonly name: string;
  readonly run: (tools: Tools) => Outcome;
}

const root = fileURLToPath(new URL('..', import.meta.url));

function spawn(args: readonly string[]): boolean {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** Runs a script of this repository as one test. */
function script(...words: readonly string[]): Outcome {
  return spawn(words) ? { ...nothing, passed: 1 } : { ...nothing, failures: [words.join(' ')] };
}

/** A vitest project; a run that ends badly without a failed test counts as one failure. */
function vitest(project: string): Outcome {
  const scratch = mkdtempSync(join(tmpdir(), 'stoke-test-'));
  const report = join(scratch, 'report.json');
  const ok = spawn([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(process.stdout.isTTY ? [] : ['--no-color']),
  ]);
  const outcome = readVitestReport(report, root);
  rmSync(scratch, { recursive: true, force: true });
  if (ok || outcome.failures.length > 0) return outcome;
  return { ...outcome, failures: [`the tests of ${project} ended badly: see above`] };
}

function jvm({ absent }: Tools): Outcome {
  const check = script('scripts/build-jvm.ts', '--check');
  const needed = absent.find(({ neededBy }) => neededBy.includes('jvm'));
  if (needed === undefined) return add(check, script('scripts/build-jvm.ts', '--test'));
  const reason = `${needed.command} is not installed`;
  return add(check, {
    ...nothing,
    skipped: [{ what: 'the JUnit tests of jvm/mesos-driver', reason }],
  });
}

const parts: readonly Part[] = [
  {
    name: 'check',
    run: () =>
      add(
        script('scripts/check.ts', 'types', 'lint', 'boundaries', 'sizes', 'docs'),
        vitest('unit'),
      ),
  },
  { name: 'jvm', run: jvm },
  { name: 'compat', run: () => vitest('compat') },
  { name: 'e2e', run: () => vitest('e2e') },
  {
    name: 'bench',
    run: () =>
      add(
        script('bench/main.ts', 'allocator', '--smoke'),
        script('bench/main.ts', 'master', '--smoke'),
      ),
  },
];

const usage = `Usage: stoke test [PART ...]

Sets up what is missing, then runs these parts, or all of them:
  check    types, lint, sizes, links and the unit tests
  jvm      the JVM driver: its jar and its tests
  compat   recordings of a real Mesos, replayed
  e2e      real clusters, containers and Spark jobs (half an hour)
  bench    short benches
At the end stand what failed, what was skipped and why, and the counts.
`;

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
  const words = process.argv.slice(2);
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  const chosen = choose(words);
  const tools = ensureTools(chosen.map((part) => part.name));
  let total: Outcome = { ...nothing, failures: tools.failures };
  const lines: string[] = [];
  for (const part of chosen) {
    process.stdout.write(`\n==== ${part.name}\n`);
    const started = performance.now();
    const outcome = part.run(tools);
    total = add(total, outcome);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const word = outcome.failures.length === 0 ? 'ok    ' : 'FAILED';
    lines.push(`${word} ${part.name.padEnd(6)} ${seconds.padStart(5)} s  ${formatCounts(outcome)}`);
  }
  const wishes = total.skipped.length === 0 ? [] : tools.wishes;
  const end = [...formatDetails(total), ...wishes, '', ...lines, '', formatCounts(total)];
  process.stdout.write(`\n${end.join('\n')}\n`);
  return total.failures.length === 0 ? 0 : 1;
}

process.exit(main());
