/** A MOUNT disk as one shared volume: two tasks on it at once, on cpus that are oversubscribed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Offer, Offer_Operation, Resource, TaskInfo, TaskStatus } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
let driver: SchedulerDriver;
let running: Promise<void>;
let offers: Offer[] = [];
const updates: TaskStatus[] = [];

beforeAll(async () => {
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms'],
    agentResources: JSON.stringify([scalar('cpus', 1), scalar('mem', 1024), disk]),
    agentFlags: ['--oversubscribed_resources=cpus:4'],
  });
  const capabilities = [
    'MULTI_ROLE',
    'RESERVATION_REFINEMENT',
    'PARTITION_AWARE',
    'SHARED_RESOURCES',
    'REVOCABLE_RESOURCES',
  ] as const;
  driver = createSchedulerDriver({
    masters: [cluster.master.url],
    framework: {
      user: 'root',
      name: 'shared-disk',
      roles: ['e2e'],
      capabilities: capabilities.map((type) => ({ type })),
    },
    handlers: {
      offers: (fresh) => {
        offers.push(...fresh);
      },
      rescind: (id) => {
        offers = offers.filter((offer) => offer.id.value !== id);
      },
      update: (status) => {
        updates.push(status);
      },
    },
  });
  running = driver.run();
});

afterAll(async () => {
  await driver.teardown();
  await running;
  await cluster.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The next offer with all of these; others are declined. */
async function offerWith(what: string, ...wanted: ((one: Resource) => boolean)[]): Promise<Offer> {
  const find = async (): Promise<Offer | undefined> => {
    const offer = offers.shift();
    if (offer === undefined) return undefined;
    if (wanted.every((fits) => (offer.resources ?? []).some(fits))) return offer;
    await driver.decline([offer.id.value], { refuseSeconds: 0 });
    return undefined;
  };
  return await waitFor(find, { what: `an offer with ${what}`, timeoutMs: 30_000 });
}

/** Ends only when the other task writes to the volume as well. */
function task(offer: Offer, own: string, other: string): TaskInfo {
  const command = `echo ${own} > data/${own}; until [ -f data/${other} ]; do sleep 0.05; done`;
  return {
    name: own,
    task_id: { value: own },
    agent_id: offer.agent_id,
    resources: [{ ...scalar('cpus', 1), revocable: {} }, scalar('mem', 64), volume],
    command: { value: command },
  };
}

function endOf(id: string): Promise<TaskStatus> {
  const find = () =>
    updates.find(
      ({ task_id, state }) => task_id.value === id && !/STARTING|RUNNING|STAGING/.test(state),
    );
  return waitFor(find, { what: `the end of task ${id}`, timeoutMs: 60_000 });
}

test('two tasks share a volume that is a MOUNT disk, and DESTROY leaves the empty disk', async () => {
  const offer = await offerWith(
    'the disk and revocable cpus',
    (one) => one.disk?.source?.type === 'MOUNT',
    (one) => one.revocable !== undefined && one.scalar?.value === 4,
  );
  const tasks = [task(offer, 'a', 'b'), task(offer, 'b', 'a')];
  await driver.accept(
    [offer.id.value],
    [
      { type: 'RESERVE', reserve: { resources: [reserved] } },
      { type: 'CREATE', create: { volumes: [volume] } },
      { type: 'LAUNCH', launch: { task_infos: tasks } },
    ],
    { refuseSeconds: 0 },
  );
  expect(await endOf('a')).toMatchObject({ state: 'TASK_FINISHED' });
  expect(await endOf('b')).toMatchObject({ state: 'TASK_FINISHED' });
  expect(readdirSync(root).sort()).toEqual(['a', 'b']);

  const idle = await offerWith('the volume', (one) => one.shared !== undefined);
  const operations: Offer_Operation[] = [{ type: 'DESTROY', destroy: { volumes: [volume] } }];
  await driver.accept([idle.id.value], operations, { refuseSeconds: 0 });
  const isEmpty = () => (readdirSync(root).length === 0 ? true : undefined);
  await waitFor(isEmpty, { what: 'the empty disk' });
});
