/** What tasks may fill and hold on a real agent: disk quota, ports, rotated logs, sandboxes that go. */
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';

const logBytes = 64 * 1024;
const logFiles = 3;
let cluster: TestCluster;
let tasks: TaskRunner;

beforeAll(async () => {
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms'],
    agentFlags: [
      '--enforce_container_disk_quota',
      '--container_disk_watch_interval=200ms',
      '--enforce_container_ports',
      '--container_ports_watch_interval=200ms',
      `--container_log_max_size=${logBytes}B`,
      `--container_log_max_files=${logFiles}`,
    ],
  });
  tasks = new TaskRunner('agent-disk', cluster.master.url);
});

afterAll(async () => {
  await tasks.end();
  await cluster.stop();
});

function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

function ports(begin: number): Resource {
  return { name: 'ports', type: 'RANGES', ranges: { range: [{ begin, end: begin }] } };
}

const small = [scalar('cpus', 0.1), scalar('mem', 32)];

function sandboxOf(taskId: string): string {
  const pattern = `${cluster.root}/agent-1/slaves/*/frameworks/*/executors/${taskId}/runs/*-*`;
  const [found] = globSync(pattern);
  if (found === undefined) throw new Error(`there is no sandbox of ${taskId}`);
  return found;
}

test('a task that fills more than its disk is ended for it, one that does not runs on', async () => {
  const resources = [...small, scalar('disk', 8)];
  const fill = (megabytes: number) =>
    `dd if=/dev/zero of=data bs=1M count=${megabytes} 2>/dev/null; exec sleep 1000`;
  await tasks.launch([
    { id: 'hog', command: fill(20), more: { resources } },
    { id: 'modest', command: fill(2), more: { resources } },
  ]);
  const update = await tasks.seen('hog', 'TASK_FAILED');
  expect(update).toMatchObject({
    reason: 'REASON_CONTAINER_LIMITATION_DISK',
    limitation: { resources: [{ name: 'disk', scalar: { value: 8 } }] },
  });
  expect(update.message).toMatch(/^Disk usage \(20MB\) exceeds quota \(8MB\)/);
  await tasks.kill('modest');
  await tasks.seen('modest', 'TASK_KILLED');
});

test('a task that listens on a port of another is ended for it', async () => {
  const listen = (port: number): string =>
    `exec python3 -c "import socket,time; s=socket.socket(); s.setsockopt(1,2,1); s.bind(('127.0.0.1',${port})); s.listen(); print('up', flush=True); time.sleep(1000)"`;
  await tasks.launch([
    { id: 'owner', command: listen(31_700), more: { resources: [...small, ports(31_700)] } },
    { id: 'thief', command: listen(31_702), more: { resources: [...small, ports(31_701)] } },
  ]);
  expect(await tasks.seen('thief', 'TASK_FAILED')).toMatchObject({
    reason: 'REASON_CONTAINER_LIMITATION',
    message: 'Listens on ports that it was not given: [31702-31702]',
  });
  await waitFor(() => readFileSync(join(sandboxOf('owner'), 'stdout'), 'utf8').includes('up'), {
    what: 'the owner of a port to listen',
  });
  await tasks.kill('owner');
  await tasks.seen('owner', 'TASK_KILLED');
});

test('logs are rotated, and hold the latest lines; the status is the true one', async () => {
  await tasks.launch([
    { id: 'talker', command: 'seq 1 100000; echo last >&2; exit 7', more: { resources: small } },
  ]);
  const end = await tasks.seen('talker', 'TASK_FAILED');
  expect(end.message).toBe('Command exited with status 7');
  const sandbox = sandboxOf('talker');
  const logs = readdirSync(sandbox).filter((name) => name.startsWith('stdout'));
  expect(logs.sort()).toEqual(['stdout', 'stdout.1', 'stdout.2']);
  for (const name of logs) expect(statSync(join(sandbox, name)).size).toBeLessThanOrEqual(logBytes);
  const text = ['stdout.2', 'stdout.1', 'stdout']
    .map((name) => readFileSync(join(sandbox, name), 'utf8'))
    .join('');
  const lines = text.trim().split('\n').slice(1).map(Number);
  expect(lines.at(-1)).toBe(100_000);
  expect(lines).toEqual(lines.map((_, index) => 100_000 - lines.length + 1 + index));
  expect(readFileSync(join(sandbox, 'stderr'), 'utf8')).toBe('last\n');
});

test('a command whose output others hold open ends when it ends', async () => {
  await tasks.launch([
    { id: 'parent', command: 'yes & echo said; exit 0', more: { resources: small } },
  ]);
  await tasks.seen('parent', 'TASK_FINISHED');
  await waitFor(() => !isRunning('yes', sandboxOf('parent')), { what: 'its child to be ended' });
});

/** Whether a process of this name works in the directory. */
function isRunning(name: string, directory: string): boolean {
  return globSync('/proc/[0-9]*').some((path) => {
    try {
      const comm = readFileSync(`${path}/comm`, 'utf8').trim();
      return comm === name && readFileSync(`${path}/environ`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}
