/** The examples that are frameworks of their own run as their READMEs say and come to the published numbers. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('examples/drf: dominant shares meet in the allocations that theory gives', () => {
  const ran = spawnSync(process.execPath, ['examples/drf/drf.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(ran.status, ran.stderr).toBe(0);
  const tables = ran.stdout.split('\n\n').slice(1);
  const rows = tables.map((table) =>
    table
      .split('\n')
      .filter((line) => /^([A-C]|used) /.test(line))
      .map((line) =>
        line
          .replace(/\d[\d.]* cpu, \d+ MB/, '')
          .replace(/ +/g, ' ')
          .trim(),
      ),
  );
  const nothing = (name: string): string => `${name} 0 0 0 0.00 %`;
  const third = '4 2 2048 33.33 % of cpus';
  expect(rows, ran.stdout).toEqual([
    ['A 12 6 6144 100.00 % of cpus', nothing('B'), nothing('C'), 'used 12 6 6144'],
    [`A ${third}`, `B ${third}`, `C ${third}`, 'used 12 6 6144'],
    ['A 3 6 3000 100.00 % of cpus', nothing('B'), 'used 3 6 3000'],
    ['A 2 4 2000 66.67 % of cpus', 'B 2 2 4000 59.15 % of memory', 'used 4 6 6000'],
    ['A 1 2 1000 33.33 % of cpus', 'B 2 2 5000 73.94 % of memory', 'used 3 4 6000'],
    ['A 2 4 2000 66.67 % of cpus', 'B 1 1 2500 36.97 % of memory', 'used 3 5 4500'],
  ]);
});
