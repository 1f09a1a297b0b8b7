/** The example that the scheduler driver's README shows runs to its end on a real cluster. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const example = fileURLToPath(
  new URL('../../packages/scheduler-driver/example.ts', import.meta.url),
);
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
});
afterAll(() => cluster.stop());

test('scheduler-driver/example.ts launches a task, prints its states and tears down', async () => {
  const { host } = new URL(cluster.master.url);
  const child = spawn(process.execPath, [example, host], { timeout: 60_000 });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split('\n')).toEqual([
    'hello-1 TASK_STARTING',
    'hello-1 TASK_RUNNING',
    'hello-1 TASK_FINISHED',
  ]);
});
