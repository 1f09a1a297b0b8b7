import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { agentInfo, commandTask } from '../test-kit/samples.ts';
import { SEES_ALL } from './viewer.ts';
import { agentView } from './views/agent-view.ts';

test('handleAgentService() ends open offers of a deactivated agent, keeps its tasks and offers it no more', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  driver.advance(10_000);
  driver.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: agent.id, deactivated: true });
  expect(driver.state.offers.size).toBe(0);
  driver.advance(10_000);
  expect(driver.state.offers.size).toBe(0);
  expect(driver.state.agents.get(agent.id)?.tasks.size).toBe(1);
  expect(agentView(driver.state, driver.state.agents.get(agent.id)!, SEES_ALL)).toMatchObject({
    active: false,
    deactivated: true,
  });
});

test('handleAgentService() offers a reactivated agent again', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  driver.subscribe();
  driver.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: agent.id, deactivated: true });
  driver.advance(10_000);
  expect(driver.state.offers.size).toBe(0);
  driver.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: agent.id, deactivated: false });
  driver.advance(2000);
  expect(driver.state.offers.size).toBe(1);
});

test('handleAgentService() outlives a restart of the master', () => {
  const first = new CoreDriver();
  const { id } = first.registerAgent();
  first.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: id, deactivated: true });
  expect(first.replies.get('r')).toEqual({ status: 200 });
  expect(first.registry.get(`deactivated/${id}`)).toBe(true);
  const info = agentInfo({ id: { value: id } });
  const second = new CoreDriver({}, { agents: [{ id, info }], deactivated: [id] });
  second.reregisterAgent({ agent_info: info, version: '1.11.0' });
  second.subscribe();
  second.advance(5000);
  expect(second.state.agents.get(id)?.deactivated).toBe(true);
  expect(second.state.offers.size).toBe(0);
});

test('handleMarkAgentGone() ends tasks, stops the agent and refuses it for good', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  driver.dispatch({ type: 'MARK_AGENT_GONE', request: 'g', agentId: agent.id });
  expect(driver.replies.get('g')).toEqual({ status: 200 });
  expect(framework.statuses().at(-1)).toMatchObject({
    state: 'TASK_GONE_BY_OPERATOR',
    reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
  });
  expect(driver.messages.get(agent.link)?.at(-1)?.type).toBe('SHUTDOWN');
  expect(driver.registry.get(`gone/${agent.id}`)).toBeDefined();
  expect(driver.registry.has(`agent/${agent.id}`)).toBe(false);
  const info = agentInfo({ id: { value: agent.id } });
  const back = driver.reregisterAgent({ agent_info: info, version: '1.11.0' });
  expect(driver.messages.get(back.link)?.at(-1)?.type).toBe('SHUTDOWN');
  driver.dispatch({ type: 'MARK_AGENT_GONE', request: 'again', agentId: agent.id });
  expect(driver.replies.get('again')).toEqual({ status: 200 });
  driver.dispatch({ type: 'MARK_AGENT_GONE', request: 'nope', agentId: 'nope' });
  expect(driver.replies.get('nope')).toMatchObject({ status: 404 });
});

test('handleMarkAgentGone() answers a repeated request only after the commit, too', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  driver.holdStore = true;
  for (const request of ['first', 'second']) {
    driver.dispatch({ type: 'MARK_AGENT_GONE', request, agentId: agent.id });
  }
  expect(driver.replies.size).toBe(0);
  driver.commit();
  expect(driver.replies.get('first')).toEqual({ status: 200 });
  expect(driver.replies.get('second')).toEqual({ status: 200 });
  expect(driver.registry.get(`gone/${agent.id}`)).toBeDefined();
});

test('handleMarkAgentGone() refuses an agent that comes back before the registry has it', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  driver.holdStore = true;
  driver.dispatch({ type: 'MARK_AGENT_GONE', request: 'g', agentId: agent.id });
  const info = agentInfo({ id: { value: agent.id } });
  const back = driver.reregisterAgent({ agent_info: info, version: '1.11.0' });
  expect(driver.messages.get(back.link)?.at(-1)?.type).toBe('SHUTDOWN');
  driver.commit();
  expect(driver.replies.get('g')).toEqual({ status: 200 });
  expect(driver.state.agents.has(agent.id)).toBe(false);
});
