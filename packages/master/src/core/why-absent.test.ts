import { expect, test } from 'vitest';
import { CoreDriver } from '../test-kit/core-driver.ts';
import { agentInfo, commandTask } from '../test-kit/samples.ts';
import { whyReport } from './why.ts';

function sentences(driver: CoreDriver, frameworkId: string): string[] {
  const report = whyReport(driver.state, frameworkId, driver.nowMs);
  return (report?.roles ?? []).flatMap(({ reasons }) => reasons.map(({ sentence }) => sentence));
}

test('whyReport() names agents that drain, are drained, deactivated or away', () => {
  const driver = new CoreDriver();
  const framework = driver.subscribe();
  const agents = [1, 2, 3, 4].map((at) => driver.registerAgent(agentInfo({ port: 5050 + at })));
  const [a, b, c, d] = agents.map(({ id }) => id);
  const offer = framework.nextOffer();
  framework.launch(offer, [commandTask('t', offer.agent_id.value)]);
  const busy = offer.agent_id.value;
  const idle = [a, b, c, d].filter((id): id is string => id !== undefined && id !== busy);
  const config = { mark_gone: false };
  for (const agentId of [busy, idle[0] ?? '']) {
    driver.dispatch({ type: 'DRAIN_AGENT', request: 'r', agentId, config });
  }
  driver.dispatch({
    type: 'AGENT_SERVICE',
    request: 'r',
    agentId: idle[1] ?? '',
    deactivated: true,
  });
  agents.find(({ id }) => id === idle[2])?.disconnect();
  const name = (id: string | undefined) => `host:${5051 + [a, b, c, d].indexOf(id)}`;
  expect(sentences(driver, framework.id).sort()).toEqual(
    [
      `agent ${name(busy)} is draining; 1 task is left`,
      `agent ${name(idle[0])} is drained, and waits to be reactivated`,
      `agent ${name(idle[1])} is deactivated`,
      `agent ${name(idle[2])} is disconnected`,
    ].sort(),
  );
});

test('whyReport() counts what is too much to be named', () => {
  const driver = new CoreDriver();
  const framework = driver.subscribe();
  for (let port = 1; port <= 5; port++) {
    const { id } = driver.registerAgent(agentInfo({ port }));
    driver.dispatch({ type: 'AGENT_SERVICE', request: 'r', agentId: id, deactivated: true });
  }
  expect(sentences(driver, framework.id)).toEqual([
    'agents host:1, host:2, host:3 and 2 more are deactivated',
  ]);
});

test.each([
  [undefined, 'no end is planned'],
  [3 * 3_600_000, 'for another 3 h'],
  [90_000, 'for another 90 s'],
  [-300_000, 'it was to end 5 min ago'],
])('whyReport() says for how long a machine is down: %s ms from now', (endsInMs, end) => {
  const driver = new CoreDriver();
  const framework = driver.subscribe();
  const startMs = driver.nowMs - 1_000_000;
  const duration =
    endsInMs === undefined
      ? {}
      : { duration: { nanoseconds: (driver.nowMs + endsInMs - startMs) * 1e6 } };
  const machines = [{ hostname: 'away', ip: '10.0.0.1' }];
  const unavailability = { start: { nanoseconds: startMs * 1e6 }, ...duration };
  const schedule = { windows: [{ machine_ids: machines, unavailability }] };
  driver.dispatch({ type: 'UPDATE_SCHEDULE', request: 'r', schedule });
  driver.dispatch({ type: 'START_MAINTENANCE', request: 'r', machines });
  expect(sentences(driver, framework.id)).toContain(`machine away is down for maintenance; ${end}`);
});
