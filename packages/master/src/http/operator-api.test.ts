/** The operator API through injected requests: refusals, encodings, reads, TEARDOWN. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBinary, encodeBinary, MasterCall, MasterResponse } from '@stoke/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logFilePath } from '../io/log-file.ts';
import { HttpDriver, type Injected } from '../test-kit/http-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';

let driver: HttpDriver;

beforeEach(() => {
  driver = new HttpDriver();
});

afterEach(() => driver.close());

function post(call: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Injected> {
  return driver.inject({
    method: 'POST',
    url: '/api/v1',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof call === 'string' ? call : JSON.stringify(call),
  });
}

test('operatorRoute() answers 400 to a type that does not exist, and 501 to UNKNOWN', async () => {
  expect((await post({ type: 'PRUNE', start_maintenance: {} })).status).toBe(400);
  expect(await post({ type: 'UNKNOWN' })).toMatchObject({
    status: 501,
    body: '501 Not Implemented.',
  });
});

test('operatorRoute() looks at Accept after the call itself, and before its answer', async () => {
  const headers = { accept: 'text/html' };
  expect((await post({ type: 'TEARDOWN' }, headers)).status).toBe(400);
  expect((await post({ type: 'GET_STATE' }, headers)).status).toBe(406);
  expect((await post({ type: 'UNKNOWN' }, headers)).status).toBe(406);
});

test('operatorRoute() answers a protobuf call in protobuf', async () => {
  const answer = await driver.master.app.inject({
    method: 'POST',
    url: '/master/api/v1',
    headers: { 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' },
    payload: Buffer.from(encodeBinary(MasterCall, { type: 'GET_MASTER' })),
  });
  const response = decodeBinary(MasterResponse, answer.rawPayload);
  expect(answer.headers['content-type']).toBe('application/x-protobuf');
  expect(response.get_master?.master_info?.hostname).toBe('leader');
});

test('readCalls() show every list of GET_STATE, also when it is empty', async () => {
  const { body } = await post({ type: 'GET_STATE' });
  expect(JSON.parse(body)).toEqual({
    type: 'GET_STATE',
    get_state: {
      get_tasks: { tasks: [], unreachable_tasks: [], completed_tasks: [] },
      get_executors: { executors: [] },
      get_frameworks: { frameworks: [], completed_frameworks: [] },
      get_agents: { agents: [], recovered_agents: [] },
    },
  });
});

test('readCalls() name the role of a framework with its id', async () => {
  const id = driver.subscribe(frameworkInfo(), 's1');
  const { body } = await post({ type: 'GET_ROLES' });
  expect(JSON.parse(body).get_roles.roles).toEqual([
    { name: 'web', weight: 1, frameworks: [{ value: id }] },
  ]);
});

test('teardownCall() ends a framework once', async () => {
  const id = driver.subscribe(frameworkInfo(), 's1');
  const call = { type: 'TEARDOWN', teardown: { framework_id: { value: id } } };
  expect((await post(call)).status).toBe(200);
  expect(driver.master.shell.state.completedFrameworks.has(id)).toBe(true);
  expect(await post(call)).toMatchObject({
    status: 400,
    body: 'No framework found with specified ID',
  });
});

test('loggingCalls() raise the level for the time asked for', async () => {
  const level = async (): Promise<unknown> =>
    JSON.parse((await post({ type: 'GET_LOGGING_LEVEL' })).body).get_logging_level.level;
  const duration = { nanoseconds: 2_000_000_000 };
  const set = { type: 'SET_LOGGING_LEVEL', set_logging_level: { level: 2, duration } };
  expect((await post(set)).status).toBe(200);
  expect(await level()).toBe(2);
  await driver.clock.advance(2000);
  expect(await level()).toBe(0);
});

test('fileCalls() read a part of the log and nothing outside of it', async () => {
  await driver.close();
  const directory = mkdtempSync(join(tmpdir(), 'stoke-master-log-'));
  driver = new HttpDriver({ log_dir: directory });
  writeFileSync(logFilePath(directory), '0123456789');
  const read = (path: string, more: object): Promise<Injected> =>
    post({ type: 'READ_FILE', read_file: { path, ...more } });
  expect(JSON.parse((await read('/master/log', { offset: 2, length: 3 })).body).read_file).toEqual({
    size: 10,
    data: Buffer.from('234').toString('base64'),
  });
  expect(JSON.parse((await read('/master/log', { offset: 50 })).body).read_file).toEqual({
    size: 10,
    data: '',
  });
  expect((await read(join(directory, 'registry.db'), { offset: 0 })).status).toBe(404);
  expect((await read('/master/../etc/passwd', { offset: 0 })).status).toBe(400);
  rmSync(directory, { recursive: true });
});

test('roleRoutes() set and show weights and quota', async () => {
  const put = await driver.inject({
    method: 'PUT',
    url: '/weights',
    body: '[{"role":"web","weight":2}]',
  });
  expect(put.status).toBe(200);
  expect((await driver.inject({ url: '/weights' })).body).toBe('[{"role":"web","weight":2}]');
  const guarantee = [{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }];
  const quota = { role: 'web', force: true, guarantee };
  const body = JSON.stringify(quota);
  expect((await driver.inject({ method: 'POST', url: '/quota', body })).status).toBe(200);
  const shown = JSON.parse((await driver.inject({ url: '/master/quota' })).body);
  expect(shown.configs).toEqual([
    { role: 'web', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 1 } } },
  ]);
  expect((await driver.inject({ method: 'DELETE', url: '/quota/w%65b' })).status).toBe(200);
  expect((await driver.inject({ url: '/quota' })).body).toBe('{}');
});

test.each(['', '{', '{}', '[{"role":"web"}]', '[{"role":"a b","weight":1}]', 'null'])(
  'roleRoutes() refuse weights written %s',
  async (body) => {
    const answer = await driver.inject({ method: 'PUT', url: '/weights', body });
    expect(answer.status).toBe(400);
  },
);
