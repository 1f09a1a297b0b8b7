/** A MOUNT disk as one shared volume: two tasks on it at once, on cpus that are oversubscribed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Offer, Resource, TaskInfo } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner, taskInfo } from './support/task-runner.ts';

const root = mkdtempSync(join(tmpdir(), 'stoke-mount-'));
const scalar = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
});
const disk: Resource = {
  ...scalar('disk', 500),
  disk: { source: { type: 'MOUNT', mount: { root } } },
};
const reserved: Resource = { ...disk, reservations: [{ type: 'DYNAMIC', role: 'e2e' }] };
const volume: Resource = {
  ...reserved,
  disk: {
    ...disk.disk,
    persistence: { id: 'both' },
    volume: { container_path: 'data', mode: 'RW' },
  },
  shared: {},
};

let cluster: TestCluster;
let tasks: TaskRunner;

beforeAll(async () => {
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms'],
    agentResources: JSON.stringify([scalar('cpus', 1), scalar('mem', 1024), disk]),
    agentFlags: ['--oversubscribed_resources=cpus:4'],
  });
  const capabilities = ['SHARED_RESOURCES', 'REVOCABLE_RESOURCES'] as const;
  tasks = new TaskRunner('shared-disk', cluster.master.url, { capabilities });
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The next offer with all of these. */
function offerWith(what: string, ...wanted: ((one: Resource) => boolean)[]): Promise<Offer> {
  return tasks.offerWith(what, ({ resources = [] }) =>
    wanted.every((fits) => resources.some(fits)),
  );
}

/** Ends only when the other task writes to the volume as well. */
function task(offer: Offer, own: string, other: string): TaskInfo {
  const command = `echo ${own} > data/${own}; until [ -f data/${other} ]; do sleep 0.05; done`;
  const resources = [{ ...scalar('cpus', 1), revocable: {} }, scalar('mem', 64), volume];
  return taskInfo({ id: own, command, more: { resources } }, offer);
}

test('two tasks share a volume that is a MOUNT disk, and DESTROY leaves the empty disk', async () => {
  const offer = await offerWith(
    'the disk and revocable cpus',
    (one) => one.disk?.source?.type === 'MOUNT',
    (one) => one.revocable !== undefined && one.scalar?.value === 4,
  );
  const task_infos = [task(offer, 'a', 'b'), task(offer, 'b', 'a')];
  await tasks.accept(offer, [
    { type: 'RESERVE', reserve: { resources: [reserved] } },
    { type: 'CREATE', create: { volumes: [volume] } },
    { type: 'LAUNCH', launch: { task_infos } },
  ]);
  for (const id of ['a', 'b']) await tasks.seen(id, 'TASK_FINISHED');
  expect(readdirSync(root).sort()).toEqual(['a', 'b']);

  const idle = await offerWith('the volume', (one) => one.shared !== undefined);
  await tasks.accept(idle, [{ type: 'DESTROY', destroy: { volumes: [volume] } }]);
  const isEmpty = () => (readdirSync(root).length === 0 ? true : undefined);
  await waitFor(isEmpty, { what: 'the empty disk' });
});
