/** Whatever is sent to an endpoint, the master answers below 500 and lives on. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpDriver } from '../test-kit/http-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';

let driver: HttpDriver;
let frameworkId: string;

beforeAll(() => {
  driver = new HttpDriver();
  frameworkId = driver.subscribe(frameworkInfo({ failover_timeout: 1e6 }), 'live');
});

afterAll(async () => {
  await driver.close();
});

const TYPES = [
  'ACCEPT',
  'DECLINE',
  'REVIVE',
  'SUPPRESS',
  'KILL',
  'SHUTDOWN',
  'ACKNOWLEDGE',
  'ACKNOWLEDGE_OPERATION_STATUS',
  'RECONCILE',
  'RECONCILE_OPERATIONS',
  'MESSAGE',
  'REQUEST',
  'ACCEPT_INVERSE_OFFERS',
  'UPDATE_FRAMEWORK',
];

const headers = { 'mesos-stream-id': 'live' };

async function expectAnswer(answer: Promise<{ readonly status: number }>): Promise<void> {
  expect((await answer).status).toBeLessThan(500);
  expect(driver.fatal).toEqual([]);
}

test('schedulerRoute answers any JSON below 500', async () => {
  const call = fc.record({
    framework_id: fc.constant({ value: frameworkId }),
    type: fc.constantFrom(...TYPES),
  });
  const payload = fc.jsonValue({ maxDepth: 4 });
  await fc.assert(
    fc.asyncProperty(call, payload, async (base, value) => {
      const body = { ...base, [base.type.toLowerCase()]: value };
      await expectAnswer(driver.call(JSON.stringify(body), headers));
    }),
    { numRuns: 300 },
  );
});

test('schedulerRoute answers any text below 500', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (body) => {
      await expectAnswer(driver.call(body, headers));
    }),
    { numRuns: 200 },
  );
});

test.each(['/api/v1/scheduler', '/api/v1', '/teardown'])(
  'serveRoutes answers any bytes on %s below 500, but for what is not supported yet',
  async (url) => {
    const type = fc.constantFrom('application/x-protobuf', 'application/json', 'text/plain', 'x');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), type, async (body, contentType) => {
        const answer = await driver.inject({
          method: 'POST',
          url,
          headers: { 'content-type': contentType, ...headers },
          body,
        });
        expect(answer.status === 501 || answer.status < 500).toBe(true);
        expect(driver.fatal).toEqual([]);
      }),
      { numRuns: 200 },
    );
  },
);

test('serveRoutes answers any path and query below 500', async () => {
  const paths = driver.master.routes.map((route) => route.path);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.webQueryParameters(), async (path, query) => {
      const answer = await driver.inject({
        url: `${path}?${query}&path=..%2f..&limit=-1&offset=x`,
      });
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
});

test('routes list no method that throws on an empty body', async () => {
  for (const route of driver.master.routes) {
    const answer = await driver.inject({ method: 'POST', url: route.path });
    expect([route.path, answer.status < 500]).toEqual([route.path, true]);
  }
});
