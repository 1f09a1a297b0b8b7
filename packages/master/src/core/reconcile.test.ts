/** What a master says about tasks it is asked for. */
import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, commandTask, frameworkInfo, oldFrameworkInfo } from '../test-kit/samples.ts';

function ask(framework: FrameworkClient, agentId: string | undefined): void {
  const agent = agentId === undefined ? {} : { agent_id: { value: agentId } };
  framework.call({
    type: 'RECONCILE',
    reconcile: { tasks: [{ task_id: { value: 'nope' }, ...agent }] },
  });
}

const GONE = { id: 'G', timeNs: 5 };
const LOST = { id: 'U', timeNs: 7 };
const BACK = { id: 'R', info: agentInfo({ id: { value: 'R' }, port: 6000 }) };

function driverWith(recovered: boolean): CoreDriver {
  return new CoreDriver({}, { agents: recovered ? [BACK] : [], unreachable: [LOST], gone: [GONE] });
}

test.each([
  ['no agent', false, undefined, 'TASK_UNKNOWN', 'Task is unknown'],
  ['a registered agent', true, 'M-S0', 'TASK_GONE', 'Task is unknown to the agent'],
  ['an unreachable agent', true, 'U', 'TASK_UNREACHABLE', 'Task is unreachable'],
  ['an agent marked gone', true, 'G', 'TASK_GONE_BY_OPERATOR', 'Task is gone'],
  ['an unknown agent', true, 'nobody', 'TASK_UNKNOWN', 'Task is unknown'],
] as const)(
  'handleReconcile answers an unknown task on %s',
  (_what, recovered, agentId, state, message) => {
    for (const info of [frameworkInfo(), oldFrameworkInfo()]) {
      const driver = driverWith(recovered);
      driver.registerAgent();
      const framework = driver.subscribe(info);
      ask(framework, agentId);
      expect(framework.statuses()).toHaveLength(1);
      expect(framework.lastStatus()).toMatchObject({
        state: info.capabilities === undefined ? 'TASK_LOST' : state,
        source: 'SOURCE_MASTER',
        reason: 'REASON_RECONCILIATION',
        message: `Reconciliation: ${message}`,
      });
      expect(framework.lastStatus()?.uuid).toBeUndefined();
      expect(framework.lastStatus()?.agent_id?.value).toBe(agentId);
      const unreachableTime = state === 'TASK_UNREACHABLE' ? { nanoseconds: 7 } : undefined;
      expect(framework.lastStatus()?.unreachable_time).toEqual(unreachableTime);
    }
  },
);

test.each([['R'], [undefined]])(
  'handleReconcile keeps silent about agent %s while agents have not come back',
  (agentId) => {
    const driver = driverWith(true);
    const framework = driver.subscribe();
    ask(framework, agentId);
    expect(framework.statuses()).toEqual([]);
  },
);

test('handleReconcile names all tasks when none is asked for, with the state last sent', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('a', agent.id), commandTask('b', agent.id)]);
  agent.update(framework, 'a', { state: 'TASK_RUNNING', latest: 'TASK_FINISHED' });
  const before = framework.statuses().length;
  framework.call({ type: 'RECONCILE', reconcile: {} });
  expect(framework.statuses().slice(before)).toMatchObject([
    {
      task_id: { value: 'a' },
      state: 'TASK_RUNNING',
      message: 'Reconciliation: Latest task state',
    },
    { task_id: { value: 'b' }, state: 'TASK_STAGING' },
  ]);
});

test('handleKill of an unknown task is a reconciliation of it', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.call({
    type: 'KILL',
    kill: { task_id: { value: 'nope' }, agent_id: { value: agent.id } },
  });
  expect(framework.lastStatus()?.state).toBe('TASK_GONE');
});

test('handleKill during a disconnection is sent again when the agent is back', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  const tasks = [...driver.state.agents.get(agent.id)!.tasks.values()].map(({ task }) => task);
  agent.disconnect();
  framework.call({ type: 'KILL', kill: { task_id: { value: 't' } } });
  expect(agent.all('KILL_TASK')).toEqual([]);
  const back = driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
    tasks,
  });
  expect(back.all('KILL_TASK')).toHaveLength(1);
  expect(back.all('REREGISTERED')[0]?.reregistered?.reconciliations).toBeUndefined();
});

test('handleReregister asks the agent about tasks it did not name', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.disconnect();
  const back = driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
  });
  expect(back.all('REREGISTERED')[0]?.reregistered?.reconciliations).toMatchObject([
    { framework_info: { id: { value: framework.id } }, task_ids: [{ value: 't' }] },
  ]);
});

test('handleReregister does not take a second link for a loss', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const back = driver.reregisterAgent({
    agent_info: agentInfo({ id: { value: agent.id } }),
    version: '1.11.0',
  });
  expect(driver.closedLinks).toEqual([agent.link]);
  agent.disconnect();
  expect(driver.state.agents.get(agent.id)?.link).toBe(back.link);
});

test('handleRegister replaces an agent that lost its memory', () => {
  const driver = new CoreDriver();
  const old = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', old.id)]);
  const fresh = driver.registerAgent();
  expect([...driver.state.agents.keys()]).toEqual([fresh.id]);
  expect(framework.lastStatus()).toMatchObject({
    state: 'TASK_LOST',
    reason: 'REASON_AGENT_REMOVED',
    message: 'Agent host removed: a new agent registered at the same address',
  });
});

test('removeAgent takes an agent out that says goodbye', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.say({ type: 'UNREGISTER' });
  expect(framework.types().slice(-2)).toEqual(['UPDATE', 'FAILURE']);
  expect(framework.lastStatus()?.message).toBe('Agent host removed: the agent unregistered');
  expect(driver.registry.size).toBe(0);
});
