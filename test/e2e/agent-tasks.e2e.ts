/** Command tasks on a real agent: true exit statuses, kills, and lives that go on when the agent is killed. */

import type { Offer, TaskInfo, TaskStatus } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let cluster: TestCluster;
let driver: SchedulerDriver;
let running: Promise<void>;
let offers: Offer[] = [];
const updates: TaskStatus[] = [];

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  driver = createSchedulerDriver({
    masters: [cluster.master.url],
    framework: {
      user: 'root',
      name: 'agent-tasks',
      roles: ['e2e'],
      checkpoint: true,
      failover_timeout: 60,
      capabilities: [
        { type: 'MULTI_ROLE' },
        { type: 'RESERVATION_REFINEMENT' },
        { type: 'PARTITION_AWARE' },
        { type: 'TASK_KILLING_STATE' },
      ],
    },
    handlers: {
      subscribed: () => {
        offers = [];
      },
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
});

async function launch(commands: Readonly<Record<string, string>>): Promise<void> {
  const offer = await waitFor(() => offers.shift(), { what: 'an offer' });
  const tasks = Object.entries(commands).map(
    ([id, value]): TaskInfo => ({
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
      ],
      command: { value },
    }),
  );
  await driver.launch([offer.id.value], tasks, { refuseSeconds: 0 });
}

function seen(taskId: string, state: TaskStatus['state']): Promise<TaskStatus> {
  const found = () =>
    updates.find((status) => status.task_id.value === taskId && status.state === state);
  return waitFor(found, { what: `${taskId} to be ${state}`, timeoutMs: 30_000 });
}

test('exit codes and signals are told apart, also above 128', async () => {
  await launch({ three: 'exit 3', high: 'exit 137', signal: 'kill -9 $$', zero: 'true' });
  expect((await seen('three', 'TASK_FAILED')).message).toBe('Command exited with status 3');
  expect((await seen('high', 'TASK_FAILED')).message).toBe('Command exited with status 137');
  const signal = await seen('signal', 'TASK_FAILED');
  expect(signal.message).toBe('Command terminated with signal Killed');
  expect((await seen('zero', 'TASK_FINISHED')).message).toBe('Command exited with status 0');
});

test('a kill ends the whole tree, at last with SIGKILL', async () => {
  await launch({ stubborn: 'trap "" TERM; sleep 1000 & while :; do sleep 0.1; done' });
  await seen('stubborn', 'TASK_RUNNING');
  await driver.kill({ taskId: 'stubborn' });
  await seen('stubborn', 'TASK_KILLING');
  const killed = await seen('stubborn', 'TASK_KILLED');
  expect(killed.message).toBe('Command terminated with signal Killed');
});

test('tasks live through kill -9 of their agent, and end with their true status', async () => {
  await launch({ during: 'sleep 0.5; exit 130', after: 'sleep 4; exit 5', long: 'sleep 1000' });
  await seen('long', 'TASK_RUNNING');
  const agent = cluster.agents[0]!;
  await agent.crashAndRestart();
  expect((await seen('during', 'TASK_FAILED')).message).toBe('Command exited with status 130');
  expect((await seen('after', 'TASK_FAILED')).message).toBe('Command exited with status 5');
  await driver.kill({ taskId: 'long' });
  expect((await seen('long', 'TASK_KILLED')).message).toBe(
    'Command terminated with signal Terminated',
  );
  expect(updates.filter(({ state }) => state === 'TASK_LOST' || state === 'TASK_GONE')).toEqual([]);
});
