/** What an agent's configuration reserves to a role is offered to that role only, before and after it is killed. */
import type { Offer } from '@stoke/protocol';
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modernFramework, RawFramework } from './support/raw-framework.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms'],
    agentResources: 'cpus(e2e):1.5;cpus:0.5;mem(e2e):512;mem:512;disk:1024;ports:[31000-31010]',
  });
});

afterAll(() => cluster.stop());

/** Amounts of an offer by name, those that are reserved to a role with it in brackets. */
function amounts({ resources = [] }: Offer): Record<string, number> {
  return Object.fromEntries(
    resources
      .filter(({ name }) => name === 'cpus' || name === 'mem')
      .map(({ name, scalar, reservations = [] }) => [
        `${name}${reservations.map(({ type, role }) => `(${type} ${role})`).join('')}`,
        scalar?.value ?? 0,
      ]),
  );
}

async function offered(role: string, by: TestCluster = cluster): Promise<Record<string, number>> {
  const info = modernFramework({ roles: [role], failover_timeout: 0 });
  const framework = await new RawFramework(by.master.url).subscribe(info);
  try {
    return amounts(await framework.offer(`to ${role}`));
  } finally {
    await framework.teardown();
  }
}

const ours = {
  'cpus(STATIC e2e)': 1.5,
  cpus: 0.5,
  'mem(STATIC e2e)': 512,
  mem: 512,
};

test('the role gets its part and what nobody has, another role only the latter', async () => {
  expect(await offered('e2e')).toEqual(ours);
  expect(await offered('other')).toEqual({ cpus: 0.5, mem: 512 });
});

test('reservations may be given as JSON', async () => {
  const reservations = [{ type: 'STATIC', role: 'e2e' }];
  const agentResources = JSON.stringify([
    { name: 'cpus', type: 'SCALAR', scalar: { value: 0.25 }, reservations },
    { name: 'mem', type: 'SCALAR', scalar: { value: 256 }, reservations },
  ]);
  const json = await startCluster({ masterFlags: ['--allocation_interval=100ms'], agentResources });
  try {
    expect(await offered('e2e', json)).toEqual({
      'cpus(STATIC e2e)': 0.25,
      'mem(STATIC e2e)': 256,
    });
  } finally {
    await json.stop();
  }
});

test('a killed agent, and a killed master, change nothing about it', async () => {
  await cluster.agent.crashAndRestart();
  await cluster.waitForAgents(1);
  expect(await offered('e2e')).toEqual(ours);
  await cluster.master.crashAndRestart();
  await cluster.waitForAgents(1);
  expect(await offered('e2e')).toEqual(ours);
  expect(await offered('other')).toEqual({ cpus: 0.5, mem: 512 });
});
