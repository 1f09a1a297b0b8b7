/**
 * Puts load on an HTTP server from a cluster: so many requests in all, so many per task, so many tasks at a time.
 *
 * Usage: node_modules/.bin/node examples/throttler/throttler.ts --master HOST:PORT --url URL
 *          [--requests 1000] [--per-task 100] [--parallelism 4] [--node PROGRAM]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ThrottlerFramework } from './throttler-framework.ts';
import type { Work } from './work.ts';

const options = {
  master: { type: 'string', default: '127.0.0.1:5050' },
  url: { type: 'string', default: '' },
  requests: { type: 'string', default: '1000' },
  'per-task': { type: 'string', default: '100' },
  parallelism: { type: 'string', default: '4' },
  node: { type: 'string', default: process.execPath },
} as const;

function fail(problem: string): never {
  process.stderr.write(`throttler: ${problem}\n`);
  process.exit(2);
}

type Values = { readonly [Name in keyof typeof options]: string };

function read(): Values {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function count(values: Values, name: 'requests' | 'per-task' | 'parallelism'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return fail(`Cannot use --${name} '${values[name]}': it must be a whole number above 0`);
}

function workOf(values: Values): Work {
  const { url } = values;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    fail(`Cannot use --url '${url}': it must be an http or https URL`);
  }
  const [requests, perTask] = [count(values, 'requests'), count(values, 'per-task')];
  return { url, requests, perTask, parallelism: count(values, 'parallelism') };
}

const values = read();
const framework = new ThrottlerFramework({
  master: values.master,
  work: workOf(values),
  runtime: {
    node: values.node,
    source: readFileSync(new URL('worker.ts', import.meta.url), 'utf8'),
  },
  print: (line) => process.stdout.write(`${line}\n`),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void framework.stop());
}
const started = performance.now();
const { requests, tasks, failures, outcome } = await framework.run();
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  `${outcome}: ${requests} requests by ${tasks} tasks, ${failures} of which failed, in ${seconds.toFixed(1)} s\n`,
);
process.exitCode = outcome === 'done' ? 0 : 1;
