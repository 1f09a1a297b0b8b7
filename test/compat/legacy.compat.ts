/** The legacy endpoints of master and agent: with nothing, with running tasks, with ended ones, with an agent gone. */
import { createConnection, getAgentState } from '@stoke/client';
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import {
  drainFramework,
  type LegacyFramework,
  startIdleFramework,
  startNewFramework,
  startOldFramework,
} from './legacy-frameworks.ts';
import { replayOperatorGroup } from './operator-calls.ts';
import { recordingsOf } from './recording.ts';
import { type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

/** Ids of the recording: the master's, and that of the run whose sandbox was browsed. */
const RECORDED_MASTER = '88286238-c2f5-4b7e-b783-8feef6960fc9';
const RECORDED_RUN = '612aabf8-f89d-4871-9b30-3045a3988dd4';

/** Of `legacy-misc`: what was recorded later, while the two frameworks ran. */
const MISC_WHILE_RUNNING = [
  'frameworks-one',
  'slaves-one',
  'tasks-asc',
  'tasks-offset',
  'tasks-task-id',
];

const cluster = new CompatCluster();
let life: LegacyFramework;
let old: LegacyFramework;
const misc: Found[] = [];

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

test('legacy-misc: the rest of the endpoints, and odd requests', async () => {
  const translation = cluster.translation();
  const later = [...MISC_WHILE_RUNNING, 'teardown'];
  for (const name of namesOf('legacy-misc').filter((it) => !later.includes(it))) {
    misc.push(...(await replayCall({ group: 'legacy-misc', name, translation })));
  }
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

test('legacy-misc: one framework, one agent, some tasks', async () => {
  const translation = await learned();
  for (const name of MISC_WHILE_RUNNING) {
    misc.push(...(await replayCall({ group: 'legacy-misc', name, translation })));
  }
});

test('legacy-files: sandboxes and logs are browsed and read the same', async () => {
  const translation = await learned();
  const found: Found[] = [];
  for (const name of namesOf('legacy-files')) {
    found.push(...(await replayCall({ group: 'legacy-files', name, translation })));
  }
  expectOnlyExceptions('legacy-files', found);
});

test.each(['operator-master-files', 'operator-agent-files'])(
  '%s: the operator API shows the same files',
  async (group) => {
    expectOnlyExceptions(group, await replayOperatorGroup(group, await learned()));
  },
);

test('legacy-finished: ended tasks and a torn down framework look the same', async () => {
  await life.driver.kill({ taskId: 'life-run', agentId: life.agentId() });
  await old.driver.teardown();
  await old.ended;
  await life.until('the kill', (states) => states.get('life-run') === 'TASK_KILLED');
  await allOffered(1);
  expectOnlyExceptions('legacy-finished', await get('legacy-finished'));
});

test('legacy-completed: two torn down frameworks look the same', async () => {
  await life.driver.teardown();
  await life.ended;
  expectOnlyExceptions('legacy-completed', await get('legacy-completed'));
});

test('legacy-agent-gone: an agent that unregistered is not there', async () => {
  const master = new URL(cluster.master.url).host;
  const idle = [await startIdleFramework(master, drainFramework)];
  await allOffered(2);
  idle.push(await startIdleFramework(master, { user: 'root', name: 'golden-drain-old' }));
  await cluster.agents[1]?.signal('SIGUSR1');
  await waitFor(async () => (await slaves()).length === 1, { what: 'the agent to be gone' });
  await allOffered(1);
  expectOnlyExceptions('legacy-agent-gone', await get('legacy-agent-gone'));
  for (const framework of idle) {
    await framework.driver.teardown();
    await framework.ended;
  }
});

test('legacy-misc: an operator tears a framework down', async () => {
  const translation = cluster.translation();
  translation.learn(`${RECORDED_MASTER}-0007`, await startAndForget());
  misc.push(...(await replayCall({ group: 'legacy-misc', name: 'teardown', translation })));
  expectOnlyExceptions('legacy-misc', misc);
});

function namesOf(group: string): string[] {
  return recordingsOf(group, '.request').map((path) =>
    path.slice(group.length + 1, -'.request'.length),
  );
}

/** Every recorded GET of the group. */
async function get(group: string): Promise<Found[]> {
  const translation = cluster.translation();
  const found: Found[] = [];
  for (const name of namesOf(group)) {
    found.push(...(await replayCall({ group, name, translation })));
  }
  return found;
}

/** Knows the first framework, its agent, and the sandbox of the task that wrote files. */
async function learned(): Promise<Translation> {
  const translation = cluster.translation();
  translation.learn(`${RECORDED_MASTER}-0000`, life.driver.frameworkId);
  translation.learn(`${RECORDED_MASTER}-S0`, life.agentId());
  const agent = cluster.agents[0];
  translation.learn('/var/lib/mesos-golden/agent1', agent?.workDir);
  const state = await getAgentState(createConnection({ url: agent?.url ?? '' }));
  const executor = state.frameworks
    .flatMap((it) => [...it.executors, ...it.completed_executors])
    .find((it) => it.id === 'life-fin');
  translation.learn(RECORDED_RUN, executor?.container);
  return translation;
}

async function slaves(): Promise<Slave[]> {
  const answer = await fetch(`${cluster.master.url}/state`);
  return ((await answer.json()) as { slaves: Slave[] }).slaves;
}

/** Id of a framework that subscribed and is to be torn down. */
async function startAndForget(): Promise<string> {
  const master = new URL(cluster.master.url).host;
  const { driver, ended } = await startIdleFramework(master, {
    user: 'root',
    name: 'golden-teardown',
    failover_timeout: 60,
  });
  ended.catch(() => undefined);
  return driver.frameworkId ?? '';
}

interface Slave {
  readonly used_resources: { readonly cpus: number };
  readonly offered_resources: { readonly cpus: number };
  readonly unreserved_resources: { readonly cpus: number };
}

/** Waits until what tasks leave over on that many agents is offered. */
async function allOffered(agents: number): Promise<void> {
  const look = async (): Promise<boolean> => {
    const offered = (await slaves()).filter((it) => {
      const free = it.unreserved_resources.cpus - it.used_resources.cpus;
      return Math.abs(free - it.offered_resources.cpus) < 0.001;
    });
    return offered.length === agents;
  };
  await waitFor(look, { what: `everything offered on ${agents} agents` });
}
