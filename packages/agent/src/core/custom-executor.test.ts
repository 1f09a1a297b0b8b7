import type { Resource, TaskStatus } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { Effect } from './effects.ts';
import { executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const ids = { framework_id: { value: 'f1' }, executor_id: { value: 'ex' } };

function subscribed(...taskIds: string[]): { agent: ScriptedAgent; containerId: string } {
  const agent = ScriptedAgent.registered();
  for (const id of taskIds) agent.runTask(frameworkInfo(), executorTask(id));
  const containerId = agent.launches[0]?.containerId ?? '';
  agent.started(containerId);
  agent.subscribe(ids);
  return { agent, containerId };
}

function status(taskId: string, state: TaskStatus['state'], mark: number): TaskStatus {
  return {
    task_id: { value: taskId },
    state,
    source: 'SOURCE_EXECUTOR',
    uuid: new Uint8Array(16).fill(mark),
  };
}

function update(agent: ScriptedAgent, one: TaskStatus): void {
  agent.event({ type: 'executor-call', call: { type: 'UPDATE', ...ids, update: { status: one } } });
}

const types = (agent: ScriptedAgent) => agent.executorEvents.map(({ event }) => event.type);

test('several tasks share one executor, and get there in order once it subscribed', () => {
  const { agent } = subscribed('a', 'b');
  expect(agent.launches).toHaveLength(1);
  expect(types(agent)).toEqual(['SUBSCRIBED', 'LAUNCH', 'LAUNCH']);
  agent.runTask(frameworkInfo(), executorTask('c'));
  expect(agent.launches).toHaveLength(1);
  expect(agent.executorEvents.at(-1)?.event.launch?.task.task_id).toEqual({ value: 'c' });
});

test('an executor that subscribes before its start is known gets its tasks then, and lives on', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  agent.subscribe(ids);
  expect(types(agent)).toEqual(['SUBSCRIBED']);
  agent.started(containerId);
  expect(types(agent)).toEqual(['SUBSCRIBED', 'LAUNCH']);
  update(agent, status('a', 'TASK_RUNNING', 1));
  expect(agent.takeUpdates()[0]?.container_status?.executor_pid).toBe(4711);
  agent.advance(120_000);
  expect(types(agent)).not.toContain('SHUTDOWN');
});

test('an update is acknowledged to the executor after it was stored, and forwarded with its container', () => {
  const { agent, containerId } = subscribed('a');
  const effects = agent.event({
    type: 'executor-call',
    call: { type: 'UPDATE', ...ids, update: { status: status('a', 'TASK_RUNNING', 1) } },
  });
  const order = effects.map((one) => one.type);
  expect(order.lastIndexOf('send-executor')).toBeGreaterThan(order.indexOf('store'));
  expect(agent.executorEvents.at(-1)?.event).toMatchObject({
    type: 'ACKNOWLEDGED',
    acknowledged: { task_id: { value: 'a' } },
  });
  const [sent] = agent.takeUpdates();
  expect(sent).toMatchObject({
    agent_id: { value: 'm-S0' },
    container_status: { container_id: { value: containerId }, executor_pid: 4711 },
  });
  expect(sent).not.toHaveProperty('executor_id');
});

test('an update that comes twice is forwarded once and acknowledged twice', () => {
  const { agent } = subscribed('a');
  update(agent, status('a', 'TASK_RUNNING', 1));
  update(agent, status('a', 'TASK_RUNNING', 1));
  expect(agent.acknowledgeAll('f1')).toHaveLength(1);
  update(agent, status('a', 'TASK_RUNNING', 1));
  expect(agent.acknowledgeAll('f1')).toEqual([]);
  expect(types(agent).filter((type) => type === 'ACKNOWLEDGED')).toHaveLength(3);
});

test('an update of a task nobody launched is forwarded without a container', () => {
  const { agent } = subscribed('a');
  update(agent, status('never', 'TASK_RUNNING', 1));
  const [sent] = agent.acknowledgeAll('f1');
  expect(sent).toMatchObject({ task_id: { value: 'never' } });
  expect(sent).not.toHaveProperty('container_status');
});

test('an executor that does not subscribe within a minute is killed and its tasks fail', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  agent.started(containerId);
  agent.advance(59_999);
  expect(agent.signals).toEqual([]);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGKILL']);
  agent.exited(containerId, 9);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT' },
  ]);
});

test('the end of an executor is told before the end of its tasks', () => {
  const { agent, containerId } = subscribed('a');
  agent.sent = [];
  agent.exited(containerId, 7 << 8);
  expect(agent.sent).toMatchObject([
    { type: 'EXITED_EXECUTOR', exited_executor: { status: 1792 } },
    { status_update: { status: { state: 'TASK_FAILED', message: 'Executor terminated' } } },
  ]);
});

test('SHUTDOWN asks the executor to end and kills it after the grace period', () => {
  const { agent } = subscribed('a');
  agent.master({
    type: 'SHUTDOWN_EXECUTOR',
    shutdown_executor: { framework_id: { value: 'f1' }, executor_id: { value: 'ex' } },
  });
  expect(types(agent).at(-1)).toBe('SHUTDOWN');
  agent.advance(4_999);
  expect(agent.signals).toEqual([]);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGKILL']);
});

test('an executor whose only task was killed before delivery is ended', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  agent.started(containerId);
  agent.kill('f1', 'a');
  expect(agent.takeUpdates()).toMatchObject([{ reason: 'REASON_TASK_KILLED_DURING_LAUNCH' }]);
  expect(agent.signals).toEqual(['SIGKILL']);
});

test('a kill reaches a disconnected executor when it comes back', () => {
  const { agent, containerId } = subscribed('a');
  update(agent, status('a', 'TASK_RUNNING', 1));
  const connection = agent.executorEvents[0]?.connection ?? '';
  agent.event({ type: 'executor-disconnected', containerId, connection });
  agent.kill('f1', 'a', 1_000);
  expect(types(agent)).not.toContain('KILL');
  agent.subscribe(ids);
  expect(agent.executorEvents.at(-1)?.event).toEqual({
    type: 'KILL',
    kill: { task_id: { value: 'a' }, kill_policy: { grace_period: { nanoseconds: 1e9 } } },
  });
});

test('a second subscription replaces the first, whose late end changes nothing', () => {
  const { agent, containerId } = subscribed('a');
  update(agent, status('a', 'TASK_RUNNING', 1));
  const first = agent.executorEvents[0]?.connection ?? '';
  const second = agent.subscribe(ids);
  agent.event({ type: 'executor-disconnected', containerId, connection: first });
  agent.kill('f1', 'a');
  expect(agent.executorEvents.at(-1)).toMatchObject({
    connection: second,
    event: { type: 'KILL' },
  });
});

test('a launch that the executor never saw is dropped when it subscribes again', () => {
  const { agent, containerId } = subscribed('a', 'b');
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.takeUpdates();
  agent.subscribe({ ...ids, subscribe: { unacknowledged_tasks: [executorTask('a')] } });
  expect(agent.takeUpdates()).toMatchObject([
    { task_id: { value: 'b' }, state: 'TASK_DROPPED', reason: 'REASON_AGENT_RESTARTED' },
  ]);
});

test('messages go both ways', () => {
  const { agent } = subscribed('a');
  const data = new Uint8Array([1, 2]);
  agent.master({
    type: 'FRAMEWORK_MESSAGE',
    framework_message: { framework_id: { value: 'f1' }, executor_id: { value: 'ex' }, data },
  });
  expect(agent.executorEvents.at(-1)?.event).toEqual({ type: 'MESSAGE', message: { data } });
  agent.event({ type: 'executor-call', call: { type: 'MESSAGE', ...ids, message: { data } } });
  expect(agent.sent.at(-1)).toMatchObject({ type: 'EXECUTOR_MESSAGE', executor_message: { data } });
});

test('the container of an executor has room for its tasks, and follows them as they come and end', () => {
  const agent = ScriptedAgent.registered();
  const cpus = (from: readonly Resource[]): number =>
    from
      .filter(({ name }) => name === 'cpus')
      .reduce((total, { scalar }) => total + (scalar?.value ?? 0), 0);
  const one = cpus(executorTask('a').resources ?? []);
  const own = cpus(executorTask('a').executor?.resources ?? []);
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  expect(cpus(agent.launches[0]?.resources ?? [])).toBeCloseTo(own + one);
  agent.started(containerId);
  agent.subscribe(ids);
  const sizes = (effects: readonly Effect[]): number[] =>
    effects.flatMap((effect) =>
      effect.type === 'resize-container' ? [cpus(effect.size.resources)] : [],
    );
  agent.runTask(frameworkInfo(), executorTask('b'));
  expect(sizes(agent.lastEffects)).toEqual([own + 2 * one]);
  const ended = status('a', 'TASK_FINISHED', 1);
  const call = { type: 'UPDATE' as const, ...ids, update: { status: ended } };
  const shrunk = agent.event({ type: 'executor-call', call });
  expect(sizes(shrunk)).toEqual([own + one]);
});

test('a task with GPUs comes too late for the container of an executor that runs', () => {
  const { agent } = subscribed('a');
  agent.state = { ...agent.state, settings: { ...agent.state.settings, fixesGpus: true } };
  const gpus: Resource = { name: 'gpus', type: 'SCALAR', scalar: { value: 1 } };
  agent.takeUpdates();
  agent.runTask(frameworkInfo(), { ...executorTask('b'), resources: [gpus] });
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_UPDATE_FAILED', task_id: { value: 'b' } },
  ]);
  agent.runTask(frameworkInfo(), executorTask('c'));
  expect(agent.executorEvents.at(-1)?.event.launch?.task.task_id).toEqual({ value: 'c' });
});
