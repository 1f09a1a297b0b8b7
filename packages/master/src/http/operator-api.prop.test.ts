/** Whatever operators send, the master answers what it must, goes on offering, and never breaks. */
import { MasterCall } from '@stoke/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpDriver, type Injected } from '../test-kit/http-driver.ts';
import { agentInfo, frameworkInfo } from '../test-kit/samples.ts';

let driver: HttpDriver;

beforeAll(() => {
  driver = new HttpDriver({ max_agent_ping_timeouts: 1000 });
  driver.subscribe(frameworkInfo({ failover_timeout: 1e6 }), 'live');
  driver.master.shell.dispatch({
    type: 'AGENT_MESSAGE',
    link: 'l',
    peer: '127.0.0.1',
    message: { type: 'REGISTER', register: { agent_info: agentInfo(), version: '1.11.0' } },
  });
});

afterAll(() => driver.close());

/** Every type of call but the stream, as the descriptor lists them. */
const TYPES = MasterCall.fields()
  .map(([, name]) => name.toUpperCase())
  .filter((name) => name !== 'TYPE');

function post(call: unknown): Promise<Injected> {
  return driver.inject({
    method: 'POST',
    url: '/api/v1',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
}

async function expectAlive(answer: Injected): Promise<void> {
  expect(answer.status === 501 || answer.status < 500).toBe(true);
  await driver.clock.advance(1000);
  expect(driver.fatal).toEqual([]);
}

test('operatorRoute() answers any payload of any call', async () => {
  const payload = fc.jsonValue({ maxDepth: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TYPES), payload, async (type, value) => {
      await expectAlive(await post({ type, [type.toLowerCase()]: value }));
    }),
    { numRuns: 300 },
  );
});

const role = fc.constantFrom('web', '*', 'a/b', '', '__proto__', 'x y', '..', 'db');
const amount = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(0, 1, 0.0004, -1, 'Infinity', '-Infinity', 1e308, Number.MAX_SAFE_INTEGER),
);
const amounts = fc.dictionary(
  fc.constantFrom('cpus', 'mem', '__proto__', ''),
  fc.record({ value: amount }),
);

test('UPDATE_QUOTA and UPDATE_WEIGHTS take any numbers for any roles', async () => {
  const config = fc.record({ role, guarantees: amounts, limits: amounts });
  const weights = fc.array(fc.record({ role, weight: amount }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(config, { maxLength: 3 }),
      weights,
      fc.boolean(),
      async (quota_configs, weight_infos, force) => {
        await expectAlive(
          await post({ type: 'UPDATE_QUOTA', update_quota: { quota_configs, force } }),
        );
        await expectAlive(await post({ type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } }));
        for (const type of ['GET_QUOTA', 'GET_WEIGHTS', 'GET_ROLES']) {
          expect((await post({ type })).status).toBe(200);
        }
      },
    ),
    { numRuns: 150 },
  );
});
