import { type Clock, createSilentLogger, monotonicClock } from '@stoke/kit';
import { afterEach, expect, test } from 'vitest';
import { stand } from './election.ts';
import { JuteWriter } from './jute.ts';
import { nodeAnswer, type Script, ScriptedServer } from './scripted-server.ts';
import { ZooKeeperSession } from './session.ts';

const own = Buffer.from('00000000000000aa', 'hex');
const former = Buffer.from('00000000000000bb', 'hex');
const candidates = new JuteWriter().int(1).text('json.info_0000000007');
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function openSession(
  answer: Script['answer'],
  clock: Clock = monotonicClock,
): Promise<ZooKeeperSession> {
  const server = new ScriptedServer({ timeoutMs: 10_000, sessionId: own, answer });
  const session = new ZooKeeperSession({
    address: await server.start(),
    timeoutMs: 10_000,
    clock,
    random: () => 0,
    log: createSilentLogger(),
    onEnded: () => undefined,
  });
  closers.push(() => {
    server.close();
    void session.close();
  });
  return session;
}

test('ZooKeeperSession takes no answer for that to another request', async () => {
  const session = await openSession(({ xid }) => ({ xid: xid + 1, body: nodeAnswer('x', own) }));
  await expect(session.get('/a')).rejects.toMatchObject({
    code: 'ZK_CONNECTION_LOST',
    message: expect.stringContaining('expected 1'),
  });
});

test('ZooKeeperSession knows by the clock that it is over, before a timer runs', async () => {
  let nowMs = 1_000;
  const clock: Clock = { now: () => nowMs, setTimer: () => ({ cancel: () => undefined }) };
  const session = await openSession(() => ({ body: nodeAnswer('x', own) }), clock);
  await session.get('/a');
  nowMs += 9_999;
  expect(session.isAlive).toBe(true);
  nowMs += 1;
  expect(session.isAlive).toBe(false);
});

/** Where a candidate stands when there is a node of `owner` with its very data. */
async function standBeside(owner: Buffer): Promise<string> {
  const session = await openSession(({ type }) => {
    if (type === 'children') return { body: candidates };
    if (type === 'get') return { body: nodeAnswer('me', owner) };
    return { body: new JuteWriter().text('/mesos/json.info_0000000008') };
  });
  const election = { session, path: '/mesos', secured: false, clock: monotonicClock };
  return stand(election, Buffer.from('me'));
}

test('stand() takes the node of its session, and none of a former one that will go', async () => {
  expect(await standBeside(own)).toBe('/mesos/json.info_0000000007');
  expect(await standBeside(former)).toBe('/mesos/json.info_0000000008');
});
