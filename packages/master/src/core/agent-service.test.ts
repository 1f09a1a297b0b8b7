import { expect, test } from 'vitest';
import { CoreDriver, commandTask } from '../test-kit/core-driver.ts';
import { agentView } from './views/agent-view.ts';

test('handleAgentService() ends open offers of a deactivated agent, keeps its tasks and offers it no more', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  const framework = driver.subscribe();
  framework.launch(framework.nextOffer(), [commandTask('t', agent.id)]);
  agent.update(framework, 't', { state: 'TASK_RUNNING' });
  driver.advance(10_000);
  driver.dispatch({ type: 'AGENT_SERVICE', agentId: agent.id, deactivated: true });
  expect(driver.state.offers.size).toBe(0);
  driver.advance(10_000);
  expect(driver.state.offers.size).toBe(0);
  expect(driver.state.agents.get(agent.id)?.tasks.size).toBe(1);
  expect(agentView(driver.state, driver.state.agents.get(agent.id)!)).toMatchObject({
    active: false,
    deactivated: true,
  });
});

test('handleAgentService() offers a reactivated agent again', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  driver.subscribe();
  driver.dispatch({ type: 'AGENT_SERVICE', agentId: agent.id, deactivated: true });
  driver.advance(10_000);
  expect(driver.state.offers.size).toBe(0);
  driver.dispatch({ type: 'AGENT_SERVICE', agentId: agent.id, deactivated: false });
  driver.advance(2000);
  expect(driver.state.offers.size).toBe(1);
});
