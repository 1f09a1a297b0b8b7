/** Subscribers of the operator API: what they are told, and how many there may be. */
import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { agentInfo, frameworkInfo } from '../test-kit/samples.ts';
import { SEES_ALL } from './viewer.ts';

type Types = (string | undefined)[];

function types(driver: CoreDriver): Types {
  return driver.operatorEvents.map(({ event }) => event.type);
}

function listening(): CoreDriver {
  const driver = new CoreDriver();
  driver.dispatch({ type: 'SUBSCRIBE_OPERATOR', viewer: SEES_ALL, stream: 'op' });
  return driver;
}

test('SUBSCRIBE_OPERATOR gets everything there is, then a heartbeat each 15 s until it is gone', () => {
  const driver = new CoreDriver();
  const agent = driver.registerAgent();
  driver.dispatch({ type: 'SUBSCRIBE_OPERATOR', viewer: SEES_ALL, stream: 'op' });
  const [first] = driver.operatorEvents;
  expect(first?.event.subscribed?.heartbeat_interval_seconds).toBe(15);
  expect(first?.event.subscribed?.get_state?.get_agents?.agents?.[0]?.agent_info.id).toEqual({
    value: agent.id,
  });
  driver.advance(30_000);
  expect(types(driver)).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'HEARTBEAT', 'HEARTBEAT']);
  driver.dispatch({ type: 'OPERATOR_STREAM_CLOSED', stream: 'op' });
  driver.advance(60_000);
  expect(driver.operatorEvents).toHaveLength(4);
});

test('subscribers hear of agents that come and go', () => {
  const driver = listening();
  const agent = driver.registerAgent();
  agent.say({ type: 'UNREGISTER' });
  expect(types(driver).slice(2)).toEqual(['AGENT_ADDED', 'AGENT_REMOVED']);
  expect(driver.operatorEvents.at(-1)?.event.agent_removed?.agent_id.value).toBe(agent.id);
});

test('subscribers hear of a framework that comes, comes back and is torn down', () => {
  const driver = listening();
  const { id } = driver.subscribe();
  driver.subscribe(frameworkInfo({ id: { value: id }, name: 'renamed' }));
  driver.dispatch({ type: 'TEARDOWN', frameworkId: id });
  expect(types(driver).slice(2)).toEqual([
    'FRAMEWORK_ADDED',
    'FRAMEWORK_UPDATED',
    'FRAMEWORK_REMOVED',
  ]);
  expect(driver.operatorEvents.at(-1)?.event.framework_removed?.framework_info.name).toBe(
    'renamed',
  );
});

test('the oldest subscriber is dropped for one too many', () => {
  const driver = new CoreDriver({ maxOperatorSubscribers: 2 });
  for (const stream of ['a', 'b', 'c'])
    driver.dispatch({ type: 'SUBSCRIBE_OPERATOR', viewer: SEES_ALL, stream });
  expect(driver.closedStreams).toEqual(['a']);
  expect([...driver.state.operatorStreams.keys()]).toEqual(['b', 'c']);
  expect(driver.hasTimer('operator-heartbeat/a')).toBe(false);
});

test('nothing is announced while nobody listens', () => {
  const driver = new CoreDriver();
  driver.registerAgent(agentInfo());
  driver.subscribe();
  expect(driver.operatorEvents).toEqual([]);
});
