import type { DrainConfig } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { commandTask, executorTask, frameworkInfo, ScriptedAgent } from './scripted-agent.ts';

const killedBySigterm = 15;

function drain(agent: ScriptedAgent, config: DrainConfig = {}): void {
  agent.master({ type: 'DRAIN', drain: { config } });
}

function seconds(count: number): { readonly nanoseconds: number } {
  return { nanoseconds: count * 1e9 };
}

/** An agent with one running command task, `t`, whose updates were acknowledged. */
function running(more: Parameters<typeof commandTask>[1] = {}): [ScriptedAgent, string] {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), commandTask('t', more));
  agent.started(containerId);
  agent.acknowledgeAll('f1');
  return [agent, containerId];
}

test('startDrain() kills tasks, tells the reason, and is over with the last acknowledgement', () => {
  const [agent, containerId] = running();
  drain(agent, { max_grace_period: seconds(5) });
  expect(agent.signals).toEqual(['SIGTERM']);
  expect(agent.state.drain).toMatchObject({ startedMs: agent.nowMs });
  agent.exited(containerId, killedBySigterm);
  const updates = agent.takeUpdates();
  expect(updates).toMatchObject([{ state: 'TASK_KILLING', reason: 'REASON_AGENT_DRAINING' }]);
  for (const status of updates) agent.acknowledge('f1', status);
  const [killed] = agent.takeUpdates();
  expect(killed).toMatchObject({ state: 'TASK_KILLED', reason: 'REASON_AGENT_DRAINING' });
  expect(agent.disk.has('drain')).toBe(true);
  if (killed !== undefined) agent.acknowledge('f1', killed);
  expect(agent.state.drain).toBeUndefined();
  expect(agent.disk.has('drain')).toBe(false);
});

test.each([
  { own: 60, most: 5, killedAfterMs: 5000 },
  { own: 2, most: 5, killedAfterMs: 2000 },
  { own: undefined, most: 5, killedAfterMs: 3000 },
  { own: undefined, most: 1, killedAfterMs: 1000 },
  { own: 60, most: -1, killedAfterMs: 0 },
  { own: 60, most: undefined, killedAfterMs: 60_000 },
])(
  'startDrain() gives $killedAfterMs ms where the task wants $own s and $most s are the most',
  ({ own, most, killedAfterMs }) => {
    const policy = own === undefined ? {} : { kill_policy: { grace_period: seconds(own) } };
    const [agent] = running(policy);
    drain(agent, most === undefined ? {} : { max_grace_period: seconds(most) });
    agent.advance(killedAfterMs - 1);
    expect(agent.signals).not.toContain('SIGKILL');
    agent.advance(1);
    expect(agent.signals).toContain('SIGKILL');
  },
);

test('startDrain() with mark_gone ends tasks as gone where the framework knows that state', () => {
  for (const [capabilities, state] of [
    [['PARTITION_AWARE'], 'TASK_GONE_BY_OPERATOR'],
    [[], 'TASK_KILLED'],
  ] as const) {
    const agent = ScriptedAgent.registered();
    const containerId = agent.runTask(frameworkInfo(capabilities), commandTask('t'));
    agent.started(containerId);
    agent.acknowledgeAll('f1');
    drain(agent, { mark_gone: true });
    agent.exited(containerId, killedBySigterm);
    expect(agent.acknowledgeAll('f1')).toMatchObject([{ state, reason: 'REASON_AGENT_DRAINING' }]);
    expect(agent.state.drain).toBeUndefined();
  }
});

test('startDrain() makes the agent refuse new tasks, and ends tasks that were not started', () => {
  const agent = ScriptedAgent.registered();
  agent.runTask(frameworkInfo(), commandTask('early'));
  drain(agent);
  agent.runTask(frameworkInfo(), commandTask('late'));
  expect(agent.takeUpdates()).toMatchObject([
    { task_id: { value: 'early' }, state: 'TASK_KILLED', reason: 'REASON_AGENT_DRAINING' },
    { task_id: { value: 'late' }, state: 'TASK_DROPPED', reason: 'REASON_AGENT_DRAINING' },
  ]);
});

test('startDrain() passes a grace period to executors only where theirs is longer or unknown', () => {
  for (const [own, most, sent] of [
    [undefined, 5, 5],
    [60, 5, 5],
    [2, 5, undefined],
  ] as const) {
    const agent = ScriptedAgent.registered();
    const policy = own === undefined ? {} : { kill_policy: { grace_period: seconds(own) } };
    const containerId = agent.runTask(frameworkInfo(), { ...executorTask('t'), ...policy });
    agent.started(containerId);
    agent.subscribe({ framework_id: { value: 'f1' }, executor_id: { value: 'ex' } });
    drain(agent, { max_grace_period: seconds(most) });
    const kill = agent.executorEvents.at(-1)?.event.kill;
    expect(kill?.task_id.value).toBe('t');
    expect(kill?.kill_policy?.grace_period).toEqual(sent && seconds(sent));
  }
});

test('startDrain() is over at once on an idle agent', () => {
  const agent = ScriptedAgent.registered();
  drain(agent);
  expect(agent.state.drain).toBeUndefined();
  expect(agent.disk.has('drain')).toBe(false);
});

test('resumeDrain() goes on after kill -9 of the agent, with the same limit of grace', () => {
  const [agent, containerId] = running({ kill_policy: { grace_period: seconds(60) } });
  drain(agent, { max_grace_period: seconds(2) });
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  expect(agent.state.drain?.config.max_grace_period).toEqual(seconds(2));
  agent.advance(2000);
  expect(agent.signals).toEqual(['SIGTERM', 'SIGKILL']);
  agent.reregister();
  agent.runTask(frameworkInfo(), commandTask('late'));
  agent.exited(containerId, 9);
  const states = agent.acknowledgeAll('f1').map(({ task_id, state }) => [task_id.value, state]);
  expect(states).toEqual([
    ['t', 'TASK_KILLING'],
    ['late', 'TASK_DROPPED'],
    ['t', 'TASK_KILLED'],
  ]);
  expect(agent.state.drain).toBeUndefined();
});

test('resumeDrain() kills what was started while the kill had not reached it yet', () => {
  const agent = ScriptedAgent.registered();
  const containerId = agent.runTask(frameworkInfo(), executorTask('t'));
  agent.started(containerId);
  agent.subscribe({ framework_id: { value: 'f1' }, executor_id: { value: 'ex' } });
  drain(agent);
  agent.restart({ [containerId]: { found: 'running', pid: 4711 } });
  const before = agent.executorEvents.length;
  agent.subscribe({
    framework_id: { value: 'f1' },
    executor_id: { value: 'ex' },
    subscribe: { unacknowledged_tasks: [executorTask('t')] },
  });
  const types = agent.executorEvents.slice(before).map(({ event }) => event.type);
  expect(types).toEqual(['SUBSCRIBED', 'KILL']);
});
