import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { agentInfo } from '../test-kit/samples.ts';

const domain = { fault_domain: { region: { name: 'eu' }, zone: { name: 'a' } } };

test('isAcceptable refuses an agent without a domain when one is required', () => {
  const driver = new CoreDriver({ requireAgentDomain: true });
  driver.state.info.domain = domain;
  const [refusal] = driver.registerAgent().all('SHUTDOWN');
  expect(refusal?.shutdown?.message).toContain('set --domain');
  driver.registerAgent(agentInfo({ domain, port: 5052 }));
  expect(driver.state.agents.size).toBe(1);
});

test('isAcceptable refuses an agent with a domain when the master has none', () => {
  const driver = new CoreDriver();
  const [refusal] = driver.registerAgent(agentInfo({ domain })).all('SHUTDOWN');
  expect(refusal?.shutdown?.message).toContain('the master is not');
  expect(driver.state.agents.size).toBe(0);
});
