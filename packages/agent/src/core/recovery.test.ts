import { expect, test } from 'vitest';
import { commandTask, executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

function running(): { agent: ScriptedAgent; containerId: string } {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  return { agent, containerId };
}

test('a restarted agent keeps its id and lists what still runs', () => {
  const { agent, containerId } = running();
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.event({ type: 'link-up' });
  expect(agent.sent).toMatchObject([
    {
      type: 'REREGISTER',
      reregister: {
        agent_info: { id: { value: 'm-S0' } },
        tasks: [{ task_id: { value: 't' }, state: 'TASK_RUNNING' }],
        executor_infos: [],
        frameworks: [frameworkInfo()],
      },
    },
  ]);
});

test('a recovered task ends with its true status, whenever it ended', () => {
  const { agent, containerId } = running();
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.exited(containerId, 5 << 8);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', message: 'Command exited with status 5' },
  ]);

  const other = running();
  other.agent.restart({ [other.containerId]: { found: 'ended', pid: 4711, status: 0 } });
  other.agent.reregister();
  expect(other.agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FINISHED', message: 'Command exited with status 0' },
  ]);
});

test('updates that were not acknowledged survive the restart, in order', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.started(containerId);
  const [first] = agent.takeUpdates();
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  expect(agent.sent.at(-1)?.status_update?.status).toEqual(first);
  expect(agent.acknowledgeAll('f1').map(({ state }) => state)).toEqual([
    'TASK_STARTING',
    'TASK_RUNNING',
  ]);
});

test('a process that started while the agent died is taken up as started', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t'));
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  expect(agent.acknowledgeAll('f1').map(({ state }) => state)).toEqual([
    'TASK_STARTING',
    'TASK_RUNNING',
  ]);
});

test('after a reboot tasks are gone, and lost for old frameworks', () => {
  const { agent, containerId } = running();
  agent.restart({ [containerId]: { found: 'nothing', rebooted: true } });
  agent.reregister();
  expect(agent.acknowledgeAll('f1')).toMatchObject([
    { state: 'TASK_GONE', reason: 'REASON_AGENT_RESTARTED', source: 'SOURCE_AGENT' },
  ]);
  expect(agent.state.containers.size).toBe(0);
});

test('a command whose supervisor vanished counts as an ended executor', () => {
  const { agent, containerId } = running();
  agent.restart({ [containerId]: { found: 'ended', pid: 4711, status: undefined } });
  agent.reregister();
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_EXECUTOR_TERMINATED', source: 'SOURCE_AGENT' },
  ]);
});

test('an executor that does not come back is killed, and its tasks are gone', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  agent.started(containerId);
  agent.subscribe({ framework_id: { value: 'f1' }, executor_id: { value: 'ex' } });
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.advance(3_000);
  expect(agent.signals).toEqual(['SIGKILL']);
  agent.exited(containerId, 9);
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_GONE', reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT' },
  ]);
});

test('a kill that was under way goes on after the restart', () => {
  const { agent, containerId } = running();
  agent.kill('f1', 't');
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.advance(3_000);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.reregister();
  agent.exited(containerId, 9);
  const states = agent.acknowledgeAll('f1').map(({ state }) => state);
  expect(states).toEqual(['TASK_KILLING', 'TASK_KILLED']);
});

test('a kill goes on after the restart though the framework was never told TASK_KILLING', () => {
  const agent = ScriptedAgent.registered();
  const old = frameworkInfo([]);
  const kill_policy = { grace_period: { nanoseconds: 10e9 } };
  const containerId = agent.runTask(old, commandTask('t', { kill_policy }));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  agent.kill('f1', 't');
  agent.advance(4_000);
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.advance(5_999);
  expect(agent.signals).toEqual(['SIGTERM']);
  agent.advance(1);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.reregister();
  agent.exited(containerId, 15);
  expect(agent.acknowledgeAll('f1').map(({ state }) => state)).toEqual(['TASK_KILLED']);
});

test('a task that ended while the agent was away says for what it was being killed', () => {
  const agent = ScriptedAgent.registered();
  const limit = { max_completion_time: { nanoseconds: 1e9 } };
  const containerId = agent.runTask(frameworkInfo(), commandTask('t', limit));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  agent.advance(1_000);
  agent.restart({ [containerId]: { found: 'ended', pid: 4711, status: 15 } });
  agent.reregister();
  expect(agent.takeUpdates()).toMatchObject([
    { state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED' },
  ]);
});

test('a task that its health check killed is unhealthy, also when the agent restarted meanwhile', () => {
  const agent = ScriptedAgent.registered();
  const health_check = {
    type: 'COMMAND',
    command: { value: 'false' },
    delay_seconds: 0,
    grace_period_seconds: 0,
    consecutive_failures: 1,
  } as const;
  const containerId = agent.runTask(frameworkInfo(), commandTask('t', { health_check }));
  agent.started(containerId);
  agent.advance(0);
  const result = { type: 'exit', code: 1 } as const;
  agent.event({ type: 'probe-ended', containerId, kind: 'health-check', result });
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  agent.exited(containerId, 15);
  expect(agent.acknowledgeAll('f1').at(-1)).toMatchObject({ state: 'TASK_KILLED', healthy: false });
});

test('an update that an executor sends again after the restart is not forwarded twice', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('a'));
  agent.started(containerId);
  const ids = { framework_id: { value: 'f1' }, executor_id: { value: 'ex' } };
  agent.subscribe(ids);
  const update = (mark: number, message: string) => ({
    status: {
      task_id: { value: 'a' },
      state: 'TASK_RUNNING' as const,
      source: 'SOURCE_EXECUTOR' as const,
      uuid: new Uint8Array(16).fill(mark),
      message,
    },
  });
  const [first, second, third] = [update(1, '1'), update(2, '2'), update(3, '3')] as const;
  for (const one of [first, second]) {
    agent.event({ type: 'executor-call', call: { type: 'UPDATE', ...ids, update: one } });
  }
  agent.acknowledge('f1', first.status);
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  agent.reregister();
  const unacknowledged_updates = [first, second, third];
  agent.subscribe({ ...ids, subscribe: { unacknowledged_updates } });
  expect(agent.acknowledgeAll('f1').map(({ message }) => message)).toEqual(['2', '3']);
});
