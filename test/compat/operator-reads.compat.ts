/** The operator API of the master: reads with nothing, with running tasks, with ended ones; and refusals. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { type LegacyFramework, startNewFramework, startOldFramework } from './legacy-frameworks.ts';
import { replayOperatorGroup } from './operator-calls.ts';

const cluster = new CompatCluster();
const frameworks: LegacyFramework[] = [];

beforeAll(() => cluster.start());
afterAll(async () => {
  for (const framework of frameworks) {
    framework.driver.close();
    await framework.ended;
  }
  await cluster.stop();
});

async function replay(group: string, prefix = ''): Promise<void> {
  expectOnlyExceptions(group, await replayOperatorGroup(group, cluster.translation(), prefix));
}

test('operator-master-empty: a cluster without frameworks', () => replay('operator-master-empty'));

test('operator-master-running and -finished: tasks that run and tasks that ended', async () => {
  const translation = cluster.translation();
  const master = new URL(cluster.master.url).host;
  const life = startNewFramework(master, translation.port(5051));
  const old = startOldFramework(master, translation.port(5052));
  frameworks.push(life, old);
  await life.until('tasks of the new framework', (states) => {
    const ended = ['life-fin', 'life-fail'].map((id) => states.get(id) ?? '');
    const done = ended.every((state) => ['TASK_FINISHED', 'TASK_FAILED'].includes(state));
    return done && states.get('life-run') === 'TASK_RUNNING';
  });
  await old.until('the old task', (states) => states.get('life-old') === 'TASK_RUNNING');
  await allOffered(2);
  await replay('operator-master-running');
  await life.driver.kill({ taskId: 'life-run', agentId: life.agentId() });
  await old.driver.teardown();
  await old.ended;
  await life.until('the kill', (states) => states.get('life-run') === 'TASK_KILLED');
  await allOffered(1);
  await replay('operator-master-finished');
});

// Last: one of its calls turns the log up.
test('operator-errors: calls that masters refuse', () => replay('operator-errors', 'master-'));

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
