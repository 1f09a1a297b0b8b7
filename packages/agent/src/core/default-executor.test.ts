import type { ExecutorInfo, TaskInfo } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { commandTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const exit = (code: number): number => code << 8;
const sigTerm = 15;
const dex: ExecutorInfo = {
  type: 'DEFAULT',
  executor_id: { value: 'dex' },
  framework_id: { value: 'f1' },
};

/** A group of tasks that run. */
function group(ids: readonly string[], rest: Partial<TaskInfo> = {}) {
  const agent = ScriptedAgent.registered();
  const containers = agent.runGroup(
    frameworkInfo(),
    dex,
    ids.map((id) => commandTask(id, rest)),
  );
  for (const containerId of containers) agent.started(containerId);
  agent.acknowledgeAll('f1');
  return { agent, containers, first: containers[0] ?? '', second: containers[1] ?? '' };
}

const told = (agent: ScriptedAgent) =>
  agent.acknowledgeAll('f1').map((one) => [one.task_id.value, one.state, one.message]);

function exits(agent: ScriptedAgent): unknown[] {
  return agent.sent
    .filter((message) => message.type === 'EXITED_EXECUTOR')
    .map((message) => [
      message.exited_executor?.executor_id.value,
      message.exited_executor?.status,
    ]);
}

test('each task of a group has a container, a sandbox in that of the executor, and little environment', () => {
  const agent = ScriptedAgent.registered();
  const [first = ''] = agent.runGroup(frameworkInfo(), dex, [commandTask('a'), commandTask('b')]);
  expect(agent.launches).toHaveLength(2);
  const spec = agent.launches[0];
  const executorDirectory = spec?.nested?.executorDirectory ?? '';
  expect(executorDirectory).toMatch(
    /^\/w\/slaves\/m-S0\/frameworks\/f1\/executors\/dex\/runs\/[^/]+$/,
  );
  expect(spec).toMatchObject({
    kind: 'command',
    executorId: 'dex',
    directory: `${executorDirectory}/containers/${first}`,
    nested: { taskId: 'a' },
    environment: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      MESOS_CONTAINER_IP: '127.0.0.1',
      MESOS_SANDBOX: `${executorDirectory}/containers/${first}`,
      MESOS_ALLOCATION_ROLE: 'web',
    },
  });
  expect(Object.keys(spec?.environment ?? {})).toHaveLength(4);
});

test('tasks of a group go from STARTING to FINISHED, and the executor ends with the last', () => {
  const agent = ScriptedAgent.registered();
  const [first = '', second = ''] = agent.runGroup(frameworkInfo(), dex, [
    commandTask('a'),
    commandTask('b'),
  ]);
  const parent = { value: [...agent.state.containers.keys()][0] };
  expect(agent.takeUpdates()).toMatchObject([
    {
      task_id: { value: 'a' },
      state: 'TASK_STARTING',
      executor_id: { value: 'dex' },
      source: 'SOURCE_EXECUTOR',
      container_status: { container_id: { value: first, parent } },
    },
    { task_id: { value: 'b' }, state: 'TASK_STARTING' },
  ]);
  agent.started(first);
  agent.started(second);
  agent.exited(first, exit(0));
  expect(exits(agent)).toEqual([]);
  agent.exited(second, exit(0));
  expect(exits(agent)).toEqual([['dex', 0]]);
});

test('the status of a running task names its process, the last one only its container', () => {
  const agent = ScriptedAgent.registered();
  const [first = ''] = agent.runGroup(frameworkInfo(), dex, [commandTask('a')]);
  const [starting] = agent.takeUpdates();
  agent.started(first);
  agent.exited(first, exit(0));
  if (starting !== undefined) agent.acknowledge('f1', starting);
  const [running, finished] = agent.acknowledgeAll('f1');
  expect(running).toMatchObject({
    state: 'TASK_RUNNING',
    container_status: {
      network_infos: [{ ip_addresses: [{ ip_address: '127.0.0.1' }] }],
      executor_pid: 4711,
    },
  });
  expect(finished).toMatchObject({
    state: 'TASK_FINISHED',
    message: 'Command exited with status 0',
  });
  expect(Object.keys(finished?.container_status ?? {})).toEqual(['container_id']);
});

test('a task that fails takes the rest of its group with it', () => {
  const { agent, first, second } = group(['a', 'b']);
  agent.exited(first, exit(5));
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.advance(3_000);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.exited(second, sigTerm);
  expect(told(agent)).toEqual([
    ['a', 'TASK_FAILED', 'Command exited with status 5'],
    ['b', 'TASK_KILLING', undefined],
    ['b', 'TASK_KILLED', 'Command terminated with signal Terminated'],
  ]);
  expect(exits(agent)).toEqual([['dex', 0]]);
});

test('a killed task takes its group with it, other groups of the executor go on', () => {
  const { agent, first, second } = group(['a', 'b']);
  const [other = ''] = agent.runGroup(frameworkInfo(), dex, [commandTask('c')]);
  agent.started(other);
  agent.acknowledgeAll('f1');
  agent.kill('f1', 'a', 1_000);
  agent.advance(1_000);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.exited(first, 9);
  agent.exited(second, sigTerm);
  const updates = told(agent).map(([id, state]) => `${id} ${state}`);
  expect(updates.toSorted()).toEqual([
    'a TASK_KILLED',
    'a TASK_KILLING',
    'b TASK_KILLED',
    'b TASK_KILLING',
  ]);
  expect(exits(agent)).toEqual([]);
  expect(agent.state.frameworks.get('f1')?.executors.get('dex')?.tasks.size).toBe(1);
  expect(new Set(agent.launches.map((spec) => spec.nested?.executorDirectory)).size).toBe(1);
  agent.exited(other, exit(0));
  expect(exits(agent)).toEqual([['dex', 0]]);
});

test('a task that finishes leaves its group alone', () => {
  const { agent, first } = group(['a', 'b']);
  agent.exited(first, exit(0));
  expect(agent.signals).toEqual([]);
});

test('a container that cannot be made fails its task and ends its group', () => {
  const agent = ScriptedAgent.registered();
  const [first = '', second = ''] = agent.runGroup(frameworkInfo(), dex, [
    commandTask('a'),
    commandTask('b'),
  ]);
  agent.event({ type: 'container-failed', containerId: first, stage: 'fetch', message: 'no uri' });
  agent.event({
    type: 'container-failed',
    containerId: second,
    stage: 'launch',
    message: 'killed',
  });
  const last = new Map(
    agent.acknowledgeAll('f1').map((one) => [one.task_id.value, [one.state, one.reason]]),
  );
  expect([...last]).toEqual([
    ['a', ['TASK_FAILED', 'REASON_CONTAINER_LAUNCH_FAILED']],
    ['b', ['TASK_KILLED', undefined]],
  ]);
  expect(agent.state.containers.size).toBe(0);
});

test('a task that cannot be started ends the group before the others start', () => {
  const agent = ScriptedAgent.registered();
  const secret = { name: 'S', type: 'SECRET', secret: { type: 'REFERENCE' } } as const;
  const command = { value: 'true', environment: { variables: [secret] } };
  agent.runGroup(frameworkInfo(), dex, [commandTask('a', { command }), commandTask('b')]);
  expect(agent.launches).toEqual([]);
  expect(agent.acknowledgeAll('f1').map((one) => [one.task_id.value, one.state])).toEqual([
    ['a', 'TASK_STARTING'],
    ['b', 'TASK_KILLING'],
    ['a', 'TASK_FAILED'],
    ['b', 'TASK_KILLED'],
  ]);
  expect(exits(agent)).toEqual([['dex', 0]]);
});

test('SHUTDOWN of the executor and the teardown of its framework kill its tasks', () => {
  const { agent, first, second } = group(['a', 'b']);
  const ids = { framework_id: { value: 'f1' }, executor_id: { value: 'dex' } };
  agent.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
  expect(agent.signals).toEqual(['SIGTERM', 'SIGTERM']);
  agent.exited(first, sigTerm);
  agent.exited(second, sigTerm);
  expect(told(agent).filter(([, state]) => state === 'TASK_KILLED')).toHaveLength(2);

  const other = group(['a']);
  other.agent.master({
    type: 'SHUTDOWN_FRAMEWORK',
    shutdown_framework: { framework_id: { value: 'f1' } },
  });
  other.agent.exited(other.first, sigTerm);
  expect(other.agent.state.frameworks.size).toBe(0);
  expect([...other.agent.disk.keys()]).toEqual(['agent']);
});

test('a health check of a task in a group kills it as unhealthy', () => {
  const { agent, first } = group(['a'], {
    health_check: {
      type: 'TCP',
      tcp: { port: 1 },
      grace_period_seconds: 0,
      consecutive_failures: 1,
    },
  });
  const result = { type: 'tcp', connected: false } as const;
  agent.event({ type: 'probe-ended', containerId: first, kind: 'health-check', result });
  agent.exited(first, sigTerm);
  const updates = agent.acknowledgeAll('f1');
  expect(updates.map((one) => [one.state, one.healthy, one.executor_id?.value])).toEqual([
    ['TASK_RUNNING', false, 'dex'],
    ['TASK_KILLING', undefined, 'dex'],
    ['TASK_KILLED', false, 'dex'],
  ]);
});

test('a restarted agent takes the tasks of a group up again, and their group', () => {
  const { agent, first, second } = group(['a', 'b', 'c']);
  const third = [...agent.state.nested.keys()][2] ?? '';
  agent.restart({
    [first]: { found: 'running', pid: 1 },
    [second]: { found: 'ended', pid: 2, status: exit(0) },
    [third]: { found: 'running', pid: 3 },
  });
  agent.event({ type: 'link-up' });
  expect(agent.sent).toMatchObject([
    {
      type: 'REREGISTER',
      reregister: {
        tasks: [{ executor_id: { value: 'dex' } }, {}, {}],
        executor_infos: [{ type: 'DEFAULT' }],
      },
    },
  ]);
  agent.reregister();
  expect(told(agent)).toEqual([['b', 'TASK_FINISHED', 'Command exited with status 0']]);
  agent.exited(first, exit(1));
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.exited(third, sigTerm);
  expect(told(agent).map(([id, state]) => [id, state])).toEqual([
    ['a', 'TASK_FAILED'],
    ['c', 'TASK_KILLING'],
    ['c', 'TASK_KILLED'],
  ]);
  expect([...agent.disk.keys()]).toEqual(['agent']);
});

test('a task that started while the agent died is told as running, one killed meanwhile as killed', () => {
  const agent = ScriptedAgent.registered();
  const [first = '', second = ''] = agent.runGroup(frameworkInfo(), dex, [
    commandTask('a'),
    commandTask('b'),
  ]);
  agent.started(second);
  agent.kill('f1', 'b');
  agent.restart({
    [first]: { found: 'running', pid: 1 },
    [second]: { found: 'ended', pid: 2, status: sigTerm },
  });
  agent.reregister();
  const states = agent.acknowledgeAll('f1').map((one) => [one.task_id.value, one.state]);
  expect(states.filter(([id]) => id === 'b').at(-1)).toEqual(['b', 'TASK_KILLED']);
  expect(states.filter(([id]) => id === 'a')).toEqual([
    ['a', 'TASK_STARTING'],
    ['a', 'TASK_RUNNING'],
    ['a', 'TASK_KILLING'],
  ]);
});

test('a group that cannot run is refused as a whole', () => {
  const agent = ScriptedAgent.registered();
  agent.runTask(frameworkInfo(), commandTask('dex'));
  agent.runGroup(frameworkInfo(), dex, [commandTask('a'), commandTask('b')]);
  expect(agent.takeUpdates()).toMatchObject([
    { task_id: { value: 'a' }, state: 'TASK_ERROR', reason: 'REASON_TASK_GROUP_INVALID' },
    { task_id: { value: 'b' }, state: 'TASK_ERROR', reason: 'REASON_TASK_GROUP_INVALID' },
  ]);
});

const custom: ExecutorInfo = {
  type: 'CUSTOM',
  executor_id: { value: 'cgx' },
  framework_id: { value: 'f1' },
  command: { value: './run' },
};

test('a custom executor gets a group in one event, also after a restart of the agent', () => {
  const agent = ScriptedAgent.registered();
  const [container = ''] = agent.runGroup(frameworkInfo(), custom, [
    commandTask('a'),
    commandTask('b'),
  ]);
  agent.restart({ [container]: { found: 'running', pid: 1 } });
  agent.reregister();
  agent.subscribe({ framework_id: { value: 'f1' }, executor_id: { value: 'cgx' } });
  expect(agent.executorEvents.map(({ event }) => event)).toMatchObject([
    { type: 'SUBSCRIBED' },
    {
      type: 'LAUNCH_GROUP',
      launch_group: {
        task_group: {
          tasks: [{ task_id: { value: 'a' }, executor: custom }, { task_id: { value: 'b' } }],
        },
      },
    },
  ]);
});

test('a kill before its delivery kills the whole group', () => {
  const agent = ScriptedAgent.registered();
  agent.runGroup(frameworkInfo(), custom, [commandTask('a'), commandTask('b')]);
  agent.kill('f1', 'b');
  expect(agent.takeUpdates()).toMatchObject([
    { task_id: { value: 'a' }, state: 'TASK_KILLED', reason: 'REASON_TASK_KILLED_DURING_LAUNCH' },
    { task_id: { value: 'b' }, state: 'TASK_KILLED', reason: 'REASON_TASK_KILLED_DURING_LAUNCH' },
  ]);
  expect(agent.state.containers.get([...agent.state.containers.keys()][0] ?? '')?.phase).toBe(
    'terminating',
  );
});
