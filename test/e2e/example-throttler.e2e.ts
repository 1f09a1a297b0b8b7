/** The Throttler, run as its README says, against a small HTTP server: every request once, never too many at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface State {
  readonly frameworks: readonly { readonly tasks: readonly object[] }[];
}

let cluster: TestCluster;
let target: Server;

beforeAll(async () => {
  cluster = await startCluster({ agents: 2, masterFlags: ['--allocation_interval=100ms'] });
  target = createServer().listen(0, '127.0.0.1');
  await once(target, 'listening');
});

afterAll(async () => {
  target.close();
  await cluster.stop();
});

/** Runs the Throttler while the target answers with `listener`, which is told the number of each request. */
async function throttle(
  flags: readonly string[],
  listener: (n: number, response: Parameters<RequestListener>[1]) => void,
): Promise<{ code: unknown; output: string }> {
  target.removeAllListeners('request');
  target.on('request', (({ url = '' }, response) => {
    listener(Number(new URL(url, 'http://target').searchParams.get('n')), response);
  }) satisfies RequestListener);
  const master = new URL(cluster.master.url).host;
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  const args = ['examples/throttler/throttler.ts', '--master', master, '--url', url, ...flags];
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, args, { cwd: root, stdio, timeout: 90_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part.toString('utf8');
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

test('examples/throttler makes every request once, with as many tasks at a time as it was told', async () => {
  const seen: number[] = [];
  const held: (() => void)[] = [];
  let tasks = 0;
  const release = async (): Promise<void> => {
    tasks = (await cluster.state<State>()).frameworks[0]?.tasks.length ?? 0;
    for (const answer of held) answer();
  };
  // Nobody is answered before three are here: with fewer tasks at a time nothing would ever end.
  const { code, output } = await throttle(
    ['--requests', '47', '--per-task', '10', '--parallelism', '3'],
    (n, response) => {
      seen.push(n);
      if (seen.length > 3) response.end();
      else held.push(() => response.end());
      if (seen.length === 3) void release();
    },
  );
  expect(code, output).toBe(0);
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 47 }, (_, n) => n));
  expect(tasks).toBe(3);
  expect(output).toMatch(/^done: 47 requests by 5 tasks, 0 of which failed, in [\d.]+ s$/m);
  expect((await cluster.state<State>()).frameworks).toEqual([]);
});

test('examples/throttler repeats a task whose request failed', async () => {
  const seen: number[] = [];
  const { code, output } = await throttle(
    ['--requests', '6', '--per-task', '3', '--parallelism', '2'],
    (n, response) => {
      response.statusCode = n === 4 && !seen.includes(4) ? 500 : 200;
      seen.push(n);
      response.end();
    },
  );
  expect(code, output).toBe(0);
  expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 3, 4, 4, 5]);
  expect(output).toMatch(/^requests 3 to 5 failed \(TASK_FAILED: .+\), to be repeated$/m);
  expect(output).toMatch(/^done: 6 requests by 3 tasks, 1 of which failed/m);
});

test('examples/throttler gives up after the sixth failed task', async () => {
  const { code, output } = await throttle(
    ['--requests', '1', '--per-task', '1', '--parallelism', '1'],
    (_, response) => {
      response.statusCode = 503;
      response.end();
    },
  );
  expect(code, output).toBe(1);
  expect(output).toMatch(/^too many failures: 0 requests by 6 tasks, 6 of which failed/m);
});
