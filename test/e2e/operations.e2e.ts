/** Reservations and volumes of a real cluster: acknowledged ones outlive kill -9 of agent and master, with their data. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Offer, Offer_Operation, Resource, TaskStatus } from '@stoke/protocol';
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner, taskInfo } from './support/task-runner.ts';

let cluster: TestCluster;
let tasks: TaskRunner;

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  tasks = new TaskRunner('operations', cluster.master.url);
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
});

const reservations = [{ type: 'DYNAMIC', role: 'e2e' }] as const;

function reserved(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value }, reservations: [...reservations] };
}

const cpus = reserved('cpus', 0.5);
const mem = reserved('mem', 64);
const disk = reserved('disk', 100);
const volume: Resource = {
  ...disk,
  disk: { persistence: { id: 'data-1' }, volume: { container_path: 'data', mode: 'RW' } },
};

/** Reserved resources of an offer, volumes by their id. */
function reservedIn(offer: Offer): string[] {
  return (offer.resources ?? [])
    .filter((resource) => resource.reservations !== undefined)
    .map((resource) => resource.disk?.persistence?.id ?? resource.name)
    .sort();
}

/** The next offer that shows exactly this as reserved. */
function offerWith(expected: readonly string[]): Promise<Offer> {
  const what = `${expected.join() || 'nothing'} reserved`;
  return tasks.offerWith(what, (offer) => reservedIn(offer).join() === expected.join());
}

async function operate(offer: Offer, operations: Record<string, Offer_Operation>): Promise<void> {
  const named = Object.entries(operations).map(([id, operation]) => ({
    ...operation,
    id: { value: id },
  }));
  await tasks.accept(offer, named);
  for (const id of Object.keys(operations)) {
    expect((await tasks.operation(id)).state).toBe('OPERATION_FINISHED');
  }
}

async function runOnVolume(offer: Offer, id: string, command: string): Promise<TaskStatus> {
  const task = taskInfo({ id, command, more: { resources: [cpus, mem, volume] } }, offer);
  await tasks.accept(offer, [{ type: 'LAUNCH', launch: { task_infos: [task] } }]);
  return tasks.told(id, 'at its end', ({ state }) => !/STARTING|RUNNING|STAGING/.test(state));
}

test('reservations, volumes and their data survive the death of agent and master', async () => {
  const { agent } = cluster;
  const all = ['cpus', 'data-1', 'mem'];
  await operate(await offerWith([]), {
    reserve: { type: 'RESERVE', reserve: { resources: [cpus, mem, disk] } },
    create: { type: 'CREATE', create: { volumes: [volume] } },
  });

  await agent.crashAndRestart();
  const written = await runOnVolume(await offerWith(all), 'writer', 'echo kept > data/f');
  expect(written).toMatchObject({ state: 'TASK_FINISHED' });
  const directory = join(agent.workDir, 'volumes/roles/e2e/data-1');
  expect(readFileSync(join(directory, 'f'), 'utf8')).toBe('kept\n');

  await cluster.master.crashAndRestart();
  await cluster.waitForAgents(1);
  const afterMaster = await offerWith(all);
  await agent.crashAndRestart();
  await tasks.decline(afterMaster);
  const read = await runOnVolume(await offerWith(all), 'reader', 'grep -q kept data/f');
  expect(read).toMatchObject({ state: 'TASK_FINISHED' });

  await operate(await offerWith(all), {
    destroy: { type: 'DESTROY', destroy: { volumes: [volume] } },
    unreserve: { type: 'UNRESERVE', unreserve: { resources: [cpus, mem, disk] } },
  });
  expect(existsSync(directory)).toBe(false);
  await cluster.master.crashAndRestart();
  await agent.crashAndRestart();
  const last = await offerWith([]);
  expect(last.resources?.find(({ name }) => name === 'disk')?.scalar?.value).toBe(4096);
});

test('what an operator was told is reserved survives when agent and master are killed at once', async () => {
  const { agent } = cluster;
  interface Slave {
    readonly id: string;
    readonly reserved_resources: Readonly<Record<string, { readonly cpus: number }>>;
  }
  const slave = async (): Promise<Slave | undefined> =>
    (await cluster.state<{ slaves: readonly Slave[] }>()).slaves[0];
  const post = async (path: string): Promise<number> => {
    const slaveId = (await slave())?.id ?? '';
    const one = { ...reserved('cpus', 1), reservations: [{ type: 'DYNAMIC', role: 'ops' }] };
    const body = new URLSearchParams({ slaveId, resources: JSON.stringify([one]) });
    return (await fetch(`${cluster.master.url}${path}`, { method: 'POST', body })).status;
  };
  for (let round = 1; round <= 2; round += 1) {
    expect(await post('/reserve')).toBe(202);
    await Promise.all([agent.signal('SIGKILL'), cluster.master.signal('SIGKILL')]);
    await cluster.master.start();
    await agent.start();
    await cluster.waitForAgents(1);
    expect((await slave())?.reserved_resources.ops?.cpus).toBe(round);
  }
  for (let round = 1; round <= 2; round += 1) expect(await post('/unreserve')).toBe(202);
  expect((await slave())?.reserved_resources.ops).toBeUndefined();
});
