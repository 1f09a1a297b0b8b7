/** The route table, and what holds for all of it. */
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { credentialsFile, HttpDriver } from '../test-kit/http-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';
import { leaderAnswer } from './router.ts';

let driver: HttpDriver;

afterEach(async () => {
  await driver.close();
});

test('routes of the master are these, and what they need', () => {
  driver = new HttpDriver();
  const table = driver.master.routes.map(({ path, methods, realm, leaderOnly, access }) => {
    const where = leaderOnly ? 'leader' : 'any master';
    const guard =
      typeof access === 'string' ? access : access.map(({ action }) => action).join(' and ');
    return [path, methods?.join() ?? 'any', realm ?? 'open', where, guard].join(' ');
  });
  expect(table.sort()).toMatchInlineSnapshot(`
    [
      "/api/v1 POST mesos-master-readwrite leader checked",
      "/api/v1/scheduler POST mesos-master-scheduler leader checked",
      "/create-volumes POST mesos-master-readwrite leader checked",
      "/destroy-volumes POST mesos-master-readwrite leader checked",
      "/files/browse any mesos-master-readonly any master access_mesos_logs",
      "/files/debug any mesos-master-readonly any master get_endpoints",
      "/files/download any mesos-master-readonly any master access_mesos_logs",
      "/files/read any mesos-master-readonly any master access_mesos_logs",
      "/flags any mesos-master-readonly any master view_flags",
      "/frameworks any mesos-master-readonly leader filtered",
      "/health any open any master open",
      "/logging/toggle any mesos-master-readwrite any master get_endpoints",
      "/machine/down POST mesos-master-readwrite leader checked",
      "/machine/up POST mesos-master-readwrite leader checked",
      "/maintenance/schedule GET,POST mesos-master-readwrite leader checked",
      "/maintenance/status GET mesos-master-readwrite leader get_maintenance_statuses",
      "/metrics any mesos-master-readonly any master get_endpoints",
      "/metrics/snapshot any mesos-master-readonly any master get_endpoints",
      "/quota GET,POST,DELETE mesos-master-readwrite leader checked",
      "/redirect any open any master open",
      "/reserve POST mesos-master-readwrite leader checked",
      "/roles any mesos-master-readonly leader filtered",
      "/slaves any mesos-master-readonly leader filtered",
      "/state any mesos-master-readonly leader filtered",
      "/state-summary any mesos-master-readonly leader filtered",
      "/stoke/why GET mesos-master-readonly leader filtered",
      "/system/stats.json any mesos-master-readonly any master get_endpoints",
      "/tasks any mesos-master-readonly leader filtered",
      "/teardown POST mesos-master-readwrite leader checked",
      "/unreserve POST mesos-master-readwrite leader checked",
      "/version any open any master open",
      "/weights GET,PUT mesos-master-readwrite leader checked",
    ]
  `);
});

test.each([
  ['/nosuch', 404],
  ['/master/nosuch', 404],
  ['/state.json', 404],
  ['/', 404],
  ['/redirect/state', 404],
  ['/health', 200],
  ['/master/version', 200],
  ['/state/', 200],
  ['/roles', 200],
])('serveRoutes answers GET %s with %i', async (url, status) => {
  driver = new HttpDriver();
  expect((await driver.inject({ url })).status).toBe(status);
});

test('serveRoutes redirects to the leader from the leader, too', async () => {
  driver = new HttpDriver();
  for (const url of ['/redirect', '/master/redirect']) {
    const answer = await driver.inject({ url });
    expect([answer.status, answer.headers.location]).toEqual([307, '//leader:5050']);
  }
});

test('serveRoutes compresses big GET answers when asked, and nothing else', async () => {
  driver = new HttpDriver();
  const headers = { 'accept-encoding': 'gzip' };
  const big = await driver.master.app.inject({ url: '/state', headers });
  expect(big.headers['content-encoding']).toBe('gzip');
  expect(JSON.parse(gunzipSync(big.rawPayload).toString())).toHaveProperty('flags');
  const small = await driver.inject({ url: '/version', headers });
  expect(small.headers['content-encoding']).toBeUndefined();
});

test('serveRoutes wraps JSON for jsonp', async () => {
  driver = new HttpDriver();
  const answer = await driver.inject({ url: '/version?jsonp=cb' });
  expect(answer.headers['content-type']).toBe('text/javascript');
  expect(answer.body).toMatch(/^cb\(\{.*\}\)$/);
});

test('serveRoutes refuses a body above 16 MiB with 413', async () => {
  driver = new HttpDriver();
  const body = new Uint8Array(16 * 1024 * 1024 + 1);
  const answer = await driver.call(Buffer.from(body).toString('latin1'));
  expect(answer.status).toBe(413);
});

test('leaderAnswer points others to the leader, with the path in its long form', () => {
  driver = new HttpDriver();
  const following = { kind: 'following', leader: 'l:5050' } as const;
  expect(leaderAnswer(following, '/api/v1/scheduler?a=b')).toMatchObject({
    status: 307,
    headers: { Location: '//l:5050/master/api/v1/scheduler?a=b' },
  });
  expect(leaderAnswer(following, '/master/state')).toMatchObject({
    headers: { Location: '//l:5050/master/state' },
  });
  expect(leaderAnswer({ kind: 'following', leader: undefined }, '/x')).toMatchObject({
    status: 503,
  });
  expect(leaderAnswer({ kind: 'recovering' }, '/x')).toMatchObject({ status: 503 });
  expect(leaderAnswer({ kind: 'leading' }, '/x')).toBeUndefined();
});

function basic(user: string, secret: string): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

test.each([
  ['/state', 'mesos-master-readonly'],
  ['/flags', 'mesos-master-readonly'],
  ['/metrics/snapshot', 'mesos-master-readonly'],
  ['/files/browse?path=/master/log', 'mesos-master-readonly'],
  ['/roles', 'mesos-master-readonly'],
  ['/quota', 'mesos-master-readwrite'],
  ['/teardown', 'mesos-master-readwrite'],
  ['/api/v1', 'mesos-master-readwrite'],
  ['/api/v1/scheduler', 'mesos-master-scheduler'],
])('serveRoutes asks for credentials on %s', async (url, realm) => {
  driver = new HttpDriver(authenticated());
  for (const authorization of [
    undefined,
    'Bearer abc',
    'Basic !!!',
    basic('p1', 'x'),
    basic('z', ''),
  ]) {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await driver.inject({ method: 'POST', url, headers });
    expect(answer).toMatchObject({ status: 401, body: '401 Unauthorized.' });
    expect(answer.headers['www-authenticate']).toBe(`Basic realm="${realm}"`);
  }
  const known = await driver.inject({
    method: 'POST',
    url,
    headers: { authorization: basic('p1', 's1') },
  });
  expect(known.status).not.toBe(401);
});

function authenticated(): Record<string, unknown> {
  return {
    credentials: credentialsFile({ p1: 's1', p2: 's2' }),
    authenticate_http_frameworks: true,
    authenticate_http_readonly: true,
    authenticate_http_readwrite: true,
    acls: '{"permissive":true}',
  };
}

test.each(['/health', '/version', '/redirect'])('serveRoutes leaves %s open', async (url) => {
  driver = new HttpDriver(authenticated());
  expect((await driver.inject({ url })).status).not.toBe(401);
});

test('serveRoutes keeps principals apart', async () => {
  driver = new HttpDriver(authenticated());
  const id = driver.subscribe(frameworkInfo(), 'live', 'p1');
  const call = { type: 'REVIVE', framework_id: { value: id } };
  const as = (user: string, secret: string): Record<string, string> => ({
    'mesos-stream-id': 'live',
    authorization: basic(user, secret),
  });
  expect((await driver.call(call, as('p1', 's1'))).status).toBe(202);
  expect(await driver.call(call, as('p2', 's2'))).toMatchObject({
    status: 400,
    body: "Authenticated principal 'p2' does not match principal 'p1' set in `FrameworkInfo`",
  });
});

test('serveRoutes answers two requests of the metrics a second, and all of Prometheus', async () => {
  driver = new HttpDriver({ metrics_snapshot_rate_limit: '2/1secs' });
  const ask = (url: string) => driver.inject({ url });
  expect((await ask('/metrics/snapshot')).status).toBe(200);
  const second = ask('/metrics/snapshot');
  const third = ask('/metrics/snapshot?timeout=never');
  expect([(await ask('/metrics')).status, (await ask('/metrics')).status]).toEqual([200, 200]);
  const answers: number[] = [];
  void second.then(({ status }) => answers.push(status));
  await driver.clock.advance(499);
  expect(answers).toEqual([]);
  await driver.clock.advance(501);
  expect([(await second).status, (await third).status]).toEqual([200, 400]);
});

test('serveRoutes turns principals away that have as many requests waiting as they may', async () => {
  driver = new HttpDriver({
    ...authenticated(),
    rate_limits: '{"limits":[{"principal":"p1","qps":1,"capacity":1}]}',
  });
  const ask = (user: string, secret: string): ReturnType<HttpDriver['inject']> =>
    driver.inject({ url: '/flags', headers: { authorization: basic(user, secret) } });
  expect((await ask('p1', 's1')).status).toBe(200);
  const waiting = ask('p1', 's1');
  const refused = await ask('p1', 's1');
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  expect(refused.body).toContain("principal 'p1'");
  expect((await ask('p2', 's2')).status).toBe(200);
  await driver.clock.advance(1000);
  expect((await waiting).status).toBe(200);
});
