/** Task groups and health checks on a real agent, also when it is killed meanwhile. */

import { rmSync } from 'node:fs';
import { browseFiles, createConnection, downloadFile, getAgentState } from '@stoke/client';
import type { ExecutorInfo, Resource, TaskInfo } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner, taskInfo } from './support/task-runner.ts';

let cluster: TestCluster;
let tasks: TaskRunner;

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
  tasks = new TaskRunner('agent-groups', cluster.master.url);
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
});

/** Launches the tasks together on a default executor of that name. */
async function launchGroup(
  executorId: string,
  group: Readonly<Record<string, Partial<TaskInfo>>>,
): Promise<void> {
  const offer = await tasks.offerWith('anything', () => true);
  const executor: ExecutorInfo = {
    type: 'DEFAULT',
    executor_id: { value: executorId },
    framework_id: { value: tasks.frameworkId },
    resources: [...resources],
  };
  const infos = Object.entries(group).map(([id, more]) =>
    taskInfo({ id, command: '', more: { resources: [...resources], ...more } }, offer),
  );
  const launch_group = { executor, task_group: { tasks: infos } };
  await tasks.accept(offer, [{ type: 'LAUNCH_GROUP', launch_group }]);
}

test('tasks of a group have sandboxes below that of their executor', async () => {
  await launchGroup('sandboxes', {
    one: { command: { value: 'echo hello > out; sleep 1000' } },
    two: { command: { value: 'sleep 1000' } },
  });
  await tasks.seen('one', 'TASK_RUNNING');
  await tasks.seen('two', 'TASK_RUNNING');
  const agent = createConnection({ url: cluster.agent.url });
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
  await tasks.seen('writes', 'TASK_FINISHED');
  await tasks.seen('reads', 'TASK_FINISHED');
});

test('a group lives through kill -9 of its agent and ends as one', async () => {
  await launchGroup('crash', {
    finishes: { command: { value: 'sleep 0.5' } },
    fails: { command: { value: 'sleep 4; exit 7' } },
    follows: { command: { value: 'sleep 1000' } },
  });
  await tasks.seen('follows', 'TASK_RUNNING');
  await cluster.agent.crashAndRestart();
  expect((await tasks.seen('finishes', 'TASK_FINISHED')).message).toBe(
    'Command exited with status 0',
  );
  expect((await tasks.seen('fails', 'TASK_FAILED')).message).toBe('Command exited with status 7');
  expect((await tasks.seen('follows', 'TASK_KILLED')).message).toBe(
    'Command terminated with signal Terminated',
  );
  expect(tasks.updates.filter((one) => one.task_id.value === 'one').at(-1)?.state).toBe(
    'TASK_RUNNING',
  );
});

test('a health check is answered by the network, goes on after kill -9, and takes its group down', async () => {
  const port = Number(new URL(cluster.agent.url).port);
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
  await tasks.told('open', 'healthy', ({ healthy }) => healthy);
  await tasks.told('ill', 'healthy', ({ healthy }) => healthy);
  await tasks.told('ill', 'checked', (status) => status.check_status?.command?.exit_code === 3);
  await cluster.agent.crashAndRestart();
  const agent = createConnection({ url: cluster.agent.url });
  const { frameworks } = await getAgentState(agent);
  const executor = frameworks.flatMap((one) => one.executors).find(({ id }) => id === 'checked');
  rmSync(`${executor?.directory}/tasks/ill/well`);
  const killed = await tasks.seen('ill', 'TASK_KILLED');
  expect(killed.healthy).toBe(false);
  await tasks.seen('open', 'TASK_KILLED');
});

test('a master killed with -9 knows a group again, and gives its executor a later one', async () => {
  await launchGroup('kept', { first: { command: { value: 'sleep 1000' } } });
  await tasks.seen('first', 'TASK_RUNNING');
  await cluster.master.crashAndRestart();
  await launchGroup('kept', { later: { command: { value: 'exit 4' } } });
  expect((await tasks.seen('later', 'TASK_FAILED')).executor_id?.value).toBe('kept');
  const before = tasks.updates.filter(({ task_id }) => task_id.value === 'first');
  expect(before.at(-1)?.state).toBe('TASK_RUNNING');
  await tasks.kill('first');
  await tasks.seen('first', 'TASK_KILLED');
});
