/** `npm run bench -- NAME [--smoke] [--only PART]`: runs one benchmark, prints it, and keeps its figures. */

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, BenchReport } from './support/bench.ts';
import { machineFacts } from './support/machine-facts.ts';

const directory = import.meta.dirname;

/** With more load than this from others, times say little. */
const MAX_QUIET_LOAD = 0.3;

async function benchNames(): Promise<string[]> {
  const files = await readdir(directory);
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'main.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** 0: all well; 1: a check failed; 2: wrong usage. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { smoke: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const [name] = positionals;
  const names = await benchNames();
  if (name === undefined || positionals.length > 1 || !names.includes(name)) {
    console.error(
      `Usage: npm run bench -- NAME [--smoke] [--only PART], where NAME is one of: ${names.join(', ')}`,
    );
    return 2;
  }
  const machine = machineFacts();
  const module = (await import(`./${name}.ts`)) as { bench: Bench };
  const report = await module.bench.run({
    smoke: values.smoke,
    ...(values.only === undefined ? {} : { only: values.only }),
  });
  for (const line of report.table) console.log(line);
  if (machine.loadAtStart > MAX_QUIET_LOAD) {
    console.log(`\nThe machine was busy (load ${machine.loadAtStart}): times are upper bounds`);
  }
  if (!values.smoke && values.only === undefined)
    await keep(name, { machine, results: report.results });
  return conclude(report);
}

async function keep(name: string, figures: unknown): Promise<void> {
  const path = join(directory, 'results', `${name}.json`);
  await mkdir(join(directory, 'results'), { recursive: true });
  await writeFile(path, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`\nWritten to bench/results/${name}.json`);
}

function conclude(report: BenchReport): number {
  for (const failure of report.failures) console.error(`FAILED: ${failure}`);
  return report.failures.length === 0 ? 0 : 1;
}

process.exitCode = await main();
