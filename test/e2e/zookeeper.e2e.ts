/** Sessions with a real ensemble: nodes, transactions, watches, servers that die or stand still, sessions that end. */
import { createSilentLogger, monotonicClock } from '@stoke/kit';
import { skipBecause, waitFor, whyNoZooKeeper, ZooKeeperEnsemble } from '@stoke/testing';
import {
  LeaderWatch,
  MasterDetector,
  makePath,
  parseZooKeeperAddress,
  type SessionOptions,
  stand,
  ZooKeeperSession,
} from '@stoke/zookeeper';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const missing = whyNoZooKeeper();

const open = { data: new Uint8Array(), acl: [{ permissions: 31, scheme: 'world', id: 'anyone' }] };

describe('a session with ZooKeeper', skipBecause(missing), () => {
  const ensemble = new ZooKeeperEnsemble();
  const sessions: ZooKeeperSession[] = [];

  beforeAll(() => ensemble.start());
  afterAll(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await ensemble.stop();
  });

  function openSession(more: Partial<SessionOptions> = {}, login = ''): ZooKeeperSession {
    const session = new ZooKeeperSession({
      address: parseZooKeeperAddress(`zk://${login}${ensemble.hosts}/`),
      timeoutMs: 6_000,
      clock: monotonicClock,
      random: Math.random,
      log: createSilentLogger(),
      onEnded: () => undefined,
      ...more,
    });
    sessions.push(session);
    return session;
  }

  test('it makes, reads and removes nodes, and names what it may not', async () => {
    const session = openSession();
    expect(await session.create({ ...open, path: '/a', data: Buffer.from('text') })).toBe('/a');
    expect((await session.get('/a')).data.toString()).toBe('text');
    await expect(session.create({ ...open, path: '/a' })).rejects.toMatchObject({
      code: 'ZK_NODE_EXISTS',
    });
    const names = await Promise.all(
      [1, 2].map(() => session.create({ ...open, path: '/a/s-', sequential: true })),
    );
    expect(names).toEqual(['/a/s-0000000000', '/a/s-0000000001']);
    expect((await session.children('/a')).sort()).toEqual(['s-0000000000', 's-0000000001']);
    await session.remove('/a/s-0000000000');
    await expect(session.get('/none')).rejects.toMatchObject({ code: 'ZK_NO_NODE' });
    expect(await session.exists('/none')).toBe(false);
  });

  test('a transaction happens as a whole or not at all', async () => {
    const session = openSession();
    await session.create({ ...open, path: '/t' });
    await session.transact([
      { type: 'check', path: '/t' },
      { type: 'create', path: '/t/1', ...open },
      { type: 'set', path: '/t', data: Buffer.from('new') },
    ]);
    expect((await session.get('/t')).data.toString()).toBe('new');
    await expect(
      session.transact([
        { type: 'remove', path: '/t/1' },
        { type: 'create', path: '/t', ...open },
      ]),
    ).rejects.toMatchObject({ code: 'ZK_NODE_EXISTS' });
    expect(await session.children('/t')).toEqual(['1']);
  });

  test('a login keeps others from writing', async () => {
    const owner = openSession({}, 'user:secret@');
    await makePath({ session: owner, path: '/own', secured: true, clock: monotonicClock }, '/own');
    const other = openSession();
    expect((await other.get('/own')).data.length).toBe(0);
    await expect(other.create({ ...open, path: '/own/x' })).rejects.toMatchObject({
      code: 'ZK_NO_AUTH',
    });
    await owner.create({ ...open, path: '/own/x' });
  });

  test('the next candidate leads when the first one goes, and those who watch are told', async () => {
    const leaders: (string | undefined)[] = [];
    const candidates = [openSession(), openSession()].map((session) => ({
      session,
      path: '/mesos',
      secured: false,
      clock: monotonicClock,
    }));
    const [first, second] = candidates;
    if (first === undefined || second === undefined) throw new Error('two candidates');
    const info = (port: number): Buffer =>
      Buffer.from(JSON.stringify({ id: 'x', ip: 16_777_343, port, hostname: 'localhost' }));
    const detector = new MasterDetector({
      address: parseZooKeeperAddress(`zk://${ensemble.hosts}/mesos`),
      timeoutMs: 6_000,
      log: createSilentLogger(),
      onMaster: (address) => leaders.push(address),
    });
    await waitFor(() => leaders.length === 1, { what: 'nobody to lead' });
    await stand(first, info(5050));
    await stand(second, info(5051));
    await waitFor(() => leaders.at(-1) === '127.0.0.1:5050', { what: 'the first to lead' });
    await first.session.close();
    await waitFor(() => leaders.at(-1) === '127.0.0.1:5051', { what: 'the second to lead' });
    expect(leaders).toEqual([undefined, '127.0.0.1:5050', '127.0.0.1:5051']);
    await detector.close();
  });

  test('it lives through the death of the server it talks to', async () => {
    let ended = '';
    const session = openSession({
      onEnded: (reason) => {
        ended = reason;
      },
    });
    await session.create({ ...open, path: '/lives', ephemeral: true });
    for (const index of [0, 1, 2]) {
      await ensemble.kill(index);
      await waitFor(() => session.exists('/lives'), {
        what: 'an answer from the others',
        timeoutMs: 30_000,
      });
      ensemble.launch(index);
      await ensemble.awaitServing(index);
    }
    expect(ended).toBe('');
    expect(await session.exists('/lives')).toBe(true);
  });

  test('it ends by itself when nothing is heard, before its nodes are gone', async () => {
    const reasons: string[] = [];
    const session = openSession({
      timeoutMs: 1_500,
      onEnded: (reason) => reasons.push(reason),
    });
    await session.create({ ...open, path: '/gone', ephemeral: true });
    for (const index of [0, 1, 2]) await ensemble.kill(index, 'SIGSTOP');
    await waitFor(() => reasons.length === 1, { what: 'the end of the session' });
    expect(reasons).toEqual(['nothing was heard in time']);
    await expect(session.get('/gone')).rejects.toMatchObject({ code: 'ZK_SESSION_ENDED' });
    for (const index of [0, 1, 2]) await ensemble.kill(index, 'SIGCONT');
    const other = openSession();
    await waitFor(async () => !(await other.exists('/gone')), {
      what: 'its node to go',
      timeoutMs: 30_000,
    });
  });

  test('a watch of the leader goes on over lost connections', async () => {
    const session = openSession({ timeoutMs: 20_000 });
    const seen: (string | undefined)[] = [];
    await session.create({ ...open, path: '/group' });
    const watch = new LeaderWatch({
      session,
      path: '/group',
      clock: monotonicClock,
      log: createSilentLogger(),
      onLeader: (leader) => seen.push(leader?.data.toString()),
    });
    await waitFor(() => seen.length === 1, { what: 'nobody to lead' });
    await ensemble.kill(await ensemble.leader());
    const other = openSession({ timeoutMs: 20_000 });
    const candidate = { session: other, path: '/group', secured: false, clock: monotonicClock };
    await stand(candidate, Buffer.from('me'));
    await waitFor(() => seen.at(-1) === 'me', { what: 'the new leader', timeoutMs: 30_000 });
    expect(seen).toEqual([undefined, 'me']);
    watch.close();
  });
});
