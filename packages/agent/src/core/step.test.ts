import { expect, test } from 'vitest';
import { commandTask, executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

test('a new agent registers without an id and keeps the one it is given', () => {
  const agent = new ScriptedAgent();
  agent.event({ type: 'link-up' });
  expect(agent.sent).toMatchObject([{ type: 'REGISTER', register: { version: '1.11.0' } }]);
  expect(ScriptedAgent.registered().disk.has('agent')).toBe(true);
});

test('a ping is answered at once, and one that says disconnected makes the agent register again', () => {
  const agent = ScriptedAgent.registered();
  agent.master({ type: 'PING', ping: { connected: true } });
  expect(agent.sent).toEqual([{ type: 'PONG' }]);
  agent.master({ type: 'PING', ping: { connected: false } });
  expect(agent.sent.map(({ type }) => type)).toEqual(['PONG', 'PONG', 'REREGISTER']);
});

test('tasks the master believes to be here are answered, but not those with updates on their way', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('here'));
  agent.started(containerId);
  agent.event({ type: 'link-down' });
  agent.sent = [];
  agent.reregister([
    { framework_info: frameworkInfo(), task_ids: [{ value: 'here' }, { value: 'missing' }] },
  ]);
  const updates = agent.takeUpdates().filter(({ task_id }) => task_id.value === 'missing');
  expect(updates).toMatchObject([
    { state: 'TASK_DROPPED', reason: 'REASON_RECONCILIATION', source: 'SOURCE_AGENT' },
  ]);
  expect(updates[0]?.uuid).toHaveLength(16);
});

test('a launch without a sandbox is dropped, one without its files fails', () => {
  const agent = ScriptedAgent.registered();
  const dropped = agent.runTask(frameworkInfo(), commandTask('d'));
  agent.event({
    type: 'container-failed',
    containerId: dropped,
    stage: 'sandbox',
    message: 'no user',
  });
  const failed = agent.runTask(frameworkInfo(), commandTask('f'));
  agent.event({
    type: 'container-failed',
    containerId: failed,
    stage: 'fetch',
    message: 'no file',
  });
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_DROPPED', reason: 'REASON_EXECUTOR_TERMINATED', message: 'no user' },
    {
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: 'Failed to launch container: no file',
    },
  ]);
});

test('a task on an executor that should run and does not is dropped', () => {
  const agent = ScriptedAgent.registered();
  agent.master({
    type: 'RUN_TASK',
    run_task: {
      framework_info: frameworkInfo([]),
      task: executorTask('a'),
      launch_executor: false,
    },
  });
  expect(agent.launches).toEqual([]);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_LOST', reason: 'REASON_EXECUTOR_TERMINATED' },
  ]);
});

test('a kill of a task nobody knows is answered, of one that just ended it is not', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  agent.takeUpdates();
  agent.kill('f1', 'nobody');
  expect(agent.takeUpdates()).toMatchObject([
    { task_id: { value: 'nobody' }, state: 'TASK_DROPPED' },
  ]);
  agent.exited(containerId, 0);
  agent.kill('f1', 't');
  expect(agent.takeStates()).toEqual([]);
  expect(agent.signals).toEqual([]);
});

test('a closing agent ends everything, unregisters last, and starts as a new agent', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  agent.event({ type: 'close', unregister: true });
  expect(agent.exitCode).toBeUndefined();
  agent.exited(containerId, 15);
  expect(agent.sent.at(-1)).toEqual({ type: 'UNREGISTER' });
  expect(agent.exitCode).toBe(0);
  expect(agent.disk.has('agent')).toBe(false);
});

test('a closing agent does not wait for ever', () => {
  const agent = ScriptedAgent.registered();
  agent.started(agent.runTask(frameworkInfo(), commandTask('t')));
  agent.master({ type: 'SHUTDOWN', shutdown: { message: 'gone' } });
  agent.advance(60_000);
  expect(agent.exitCode).toBe(0);
  expect(agent.sent.some(({ type }) => type === 'UNREGISTER')).toBe(false);
});
