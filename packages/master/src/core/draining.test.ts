import type { DrainConfig, Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, commandTask, reserve, scalar } from '../test-kit/samples.ts';
import { drainConfigOf } from './drain-records.ts';
import { SEES_ALL } from './viewer.ts';
import { agentView } from './views/agent-view.ts';

const config: DrainConfig = { max_grace_period: { nanoseconds: 5e9 }, mark_gone: false };

function drain(driver: CoreDriver, agentId: string, how: DrainConfig = config): void {
  driver.dispatch({ type: 'DRAIN_AGENT', request: 'd', agentId, config: how });
}

function reactivate(driver: CoreDriver, agentId: string): void {
  driver.dispatch({ type: 'AGENT_SERVICE', request: 'a', agentId, deactivated: false });
}

/** A master, an agent with the task `t`, and its framework. */
function busyAgent(): [CoreDriver, AgentClient, FrameworkClient] {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  framework.acknowledge(framework.lastStatus());
  return [driver, agent, framework];
}

function endTask(agent: AgentClient, framework: FrameworkClient): void {
  agent.update(framework, 't', { state: 'TASK_KILLED', uuid: 9 });
  framework.acknowledge(framework.lastStatus());
}

test('handleDrainAgent() tells the agent, ends its offers, and answers when the registry has it', () => {
  const [driver, agent, framework] = busyAgent();
  const offer = framework.nextOffer();
  driver.holdStore = true;
  drain(driver, agent.id);
  expect(driver.replies.has('d')).toBe(false);
  expect(agent.all('DRAIN')).toEqual([]);
  driver.commit();
  expect(driver.replies.get('d')).toEqual({ status: 200 });
  expect(agent.all('DRAIN')).toEqual([{ type: 'DRAIN', drain: { config } }]);
  expect(framework.all('RESCIND').at(-1)?.rescind?.offer_id).toEqual(offer.id);
  driver.advance(10_000);
  expect(framework.offers()).toEqual([]);
  framework.launch(offer, [commandTask('late', agent.id)]);
  expect(framework.lastStatus()).toMatchObject({ reason: 'REASON_INVALID_OFFERS' });
});

test('settleDrains() waits for the acknowledgement of the last end; REACTIVATE_AGENT ends all', () => {
  const [driver, agent, framework] = busyAgent();
  drain(driver, agent.id);
  const view = () => agentView(driver.state, driver.state.agents.get(agent.id)!, SEES_ALL);
  const estimated_drain_start_time = { nanoseconds: Math.floor(driver.nowMs / 1000) * 1e9 };
  agent.update(framework, 't', { state: 'TASK_KILLED', uuid: 9 });
  expect(view()).toMatchObject({
    active: false,
    deactivated: true,
    drain_info: { state: 'DRAINING', config },
    estimated_drain_start_time,
  });
  reactivate(driver, agent.id);
  expect(driver.replies.get('a')).toEqual({
    status: 400,
    reason: 'Agent is still in the DRAINING state',
  });
  framework.acknowledge(framework.lastStatus());
  expect(view().drain_info?.state).toBe('DRAINED');
  reactivate(driver, agent.id);
  expect(driver.replies.get('a')).toEqual({ status: 200 });
  expect(view()).not.toHaveProperty('drain_info');
  expect([...driver.registry.keys()].filter((key) => /drain|deactivated/.test(key))).toEqual([]);
  driver.advance(2000);
  expect(framework.offers()).toHaveLength(1);
});

test('settleDrains() has an idle agent drained at once', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  drain(driver, agent.id);
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINED');
  expect(driver.registry.get(`drain/${agent.id}`)).toMatchObject({ state: 'DRAINED', config });
});

test('settleDrains() waits for operations whose end nobody has acknowledged', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  const offer = framework.nextOffer();
  const operation_uuid = { value: new Uint8Array(16).fill(1) };
  const [cpus = scalar('cpus', 0)] = (offer.resources ?? []).filter(({ name }) => name === 'cpus');
  const reserved: Resource = { ...cpus, reservations: [{ type: 'DYNAMIC', role: 'web' }] };
  framework.accept(offer, [{ ...reserve(reserved), id: { value: 'o' } }]);
  const sent = agent.all('APPLY_OPERATION')[0]?.apply_operation?.operation_uuid ?? operation_uuid;
  drain(driver, agent.id);
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINING');
  const uuid = { value: new Uint8Array(16).fill(7) };
  agent.say({
    type: 'OPERATION_STATUS',
    operation_status: {
      framework_id: { value: framework.id },
      operation_uuid: sent,
      status: { operation_id: { value: 'o' }, state: 'OPERATION_FINISHED', uuid },
    },
  });
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINING');
  framework.call({
    type: 'ACKNOWLEDGE_OPERATION_STATUS',
    acknowledge_operation_status: {
      agent_id: { value: agent.id },
      operation_id: { value: 'o' },
      uuid: uuid.value,
    },
  });
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINED');
});

test('settleDrains() marks the agent gone in the end, if that was asked for', () => {
  const [driver, agent, framework] = busyAgent();
  drain(driver, agent.id, { mark_gone: true });
  expect(driver.state.agents.has(agent.id)).toBe(true);
  endTask(agent, framework);
  expect(driver.state.agents.has(agent.id)).toBe(false);
  expect(agent.all('SHUTDOWN')).toHaveLength(1);
  expect([...driver.registry.keys()]).toEqual([`gone/${agent.id}`]);
  drain(driver, agent.id);
  expect(driver.replies.get('d')).toEqual({ status: 400, reason: 'Unknown agent' });
});

test('handleDrainAgent() asked again changes how an agent is drained', () => {
  const [driver, agent, framework] = busyAgent();
  drain(driver, agent.id);
  drain(driver, agent.id, { mark_gone: true });
  expect(agent.all('DRAIN').at(-1)?.drain?.config).toEqual({ mark_gone: true });
  endTask(agent, framework);
  expect(driver.state.goneAgents.has(agent.id)).toBe(true);
});

test('handleDrainAgent() refuses agents that are unknown or too old', () => {
  const driver = new CoreDriver();
  drain(driver, 'nobody');
  expect(driver.replies.get('d')).toEqual({ status: 400, reason: 'Unknown agent' });
  const old = driver.registerAgent();
  const record = driver.state.agents.get(old.id);
  if (record !== undefined) record.capabilities = [];
  drain(driver, old.id);
  expect(driver.replies.get('d')).toMatchObject({ status: 400 });
  expect(driver.state.draining.size).toBe(0);
});

test('tellDrain() reaches an agent that was unreachable when it was drained', () => {
  const driver = new CoreDriver({ agentReregisterTimeoutMs: 1000 });
  const agent = driver.registerAgent();
  agent.disconnect();
  driver.advance(2000);
  drain(driver, agent.id);
  expect(driver.replies.get('d')).toEqual({ status: 200 });
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINING');
  const info = agentInfo({ id: { value: agent.id } });
  const back = driver.reregisterAgent({ agent_info: info, version: '1.11.0' });
  expect(back.all('DRAIN')).toEqual([{ type: 'DRAIN', drain: { config } }]);
  expect(driver.state.draining.get(agent.id)?.state).toBe('DRAINED');
  driver.subscribe();
  driver.advance(5000);
  expect(driver.state.offers.size).toBe(0);
});

test('settleDrains() does not take an agent that is lost with its tasks for empty', () => {
  const [driver, agent] = busyAgent();
  drain(driver, agent.id);
  agent.disconnect();
  driver.advance(700_000);
  expect(driver.state.unreachableAgents.has(agent.id)).toBe(true);
  expect(driver.registry.get(`drain/${agent.id}`)).toMatchObject({ state: 'DRAINING' });
});

test('handleDrainAgent() outlives a restart of the master, and agents that were away meanwhile', () => {
  const [first, agent] = busyAgent();
  drain(first, agent.id, { mark_gone: true });
  const info = agentInfo({ id: { value: agent.id } });
  const record = first.registry.get(`drain/${agent.id}`);
  expect(record).toEqual(first.state.draining.get(agent.id));
  const draining = [{ id: agent.id, ...first.state.draining.get(agent.id)! }];
  const second = new CoreDriver(
    {},
    { agents: [{ id: agent.id, info }], deactivated: [agent.id], draining },
  );
  const back = second.reregisterAgent({ agent_info: info, version: '1.11.0' });
  expect(back.all('DRAIN')[0]?.drain?.config).toEqual({ mark_gone: true });
  expect(second.state.goneAgents.has(agent.id)).toBe(true);
});

test('handleAgentService() works for agents that are not here', () => {
  const info = agentInfo({ id: { value: 'a' } });
  const driver = new CoreDriver({}, { agents: [{ id: 'a', info }] });
  driver.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: 'a', deactivated: true });
  expect(driver.replies.get('r')).toEqual({ status: 200 });
  driver.reregisterAgent({ agent_info: info, version: '1.11.0' });
  expect(driver.state.agents.get('a')?.deactivated).toBe(true);
});

test('drainConfigOf() reads protobuf durations, and refuses what does not fit', () => {
  expect(drainConfigOf({})).toEqual({ mark_gone: false });
  const call = { max_grace_period: { seconds: 5, nanos: 1 }, mark_gone: true };
  expect(drainConfigOf(call)).toEqual({
    max_grace_period: { nanoseconds: 5_000_000_001 },
    mark_gone: true,
  });
  expect(drainConfigOf({ max_grace_period: { seconds: 1e10 } })).toBeUndefined();
});
