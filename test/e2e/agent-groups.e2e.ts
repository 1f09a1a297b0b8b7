/** Task groups and health checks on a real agent, also when it is killed meanwhile. */

import { rmSync } from 'node:fs';
import { browseFiles, createConnection, downloadFile, getAgentState } from '@stoke/client';
import type {
  ExecutorInfo,
  Offer,
  Offer_Operation,
  Resource,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let cluster: TestCluster;
let driver: SchedulerDriver;
let running: Promise<void>;
let frameworkId = '';
let offers: Offer[] = [];
const updates: TaskStatus[] = [];

const resources: readonly Resource[] = [
  { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
  { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
  { name: 'disk', type: 'SCALAR', scalar: { value: 10 } },
];

beforeAll(async () => {
  cluster = await startCluster({
    masterFlags: ['--allocation_interval=100ms'],
    agentResources: 'cpus:4;mem:2048;disk:1024',
    // Executors subscribe again in their own time on a busy machine.
    agentFlags: ['--executor_reregistration_timeout=30secs'],
  });
  driver = createSchedulerDriver({
    masters: [cluster.master.url],
    framework: {
      user: 'root',
      name: 'agent-groups',
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
      subscribed: (event) => {
        frameworkId = event.frameworkId;
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

/** Launches the tasks together on a default executor of that name. */
async function launchGroup(
  executorId: string,
  tasks: Readonly<Record<string, Partial<TaskInfo>>>,
): Promise<void> {
  const offer = await waitFor(() => offers.shift(), { what: 'an offer' });
  const group = Object.entries(tasks).map(
    ([id, rest]): TaskInfo => ({
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: [...resources],
      ...rest,
    }),
  );
  const executor: ExecutorInfo = {
    type: 'DEFAULT',
    executor_id: { value: executorId },
    framework_id: { value: frameworkId },
    resources: [...resources],
  };
  const operation: Offer_Operation = {
    type: 'LAUNCH_GROUP',
    launch_group: { executor, task_group: { tasks: group } },
  };
  await driver.accept([offer.id.value], [operation], { refuseSeconds: 0 });
}

function seen(taskId: string, isIt: (status: TaskStatus) => boolean): Promise<TaskStatus> {
  const found = () => updates.find((one) => one.task_id.value === taskId && isIt(one));
  return waitFor(found, { what: `the update of ${taskId}`, timeoutMs: 30_000 });
}

const state = (wanted: TaskStatus['state']) => (status: TaskStatus) => status.state === wanted;

test('tasks of a group have sandboxes below that of their executor', async () => {
  await launchGroup('sandboxes', {
    one: { command: { value: 'echo hello > out; sleep 1000' } },
    two: { command: { value: 'sleep 1000' } },
  });
  await seen('one', state('TASK_RUNNING'));
  await seen('two', state('TASK_RUNNING'));
  const agent = createConnection({ url: cluster.agents[0]!.url });
  const { frameworks } = await getAgentState(agent);
  const executor = frameworks.flatMap((one) => one.executors).find(({ id }) => id === 'sandboxes');
  const directory = executor?.directory ?? '';
  const names = (await browseFiles(agent, `${directory}/tasks`)).map(({ path }) => path);
  expect(names).toEqual([`${directory}/tasks/one`, `${directory}/tasks/two`]);
  const out = await waitFor(
    async () => Buffer.from(await downloadFile(agent, `${directory}/tasks/one/out`)).toString(),
    { what: 'the output' },
  );
  expect(out).toBe('hello\n');
});

test('tasks of a group share a directory of their executor by links', async () => {
  const source = {
    type: 'SANDBOX_PATH' as const,
    sandbox_path: { type: 'PARENT' as const, path: 'shared' },
  };
  const volume = { mode: 'RW' as const, container_path: 'here', source };
  const container = { type: 'MESOS' as const, volumes: [volume] };
  const wait = 'until grep hello here/news; do sleep 0.1; done';
  await launchGroup('shares', {
    writes: { command: { value: 'echo hello > here/news' }, container },
    reads: { command: { value: wait }, container },
  });
  await seen('writes', state('TASK_FINISHED'));
  await seen('reads', state('TASK_FINISHED'));
});

test('a group lives through kill -9 of its agent and ends as one', async () => {
  await launchGroup('crash', {
    finishes: { command: { value: 'sleep 0.5' } },
    fails: { command: { value: 'sleep 4; exit 7' } },
    follows: { command: { value: 'sleep 1000' } },
  });
  await seen('follows', state('TASK_RUNNING'));
  await cluster.agents[0]!.crashAndRestart();
  expect((await seen('finishes', state('TASK_FINISHED'))).message).toBe(
    'Command exited with status 0',
  );
  expect((await seen('fails', state('TASK_FAILED'))).message).toBe('Command exited with status 7');
  expect((await seen('follows', state('TASK_KILLED'))).message).toBe(
    'Command terminated with signal Terminated',
  );
  expect(updates.filter((one) => one.task_id.value === 'one').at(-1)?.state).toBe('TASK_RUNNING');
});

test('a health check is answered by the network, goes on after kill -9, and takes its group down', async () => {
  const port = Number(new URL(cluster.agents[0]!.url).port);
  const times = { delay_seconds: 0, interval_seconds: 0.2, grace_period_seconds: 0 };
  await launchGroup('checked', {
    open: {
      command: { value: 'sleep 1000' },
      health_check: { type: 'HTTP', http: { port, path: '/health' }, ...times },
    },
    ill: {
      command: { value: 'touch well; sleep 1000' },
      health_check: { type: 'COMMAND', command: { value: 'test -f well' }, ...times },
      check: { type: 'COMMAND', command: { command: { value: 'exit 3' } }, ...times },
    },
  });
  await seen('open', ({ healthy }) => healthy === true);
  await seen('ill', ({ healthy }) => healthy === true);
  await seen('ill', ({ check_status }) => check_status?.command?.exit_code === 3);
  await cluster.agents[0]!.crashAndRestart();
  const agent = createConnection({ url: cluster.agents[0]!.url });
  const { frameworks } = await getAgentState(agent);
  const executor = frameworks.flatMap((one) => one.executors).find(({ id }) => id === 'checked');
  rmSync(`${executor?.directory}/tasks/ill/well`);
  const killed = await seen('ill', state('TASK_KILLED'));
  expect(killed.healthy).toBe(false);
  await seen('open', state('TASK_KILLED'));
});

test('a master killed with -9 knows a group again, and gives its executor a later one', async () => {
  await launchGroup('kept', { first: { command: { value: 'sleep 1000' } } });
  await seen('first', state('TASK_RUNNING'));
  offers = [];
  await cluster.master.crashAndRestart();
  await launchGroup('kept', { later: { command: { value: 'exit 4' } } });
  expect((await seen('later', state('TASK_FAILED'))).executor_id?.value).toBe('kept');
  const before = updates.filter(({ task_id }) => task_id.value === 'first');
  expect(before.at(-1)?.state).toBe('TASK_RUNNING');
  await driver.kill({ taskId: 'first' });
  await seen('first', state('TASK_KILLED'));
});
