/**
 * Runs every check of the repository, all of them even after one failed, and fails at the end.
 *
 * Usage: npm run check [-- NAME ...]     NAME: types lint boundaries sizes docs unit
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => `${root}node_modules/.bin/${name}`;

const checks: readonly Check[] = [
  { name: 'types', args: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint', args: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'boundaries', args: [process.execPath, 'scripts/check-boundaries.ts'] },
  { name: 'sizes', args: [process.execPath, 'scripts/check-sizes.ts'] },
  { name: 'docs', args: [process.execPath, 'scripts/check-docs.ts'] },
  { name: 'unit', args: [process.execPath, bin('vitest'), 'run', '--project', 'unit'] },
];

function run(check: Check): { readonly ok: boolean; readonly seconds: number } {
  process.stdout.write(`\n== ${check.name}\n`);
  const started = performance.now();
  const [file, ...args] = check.args;
  const result = spawnSync(file ?? '', args, { cwd: root, stdio: 'inherit' });
  return { ok: result.status === 0, seconds: (performance.now() - started) / 1000 };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `Cannot run check '${unknown.join("', '")}': the checks are ${checks.map((c) => c.name).join(', ')}\n`,
  );
  process.exit(2);
}
const chosen = asked.length > 0 ? checks.filter((check) => asked.includes(check.name)) : checks;
const results = chosen.map((check) => ({ check, ...run(check) }));
process.stdout.write('\n');
for (const { check, ok, seconds } of results) {
  process.stdout.write(
    `${ok ? 'ok    ' : 'FAILED'} ${check.name.padEnd(11)} ${seconds.toFixed(1)} s\n`,
  );
}
process.exit(results.every((result) => result.ok) ? 0 : 1);
