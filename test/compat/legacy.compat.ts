/** The legacy endpoints of master and agent: with nothing, with running tasks, with ended ones. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { type LegacyFramework, startNewFramework, startOldFramework } from './legacy-frameworks.ts';
import { recordingsOf } from './recording.ts';
import { type Found, replayCall } from './replay-call.ts';

const cluster = new CompatCluster();
let life: LegacyFramework;
let old: LegacyFramework;

beforeAll(() => cluster.start());
afterAll(async () => {
  for (const framework of [life, old]) {
    framework?.driver.close();
    await framework?.ended;
  }
  await cluster.stop();
});

test('legacy-empty: a cluster without frameworks looks the same', async () => {
  expectOnlyExceptions('legacy-empty', await get('legacy-empty'));
});

test('legacy-running: running and ended tasks look the same', async () => {
  const translation = cluster.translation();
  const master = `127.0.0.1:${translation.port(5050)}`;
  life = startNewFramework(master, translation.port(5051));
  old = startOldFramework(master, translation.port(5052));
  await Promise.all([
    life.until('tasks of the new framework', (states) => {
      const ended = ['TASK_FINISHED', 'TASK_FAILED'];
      return (
        states.get('life-run') === 'TASK_RUNNING' &&
        ended.includes(states.get('life-fin') ?? '') &&
        ended.includes(states.get('life-fail') ?? '')
      );
    }),
    old.until('task of the old framework', (states) => states.get('life-old') === 'TASK_RUNNING'),
  ]);
  await allOffered(2);
  // What each ended task gave back came in an offer of its own.
  await life.regroup();
  await allOffered(2);
  expectOnlyExceptions('legacy-running', await get('legacy-running'));
});

test('legacy-finished: ended tasks and a torn down framework look the same', async () => {
  await life.driver.kill({ taskId: 'life-run', agentId: life.agentId() });
  await old.driver.teardown();
  await old.ended;
  await life.until('the kill', (states) => states.get('life-run') === 'TASK_KILLED');
  await allOffered(1);
  expectOnlyExceptions('legacy-finished', await get('legacy-finished'));
});

/** Every recorded GET of the group. */
async function get(group: string): Promise<Found[]> {
  const translation = cluster.translation();
  const found: Found[] = [];
  for (const path of recordingsOf(group, '.request')) {
    const name = path.slice(group.length + 1, -'.request'.length);
    found.push(...(await replayCall({ group, name, translation })));
  }
  return found;
}

interface Slave {
  readonly used_resources: { readonly cpus: number };
  readonly offered_resources: { readonly cpus: number };
  readonly unreserved_resources: { readonly cpus: number };
}

/** Waits until what tasks leave over on that many agents is offered. */
async function allOffered(agents: number): Promise<void> {
  const look = async (): Promise<boolean> => {
    const answer = await fetch(`${cluster.master.url}/state`);
    const state = (await answer.json()) as { slaves: Slave[] };
    const offered = state.slaves.filter((it) => {
      const free = it.unreserved_resources.cpus - it.used_resources.cpus;
      return Math.abs(free - it.offered_resources.cpus) < 0.001;
    });
    return offered.length === agents;
  };
  await waitFor(look, { what: `everything offered on ${agents} agents` });
}
