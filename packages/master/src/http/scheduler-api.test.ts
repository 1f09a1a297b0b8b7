/** The scheduler endpoint: every status code, in the order in which Mesos checks. */
import { encodeBinary, SchedulerCall } from '@stoke/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpDriver } from '../test-kit/http-driver.ts';
import { frameworkInfo } from '../test-kit/samples.ts';

let driver: HttpDriver;
let frameworkId: string;

beforeEach(() => {
  driver = new HttpDriver();
  frameworkId = driver.subscribe(frameworkInfo(), 'live');
});

afterEach(async () => {
  expect(driver.fatal).toEqual([]);
  await driver.close();
});

const withStream = { 'mesos-stream-id': 'live' };

function callOf(type: string, more: object = {}): object {
  return { framework_id: { value: frameworkId }, type, ...more };
}

test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)(
  'schedulerRoute answers %s with 405 and Allow',
  async (method) => {
    const answer = await driver.inject({ method, url: '/api/v1/scheduler' });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
    expect(answer.body).toBe(
      `405 Method Not Allowed. Expecting one of { 'POST' }, but received '${method}'.`,
    );
  },
);

test.each([
  ['application/json; charset=utf-8', 415],
  ['text/plain', 415],
  ['application/recordio', 415],
  ['Application/JSON', 415],
  [undefined, 400],
])('schedulerRoute answers content type %s with %i', async (type, status) => {
  const answer = await driver.call(callOf('REVIVE'), { ...withStream, 'content-type': type });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test.each([
  ['', 'Failed to parse body into JSON: syntax error at line 1 near: '],
  ['{"type":"REVIVE"', 'Failed to parse body into JSON: syntax error at line 1 near: '],
  ['[]', 'Failed to convert JSON into Call protobuf: Expecting a JSON object'],
  ['{}', "Failed to validate scheduler::Call: Expecting 'type' to be present"],
  ['{"type":"NO_SUCH"}', "Failed to validate scheduler::Call: Expecting 'type' to be present"],
  [
    '{"type":"UNKNOWN","framework_id":{"value":"f"}}',
    "Failed to validate scheduler::Call: Expecting 'type' to be present",
  ],
  [
    '{"type":4}',
    "Failed to convert JSON into Call protobuf: Not expecting a JSON number for field 'type'",
  ],
  [
    '{"type":"REVIVE"}',
    "Failed to validate scheduler::Call: Expecting 'framework_id' to be present",
  ],
  [
    '{"type":"KILL","framework_id":{"value":"f"}}',
    "Failed to validate scheduler::Call: Expecting 'kill' to be present",
  ],
  [
    '{"type":"SUBSCRIBE"}',
    "Failed to validate scheduler::Call: Expecting 'subscribe' to be present",
  ],
  [
    '{"type":"SUBSCRIBE","framework_id":{"value":"a"},"subscribe":{"framework_info":{"user":"u","name":"n"}}}',
    "Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'",
  ],
])('schedulerRoute answers body %s with 400', async (body, message) => {
  const answer = await driver.call(body, withStream);
  expect(answer).toMatchObject({ status: 400, body: message });
});

test.each([
  'ACCEPT',
  'DECLINE',
  'KILL',
  'SHUTDOWN',
  'ACKNOWLEDGE',
  'RECONCILE',
  'MESSAGE',
  'REQUEST',
  'UPDATE_FRAMEWORK',
  'ACCEPT_INVERSE_OFFERS',
  'RECONCILE_OPERATIONS',
])('schedulerRoute wants the payload of %s', async (type) => {
  const answer = await driver.call(callOf(type), withStream);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain(`Expecting '${type.toLowerCase()}' to be present`);
});

test.each([
  ['REVIVE', {}],
  ['SUPPRESS', { suppress: { roles: ['nobody'] } }],
  ['REVIVE', { revive: { roles: ['-x'] } }],
  ['ACCEPT', { accept: {} }],
  ['ACCEPT', { accept: { offer_ids: [{ value: 'nope' }], filters: { refuse_seconds: -1 } } }],
  ['DECLINE', { decline: { offer_ids: [{ value: 'nope' }] } }],
  ['KILL', { kill: { task_id: { value: 't' } } }],
  ['SHUTDOWN', { shutdown: { executor_id: { value: 'e' }, agent_id: { value: 'a' } } }],
  ['MESSAGE', { message: { executor_id: { value: 'e' }, agent_id: { value: 'a' }, data: 'aGk=' } }],
  ['RECONCILE', { reconcile: { tasks: [] } }],
  ['REQUEST', { request: { requests: [] } }],
])('schedulerRoute takes %s %j with 202 and no body', async (type, payload) => {
  const answer = await driver.call(callOf(type, payload), withStream);
  expect(answer).toMatchObject({ status: 202, body: '' });
  expect(answer.headers['content-length']).toBe('0');
  expect(answer.headers['content-type']).toBeUndefined();
});

test('schedulerRoute tells unknown, disconnected and foreign callers apart', async () => {
  const unknown = { type: 'REVIVE', framework_id: { value: 'nobody' } };
  expect(await driver.call(unknown, withStream)).toMatchObject({
    status: 400,
    body: 'Framework cannot be found',
  });
  expect(await driver.call(callOf('REVIVE'))).toMatchObject({
    status: 400,
    body: "All non-subscribe calls should include the 'Mesos-Stream-Id' header",
  });
  const wrong = await driver.call(callOf('REVIVE'), { 'mesos-stream-id': 'x' });
  expect(wrong.status).toBe(400);
  expect(wrong.body).toContain("The stream ID 'x' included in this request didn't match");
  driver.master.shell.dispatch({ type: 'STREAM_CLOSED', stream: 'live' });
  expect(await driver.call(callOf('REVIVE'), withStream)).toMatchObject({
    status: 403,
    body: 'Framework is not subscribed',
  });
});

test('schedulerRoute answers SUBSCRIBE that accepts neither format with 406', async () => {
  const call = {
    type: 'SUBSCRIBE',
    subscribe: { framework_info: { user: 'root', name: 'n' } },
  };
  for (const accept of ['text/html', 'application/json;q=0']) {
    expect(await driver.call(call, { accept })).toMatchObject({
      status: 406,
      body: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'",
    });
  }
  expect(await driver.call(call, { 'mesos-stream-id': 'x' })).toMatchObject({
    status: 400,
    body: "Subscribe calls should not include the 'Mesos-Stream-Id' header",
  });
});

test('schedulerRoute ends a refused subscription after its ERROR event', async () => {
  const call = {
    type: 'SUBSCRIBE',
    subscribe: { framework_info: { user: 'root', name: 'n', role: '-x' } },
  };
  const answer = await driver.call(call);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.headers['mesos-stream-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.body).toBe(
    `141\n{"type":"ERROR","error":{"message":"'FrameworkInfo.role' is not a valid role: Role component '-x' is invalid because it starts with a dash"}}`,
  );
});

test('schedulerRoute answers UPDATE_FRAMEWORK with 200, or 400 and the reason', async () => {
  const info = frameworkInfo({ id: { value: frameworkId }, roles: ['web', 'db'] });
  const update = (more: object): object =>
    callOf('UPDATE_FRAMEWORK', { update_framework: { framework_info: { ...info, ...more } } });
  expect(await driver.call(update({}), withStream)).toMatchObject({ status: 200, body: '' });
  expect(driver.master.shell.state.frameworks.get(frameworkId)?.roles).toEqual(['web', 'db']);
  expect(await driver.call(update({ user: 'nobody' }), withStream)).toMatchObject({
    status: 400,
    body: "FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'nobody'",
  });
});

test('schedulerRoute reads protobuf, and refuses what is none', async () => {
  const headers = { 'content-type': 'application/x-protobuf', ...withStream };
  const url = '/master/api/v1/scheduler?x=1';
  const call = { type: 'REVIVE', framework_id: { value: frameworkId } } as const;
  const good = encodeBinary(SchedulerCall, call);
  expect(await driver.inject({ method: 'POST', url, headers, body: good })).toMatchObject({
    status: 202,
  });
  const bad = new Uint8Array([255, 255, 255, 255]);
  expect(await driver.inject({ method: 'POST', url, headers, body: bad })).toMatchObject({
    status: 400,
    body: 'Failed to parse body into Call protobuf',
  });
});

test('schedulerRoute ends a framework on TEARDOWN', async () => {
  expect(await driver.call(callOf('TEARDOWN'), withStream)).toMatchObject({ status: 202 });
  expect(await driver.call(callOf('REVIVE'), withStream)).toMatchObject({
    status: 400,
    body: 'Framework cannot be found',
  });
});
