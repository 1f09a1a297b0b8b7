/** Command tasks on a real agent: true exit statuses, kills, and lives that go on when the agent is killed. */
import { startCluster, type TestCluster } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';

let cluster: TestCluster;
let tasks: TaskRunner;

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  tasks = new TaskRunner('agent-tasks', cluster.master.url);
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
});

/** Commands by the id of their task. */
async function launch(commands: Readonly<Record<string, string>>): Promise<void> {
  await tasks.launch(Object.entries(commands).map(([id, command]) => ({ id, command })));
}

test('exit codes and signals are told apart, also above 128', async () => {
  await launch({ three: 'exit 3', high: 'exit 137', signal: 'kill -9 $$', zero: 'true' });
  expect((await tasks.seen('three', 'TASK_FAILED')).message).toBe('Command exited with status 3');
  expect((await tasks.seen('high', 'TASK_FAILED')).message).toBe('Command exited with status 137');
  const signal = await tasks.seen('signal', 'TASK_FAILED');
  expect(signal.message).toBe('Command terminated with signal Killed');
  expect((await tasks.seen('zero', 'TASK_FINISHED')).message).toBe('Command exited with status 0');
});

test('a kill ends the whole tree, at last with SIGKILL', async () => {
  await launch({ stubborn: 'trap "" TERM; sleep 1000 & while :; do sleep 0.1; done' });
  await tasks.seen('stubborn', 'TASK_RUNNING');
  await tasks.kill('stubborn');
  await tasks.seen('stubborn', 'TASK_KILLING');
  const killed = await tasks.seen('stubborn', 'TASK_KILLED');
  expect(killed.message).toBe('Command terminated with signal Killed');
});

test('tasks live through kill -9 of their agent, and end with their true status', async () => {
  await launch({ during: 'sleep 0.5; exit 130', after: 'sleep 4; exit 5', long: 'sleep 1000' });
  await tasks.seen('long', 'TASK_RUNNING');
  await cluster.agent.crashAndRestart();
  expect((await tasks.seen('during', 'TASK_FAILED')).message).toBe(
    'Command exited with status 130',
  );
  expect((await tasks.seen('after', 'TASK_FAILED')).message).toBe('Command exited with status 5');
  await tasks.kill('long');
  expect((await tasks.seen('long', 'TASK_KILLED')).message).toBe(
    'Command terminated with signal Terminated',
  );
  expect(
    tasks.updates.filter(({ state }) => state === 'TASK_LOST' || state === 'TASK_GONE'),
  ).toEqual([]);
});
