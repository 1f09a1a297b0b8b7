/**
 * What frameworks live through, from the first offer to the end of the last task, on a real master and real agents:
 * the order of events, the answers to calls, and what must not happen.
 */
import type { Offer, Resource } from '@stoke/protocol';
import { waitFor } from '@stoke/testing';
import { expect, test } from 'vitest';
import {
  amountIn,
  modernFramework,
  RawFramework,
  scalar,
  taskFor,
  wholeAgent,
} from './support/raw-framework.ts';
import { startTimeline } from './support/timeline-cluster.ts';

const boundMs = 30_000;

test('timeline 1: from SUBSCRIBED to an acknowledged end, also when acknowledgements are withheld', async () => {
  const { newFramework } = await startTimeline();
  const framework = await newFramework().subscribe();
  const offer = await framework.offer('of the whole agent', wholeAgent);
  expect(framework.types().slice(0, 3)).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'OFFERS']);
  const command = { value: 'sleep 0.2' };
  const withheld = taskFor(offer, 'withheld', { command });
  expect(await framework.launch(offer, [taskFor(offer, 'happy', { command }), withheld])).toEqual({
    status: 202,
    text: '',
  });

  const starting = await framework.status('happy', 'TASK_STARTING');
  expect(starting.uuid).toHaveLength(16);
  await framework.acknowledge(starting);
  const running = await framework.status('happy', 'TASK_RUNNING');
  expect(running.container_status).toBeDefined();
  expect(running.uuid).not.toEqual(starting.uuid);
  await framework.acknowledge(running);
  await framework.acknowledge(await framework.status('happy', 'TASK_FINISHED'));

  // Offers come in parts, as parts become free.
  const offered = (): number =>
    framework
      .offers()
      .slice(1)
      .reduce((sum, one) => sum + amountIn(one, 'cpus'), 0);
  const all = () => offered() > 4 - 1e-6;
  await waitFor(all, { what: 'all resources to be offered again', timeoutMs: boundMs });
  expect(new Set(framework.states('withheld'))).toEqual(new Set(['TASK_STARTING']));
  const repeated = () => framework.statuses('withheld').length > 1;
  await waitFor(repeated, { what: 'STARTING to be sent again', timeoutMs: boundMs });
  const [first, second] = framework.statuses('withheld');
  expect(second?.uuid).toEqual(first?.uuid);
  await framework.reach('withheld', 'TASK_FINISHED');
  const later = framework.states('withheld').filter((state) => state !== 'TASK_STARTING');
  expect(later).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
  expect(framework.states('happy')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
});

test('timeline 2: a scheduler that crashes comes back within its failover timeout, or never', async () => {
  const { cluster, newFramework } = await startTimeline();
  const first = await newFramework().subscribe();
  const offer = await first.offer('for a task');
  await first.launch(offer, [taskFor(offer, 't')]);
  const unacknowledged = await first.status('t', 'TASK_STARTING');
  first.drop();
  const refused = async () => {
    const { status } = await first.call({ type: 'REVIVE', revive: {} });
    return status === 403;
  };
  await waitFor(refused, { what: 'calls without a stream to be refused' });

  const id = { value: first.id };
  const second = await newFramework().subscribe(modernFramework({ id }));
  expect(second.id).toBe(first.id);
  expect((await second.status('t', 'TASK_STARTING')).uuid).toEqual(unacknowledged.uuid);
  await second.reach('t', 'TASK_RUNNING');
  const fresh = await second.offer('after the failover');
  expect(fresh.id).not.toEqual(offer.id);
  const old = await second.launch(offer, [taskFor(offer, 'on-old-offer')]);
  expect(old.status).toBe(202);
  expect((await second.status('on-old-offer', () => true)).reason).toBe('REASON_INVALID_OFFERS');

  const short = modernFramework({ failover_timeout: 0.2, name: 'short' });
  const brief = await newFramework().subscribe(short);
  brief.drop();
  const removed = async () => {
    const late = new RawFramework(cluster.master.url);
    await late.subscribe({ ...short, id: { value: brief.id } });
    late.drop();
    return late.events[0]?.error?.message === 'Framework has been removed';
  };
  await waitFor(removed, { what: 'the id to be refused for good', intervalMs: 500 });
});

test('timeline 3: of two schedulers with one id the later one wins', async () => {
  const { newFramework } = await startTimeline();
  const first = await newFramework().subscribe();
  const second = await newFramework().subscribe(modernFramework({ id: { value: first.id } }));
  await waitFor(() => first.ended, { what: 'the end of the first stream' });
  expect(first.events.at(-1)).toEqual({
    type: 'ERROR',
    error: { message: 'Framework failed over' },
  });
  const late = await first.call({ type: 'REVIVE', revive: {} });
  expect(late.status).toBe(400);
  expect(late.text).toContain("didn't match the stream ID");
  expect((await second.call({ type: 'REVIVE', revive: {} })).status).toBe(202);
  expect(second.ended).toBe(false);
});

test('timeline 8: RESERVE, CREATE and LAUNCH in one ACCEPT; the volume outlives its task', async () => {
  const { newFramework } = await startTimeline();
  const framework = await newFramework().subscribe();
  const offer = await framework.offer('of the whole agent', wholeAgent);
  const reserve = (one: Resource): Resource => ({
    ...one,
    reservations: [{ type: 'DYNAMIC', role: 'e2e' }],
  });
  const [cpus, mem, disk] = [scalar('cpus', 1), scalar('mem', 64), scalar('disk', 128)].map(
    reserve,
  );
  if (cpus === undefined || mem === undefined || disk === undefined)
    throw new Error('three of them');
  const volume: Resource = {
    ...disk,
    disk: { persistence: { id: 'v' }, volume: { container_path: 'data', mode: 'RW' } },
  };
  const task = taskFor(offer, 'writer', {
    resources: [cpus, mem, volume],
    command: { value: 'echo kept > data/file' },
  });
  await framework.accept(offer, [
    { type: 'RESERVE', reserve: { resources: [cpus, mem, disk] } },
    { type: 'CREATE', create: { volumes: [volume] } },
    { type: 'LAUNCH', launch: { task_infos: [task] } },
  ]);
  const rest = await framework.offer('of what is left', (one) => amountIn(one, 'cpus') === 3);
  expect(amountIn(rest, 'disk')).toBe(1024 - 128);
  await framework.decline(rest, 0);
  await framework.reach('writer', 'TASK_FINISHED');

  const hasVolume = (one: Offer): boolean =>
    (one.resources ?? []).some((resource) => resource.disk?.persistence?.id === 'v');
  const withVolume = await framework.offer('with the volume', hasVolume);
  const reserved = (withVolume.resources ?? []).filter(({ reservations }) => reservations?.length);
  expect(reserved.map(({ name }) => name).sort()).toEqual(['cpus', 'disk', 'mem']);
  const reader = taskFor(withVolume, 'reader', {
    resources: [cpus, mem, volume],
    command: { value: 'grep kept data/file' },
  });
  await framework.launch(withVolume, [reader]);
  await framework.reach('reader', 'TASK_FINISHED');
  const isWhole = (one: Offer): boolean => hasVolume(one) && wholeAgent(one);
  // What was left beside the tasks may be offered by itself: given back, it comes together with the rest.
  const last = await waitFor(
    async () => {
      const open = framework.offers().filter((one) => one !== withVolume);
      const whole = open.find(isWhole);
      if (whole === undefined) for (const part of open) await framework.decline(part, 0);
      return whole;
    },
    { what: 'an offer of all, with the volume', timeoutMs: 30_000 },
  );
  await framework.accept(last, [
    { type: 'DESTROY', destroy: { volumes: [volume] } },
    { type: 'UNRESERVE', unreserve: { resources: [cpus, mem, disk] } },
  ]);
  const isPlain = (one: Offer): boolean =>
    wholeAgent(one) && (one.resources ?? []).every(({ reservations }) => !reservations?.length);
  const back = await framework.offer('without reservations', isPlain, 1);
  expect(amountIn(back, 'disk')).toBe(1024);
});

test('timeline 9: a filter hides what was declined, and less, but not more', async () => {
  const { newFramework } = await startTimeline();
  const framework = await newFramework().subscribe();
  const offer = await framework.offer('of the whole agent', wholeAgent);
  await framework.launch(offer, [
    taskFor(offer, 'one', { resources: [scalar('cpus', 1), scalar('mem', 32)] }),
  ]);
  await framework.reach('one', 'TASK_RUNNING');
  const rest = await framework.offer('of the rest', (one) => amountIn(one, 'cpus') === 3);
  await framework.decline(rest, 3600);
  const seen = framework.offers().length;
  // Filtered: a second framework is offered the same many times meanwhile.
  const other = await newFramework().subscribe(
    modernFramework({ name: 'other', roles: ['other'] }),
  );
  for (let times = 0; times < 5; times += 1) {
    const shown = await other.offer('to somebody else', () => true, times);
    await other.decline(shown, 0);
  }
  expect(framework.offers().length).toBe(seen);
  other.drop();
  await other.teardown();
  await framework.call({ type: 'KILL', kill: { task_id: { value: 'one' } } });
  await framework.reach('one', 'TASK_KILLED');
  const more = await framework.offer('of more than was declined', wholeAgent, seen);
  expect(amountIn(more, 'cpus')).toBe(4);
});

test('timeline 10: KILL of one task of a group ends the group, not its executor', async () => {
  const { newFramework } = await startTimeline();
  const framework = await newFramework().subscribe();
  const resources = [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 10)];
  const launchGroup = async (offer: Offer, ids: readonly string[]): Promise<void> => {
    const tasks = ids.map((id) => taskFor(offer, id, { resources }));
    const executor = {
      type: 'DEFAULT',
      executor_id: { value: 'group' },
      framework_id: { value: framework.id },
      resources,
    } as const;
    const launch_group = { executor, task_group: { tasks } };
    await framework.accept(offer, [{ type: 'LAUNCH_GROUP', launch_group }]);
    for (const id of ids) await framework.reach(id, 'TASK_RUNNING');
  };
  const first = await framework.offer('for a group');
  await launchGroup(first, ['a', 'b']);
  const count = framework.offers().length;
  const second = await framework.offer('for another group', () => true, Math.max(1, count - 1));
  await launchGroup(second, ['c']);
  await framework.call({ type: 'KILL', kill: { task_id: { value: 'a' } } });
  await framework.reach('a', 'TASK_KILLED');
  await framework.reach('b', 'TASK_KILLED');
  expect(framework.states('c')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
  expect(framework.types()).not.toContain('FAILURE');
  await framework.call({ type: 'KILL', kill: { task_id: { value: 'c' } } });
  await framework.reach('c', 'TASK_KILLED');
});
