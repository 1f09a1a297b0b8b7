/** Two masters that found each other in ZooKeeper: what the one that does not lead answers, and what stands there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger, monotonicClock } from '@stoke/kit';
import { Daemon, skipBecause, waitFor, whyNoZooKeeper, ZooKeeperEnsemble } from '@stoke/testing';
import { parseZooKeeperAddress, ZooKeeperSession } from '@stoke/zookeeper';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectOnlyExceptions } from './exceptions.ts';
import { recordingsOf } from './recording.ts';
import { type Found, replayCall } from './replay-call.ts';
import { Translation } from './translation.ts';

const group = 'non-leading-master';
const recordedPorts = [5050, 5060];
const missing = whyNoZooKeeper();

describe(group, skipBecause(missing), () => {
  const ensemble = new ZooKeeperEnsemble();
  const root = mkdtempSync(join(tmpdir(), 'stoke-compat-'));
  const masters: Daemon[] = [];

  beforeAll(async () => {
    await ensemble.start(1);
    for (const index of [0, 1]) {
      const master = new Daemon({
        kind: 'master',
        workDir: join(root, String(index)),
        flags: [
          '--hostname=localhost',
          '--cluster=golden',
          `--zk=zk://${ensemble.hosts}/mesos`,
          `--log_dir=${join(root, `log-${index}`)}`,
        ],
      });
      masters.push(master);
      await master.start();
      await waitFor(async () => (await leaderOf(master)) === masters[0]?.url, {
        what: 'the first master to lead',
      });
    }
  });
  afterAll(async () => {
    await Promise.all(masters.map((master) => master.signal('SIGTERM')));
    await ensemble.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** Where `/redirect` leads, once the leader itself serves. */
  async function leaderOf({ url }: Daemon): Promise<string> {
    const answer = await fetch(`${url}/redirect`, { redirect: 'manual' });
    const leader = `http:${answer.headers.get('location')}`.replace('localhost', '127.0.0.1');
    const state = await fetch(`${leader}/state`, { redirect: 'manual' });
    return state.status === 200 ? leader : '';
  }

  function translation(): Translation {
    const made = new Translation();
    for (const [index, master] of masters.entries()) {
      made.learnPort(recordedPorts[index] ?? 0, Number(new URL(master.url).port));
    }
    return made;
  }

  const later = ['after-leader-death-1s', 'new-leader-state'];
  const found: Found[] = [];

  test('both masters answer the same as long as the first one leads', async () => {
    const names = recordingsOf(group, '.request')
      .map((path) => path.slice(group.length + 1, -'.request'.length))
      .filter((name) => !later.includes(name));
    for (const name of names) {
      found.push(...(await replayCall({ group, name, translation: translation() })));
    }
  });

  test('the nodes of the candidates are those of Mesos', async () => {
    const session = new ZooKeeperSession({
      address: parseZooKeeperAddress(`zk://${ensemble.hosts}/mesos`),
      timeoutMs: 10_000,
      clock: monotonicClock,
      random: Math.random,
      log: createSilentLogger(),
      onEnded: () => undefined,
    });
    const children = (await session.children('/mesos')).sort();
    expect(children.map((name) => name.replace(/\d{10}$/, 'N'))).toEqual([
      'json.info_N',
      'json.info_N',
      'log_replicas',
    ]);
    const { data } = await session.get(`/mesos/${children[0]}`);
    const port = Number(new URL(masters[0]?.url ?? '').port);
    expect(JSON.parse(data.toString())).toEqual({
      address: { hostname: 'localhost', ip: '127.0.0.1', port },
      capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }],
      hostname: 'localhost',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ip: 16_777_343,
      pid: `master@127.0.0.1:${port}`,
      port,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    await session.close();
  });

  test('the other master sends clients to the dead leader for a while, then takes over', async () => {
    const [first, second] = masters;
    if (first === undefined || second === undefined) throw new Error('two masters');
    const ports = translation();
    await first.signal('SIGKILL');
    const [early, late] = later;
    found.push(...(await replayCall({ group, name: early ?? '', translation: ports })));
    await waitFor(async () => (await leaderOf(second)) === second.url, {
      what: 'the second master to lead',
      timeoutMs: 60_000,
    });
    found.push(...(await replayCall({ group, name: late ?? '', translation: ports })));
    expectOnlyExceptions(group, found);
  });
});
