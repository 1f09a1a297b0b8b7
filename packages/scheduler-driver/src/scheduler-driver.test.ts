/** The driver against a master on loopback that does what each test says. */
import { createFakeClock } from '@stoke/kit';
import { isAppError, type SchedulerEvent, type TaskStatus } from '@stoke/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createSchedulerDriver,
  type SchedulerDriver,
  type SchedulerDriverOptions,
  type SchedulerHandlers,
} from './index.ts';
import { ScriptedMaster } from './scripted-master.ts';

let master: ScriptedMaster;
const drivers: SchedulerDriver[] = [];

beforeEach(async () => {
  master = await new ScriptedMaster().start();
});

afterEach(() => {
  for (const driver of drivers.splice(0)) driver.close();
  master.stop();
});

function makeDriver(
  handlers: SchedulerHandlers = {},
  more: Partial<SchedulerDriverOptions> = {},
): SchedulerDriver {
  const driver = createSchedulerDriver({
    masters: [master.address],
    framework: { user: 'u', name: 'test' },
    handlers,
    random: () => 0,
    ...more,
  });
  drivers.push(driver);
  return driver;
}

const subscribedEvent: SchedulerEvent = {
  type: 'SUBSCRIBED',
  subscribed: { framework_id: { value: 'f-1' }, heartbeat_interval_seconds: 15 },
};

const status: TaskStatus = {
  task_id: { value: 't' },
  state: 'TASK_RUNNING',
  agent_id: { value: 'a' },
  uuid: new Uint8Array(16).fill(7),
};

const codeOf = async (run: Promise<unknown>): Promise<unknown> => {
  const thrown = await run.catch((error: unknown) => error);
  return isAppError(thrown) ? thrown.code : thrown;
};

describe.each(['json', 'protobuf'] as const)('the driver speaking %s', (format) => {
  test('subscribes, acknowledges updates and sends calls with stream and framework id', async () => {
    const updates: TaskStatus[] = [];
    const handlers = { update: (it: TaskStatus) => void updates.push(it) };
    const credential = { principal: 'p', secret: 's' };
    const driver = makeDriver(handlers, { format, credential });
    const running = driver.run();
    const stream = await master.stream();
    expect(stream.call).toMatchObject({
      type: 'SUBSCRIBE',
      subscribe: { framework_info: { user: 'u', name: 'test' } },
    });
    stream.send(subscribedEvent);
    stream.send({ type: 'UPDATE', update: { status } });
    expect(await master.call()).toEqual({
      framework_id: { value: 'f-1' },
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: { value: 'a' }, task_id: { value: 't' }, uuid: status.uuid },
    });
    expect(updates).toEqual([status]);
    await driver.kill({ taskId: 't', agentId: 'a', gracePeriodMs: 1500 });
    expect(await master.call()).toMatchObject({
      type: 'KILL',
      kill: { kill_policy: { grace_period: { nanoseconds: 1.5e9 } } },
    });
    await driver.teardown();
    expect(await master.call()).toMatchObject({ type: 'TEARDOWN', framework_id: { value: 'f-1' } });
    await running;
    expect(master.requests[1]?.headers).toMatchObject({
      'mesos-stream-id': 'stream-1',
      authorization: 'Basic cDpz',
    });
  });
});

test('the driver hands out inverse offers, and answers them', async () => {
  const rescinded: string[] = [];
  const driver = makeDriver({
    inverseOffers: ([first, second]) =>
      driver
        .acceptInverseOffers([first?.id.value ?? ''], { refuseSeconds: 60 })
        .then(() => driver.declineInverseOffers([second?.id.value ?? ''])),
    rescindInverseOffer: (id) => void rescinded.push(id),
  });
  void driver.run();
  const stream = await master.stream();
  stream.send(subscribedEvent);
  const framework_id = { value: 'f-1' };
  const unavailability = { start: { nanoseconds: 1 } };
  const inverse_offers = ['i1', 'i2'].map((value) => ({
    id: { value },
    framework_id,
    unavailability,
  }));
  const inverse_offer_id = { value: 'i1' };
  stream.send({ type: 'RESCIND_INVERSE_OFFER', rescind_inverse_offer: { inverse_offer_id } });
  stream.send({ type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers } });
  expect(await master.call()).toEqual({
    framework_id,
    type: 'ACCEPT_INVERSE_OFFERS',
    accept_inverse_offers: {
      inverse_offer_ids: [{ value: 'i1' }],
      filters: { refuse_seconds: 60 },
    },
  });
  expect(await master.call()).toEqual({
    framework_id,
    type: 'DECLINE_INVERSE_OFFERS',
    decline_inverse_offers: { inverse_offer_ids: [{ value: 'i2' }] },
  });
  expect(rescinded).toEqual(['i1']);
});

test('the driver acknowledges the end of operations, and not what needs no acknowledgement', async () => {
  const seen: unknown[] = [];
  const driver = makeDriver({
    updateOperation: (it) => void seen.push(it.state),
    rescind: () => driver.revive(),
  });
  void driver.run();
  const stream = await master.stream();
  stream.send(subscribedEvent);
  const update = (state: 'OPERATION_FINISHED' | 'OPERATION_ERROR', uuid?: Uint8Array): void => {
    const id = { operation_id: { value: 'op' }, agent_id: { value: 'a' } };
    const end = { ...id, state, ...(uuid === undefined ? {} : { uuid: { value: uuid } }) };
    stream.send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: { status: end } });
  };
  update('OPERATION_ERROR');
  const uuid = new Uint8Array(16).fill(5);
  update('OPERATION_FINISHED', uuid);
  expect(await master.call()).toMatchObject({
    type: 'ACKNOWLEDGE_OPERATION_STATUS',
    acknowledge_operation_status: {
      agent_id: { value: 'a' },
      operation_id: { value: 'op' },
      uuid,
    },
  });
  expect(seen).toEqual(['OPERATION_ERROR', 'OPERATION_FINISHED']);
  stream.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o' } } });
  expect((await master.call()).type).toBe('REVIVE');
});

test('the driver leaves acknowledging to the framework when told so', async () => {
  const driver = makeDriver(
    { update: (it) => driver.acknowledge(it), offers: () => driver.decline(['o']) },
    { acknowledge: 'manual' },
  );
  void driver.run();
  const stream = await master.stream();
  stream.send(subscribedEvent);
  const { uuid: _, ...unreliable } = status;
  stream.send({ type: 'UPDATE', update: { status: unreliable } });
  stream.send({ type: 'UPDATE', update: { status } });
  stream.send({ type: 'OFFERS', offers: { offers: [] } });
  expect((await master.call()).type).toBe('ACKNOWLEDGE');
  expect((await master.call()).type).toBe('DECLINE');
});

test('the driver waits with the acknowledgement until the handler is done', async () => {
  const gate = Promise.withResolvers<void>();
  const driver = makeDriver({ update: () => gate.promise, rescind: () => driver.revive() });
  void driver.run();
  const stream = await master.stream();
  stream.send(subscribedEvent);
  stream.send({ type: 'UPDATE', update: { status } });
  stream.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o' } } });
  expect((await master.call()).type).toBe('REVIVE');
  gate.resolve();
  expect((await master.call()).type).toBe('ACKNOWLEDGE');
});

test('the driver follows a redirect without a scheme to the leader', async () => {
  const follower = await new ScriptedMaster().start();
  follower.refusals.push({
    status: 307,
    headers: { Location: `//${master.address}/master/api/v1/scheduler` },
  });
  const driver = makeDriver({}, { masters: [follower.address] });
  void driver.run();
  (await master.stream()).send(subscribedEvent);
  expect(master.requests[0]?.url).toBe('/master/api/v1/scheduler');
  follower.stop();
});

test('the driver subscribes again with its id after the stream ends or breaks', async () => {
  const seen: unknown[] = [];
  const again = Promise.withResolvers<void>();
  const driver = makeDriver({
    subscribed: (info) => {
      seen.push(info.again);
      if (info.again) again.resolve();
    },
    disconnected: () => void seen.push('disconnected'),
  });
  void driver.run();
  const first = await master.stream();
  first.send(subscribedEvent);
  first.end();
  const second = await master.stream();
  expect(second.call.framework_id).toEqual({ value: 'f-1' });
  expect(second.call.subscribe?.framework_info.id).toEqual({ value: 'f-1' });
  second.send(subscribedEvent);
  await again.promise;
  second.break();
  await master.stream();
  expect(seen).toEqual([false, 'disconnected', true, 'disconnected']);
});

test('the driver forgives a handler whose call did not get through, and keeps running', async () => {
  const driver = makeDriver({
    offers: () => driver.decline(['o']),
    rescind: () => driver.revive(),
  });
  void driver.run();
  const stream = await master.stream();
  master.refusals.push({ status: 400, body: 'Framework cannot be found' });
  stream.send(subscribedEvent);
  stream.send({ type: 'OFFERS', offers: { offers: [] } });
  const next = await master.stream();
  next.send(subscribedEvent);
  next.send({ type: 'RESCIND', rescind: { offer_id: { value: 'o' } } });
  expect((await master.call()).type).toBe('REVIVE');
});

test('the driver subscribes again when heartbeats stay away', async () => {
  const clock = createFakeClock();
  const subscribed = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<string>();
  const driver = makeDriver(
    { subscribed: () => subscribed.resolve(), disconnected: (reason) => lost.resolve(reason) },
    { clock },
  );
  void driver.run();
  (await master.stream()).send(subscribedEvent);
  await subscribed.promise;
  await clock.advance(75_000);
  expect(await lost.promise).toMatch(/no heartbeat within 75000 ms/);
});

test('the driver tries the next master when one is not ready, and gives up in the end', async () => {
  const clock = createFakeClock();
  master.refusals.push(
    ...Array.from({ length: 20 }, () => ({ status: 503, body: 'No leader elected' })),
  );
  const driver = makeDriver({}, { clock, giveUpAfterMs: 5000 });
  const ended = codeOf(driver.run());
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) await clock.advance(500);
  expect(await ended).toBe('MASTER_GIVEN_UP');
  expect(master.requests.length).toBeGreaterThan(4);
});

test('the driver ends with the words of an ERROR event', async () => {
  const driver = makeDriver();
  const ended = driver.run().catch((error: unknown) => error);
  (await master.stream()).send({ type: 'ERROR', error: { message: 'Framework has been removed' } });
  expect(await ended).toMatchObject({
    code: 'FRAMEWORK_ENDED',
    message: "Cannot run framework 'test': Framework has been removed",
  });
});

test('the driver ends when the subscription is refused', async () => {
  master.refusals.push({ status: 401 });
  expect(await codeOf(makeDriver().run())).toBe('SUBSCRIBE_REFUSED');
});

test('the driver ends with what a handler throws', async () => {
  const bug = new Error('a bug in the framework');
  const driver = makeDriver({
    offers: () => {
      throw bug;
    },
  });
  const ended = codeOf(driver.run());
  const stream = await master.stream();
  stream.send(subscribedEvent);
  stream.send({ type: 'OFFERS', offers: { offers: [] } });
  expect(await ended).toBe(bug);
});

test('calls are refused before the subscription, after close, and by the master', async () => {
  const ready = Promise.withResolvers<void>();
  const driver = makeDriver({ subscribed: () => ready.resolve() });
  expect(await codeOf(driver.revive())).toBe('NOT_SUBSCRIBED');
  void driver.run();
  (await master.stream()).send(subscribedEvent);
  await ready.promise;
  master.refusals.push({ status: 400, body: 'Failed to validate scheduler::Call' });
  await expect(driver.revive()).rejects.toMatchObject({
    code: 'CALL_REFUSED',
    details: { status: 400, said: 'Failed to validate scheduler::Call' },
  });
  driver.close();
  expect(await codeOf(driver.revive())).toBe('DRIVER_CLOSED');
});

test('a call that is redirected makes the driver subscribe at the new leader', async () => {
  const ready = Promise.withResolvers<void>();
  const driver = makeDriver({ subscribed: () => ready.resolve() });
  void driver.run();
  (await master.stream()).send(subscribedEvent);
  await ready.promise;
  master.refusals.push({ status: 307, headers: { Location: '//127.0.0.1:1/x' } });
  expect(await codeOf(driver.revive())).toBe('LEADER_MOVED');
  expect((await master.stream()).call.framework_id).toEqual({ value: 'f-1' });
});

test('teardown ends the driver quietly, also when the stream ends before the answer comes', async () => {
  const ready = Promise.withResolvers<void>();
  const seen: string[] = [];
  const driver = makeDriver({
    subscribed: () => ready.resolve(),
    disconnected: (reason) => void seen.push(reason),
  });
  const running = driver.run();
  const stream = await master.stream();
  stream.send(subscribedEvent);
  await ready.promise;
  master.holdAnswers = true;
  const leaving = driver.teardown();
  expect((await master.call()).type).toBe('TEARDOWN');
  stream.end();
  master.answerHeld();
  await Promise.all([leaving, running]);
  expect(seen).toEqual([]);
  expect(master.requests.map(({ call }) => call.type)).toEqual(['SUBSCRIBE', 'TEARDOWN']);
});

test('calls are sent in the order they are made', async () => {
  const ready = Promise.withResolvers<void>();
  const driver = makeDriver({ subscribed: () => ready.resolve() });
  void driver.run();
  (await master.stream()).send(subscribedEvent);
  await ready.promise;
  const roles = Array.from({ length: 20 }, (_, at) => `r${at}`);
  await Promise.all(roles.map((role) => driver.revive([role])));
  expect(master.requests.slice(1).map((it) => it.call.revive?.roles?.[0])).toEqual(roles);
});
