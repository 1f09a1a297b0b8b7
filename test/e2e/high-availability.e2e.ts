/**
 * Three masters on a real ZooKeeper: one leads and the others point to it; when it dies or stands still another one
 * takes over with the whole registry, agents and frameworks find it, tasks run on, and nobody leads beside it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger, monotonicClock } from '@stoke/kit';
import { Daemon, skipBecause, waitFor, whyNoZooKeeper, ZooKeeperEnsemble } from '@stoke/testing';
import { parseZooKeeperAddress, ZooKeeperSession } from '@stoke/zookeeper';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';

const missing = whyNoZooKeeper();
const boundMs = 60_000;

describe('masters with --zk', skipBecause(missing), () => {
  const ensemble = new ZooKeeperEnsemble();
  const root = mkdtempSync(join(tmpdir(), 'stoke-ha-'));
  const masters: Daemon[] = [];
  let agent: Daemon;
  let tasks: TaskRunner;

  beforeAll(async () => {
    await ensemble.start();
    const zk = `zk://${ensemble.hosts}/mesos`;
    for (const index of [0, 1, 2]) {
      masters.push(
        new Daemon({
          kind: 'master',
          workDir: join(root, `master-${index}`),
          flags: [`--zk=${zk}`, '--zk_session_timeout=4secs', '--allocation_interval=100ms'],
        }),
      );
    }
    await Promise.all(masters.map((master) => master.start()));
    agent = new Daemon({
      kind: 'agent',
      workDir: join(root, 'agent'),
      flags: [`--master=${zk}`, '--zk_session_timeout=4secs', '--resources=cpus:2;mem:1024'],
    });
    await agent.start();
    await agentIsBack(await leader());
    tasks = new TaskRunner(
      'ha',
      masters.map(({ url }) => url),
    );
  });

  afterAll(async () => {
    await tasks?.end();
    await agent?.signal('SIGUSR1');
    for (const master of masters) await master.signal('SIGCONT');
    await Promise.all(masters.map((master) => master.signal('SIGTERM')));
    await ensemble.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function leads({ url }: Daemon): Promise<boolean> {
    const options = { redirect: 'manual', signal: AbortSignal.timeout(1_000) } as const;
    return (await fetch(`${url}/state`, options).catch(() => undefined))?.status === 200;
  }

  async function leaders(): Promise<Daemon[]> {
    const answers = await Promise.all(masters.map(leads));
    return masters.filter((_, index) => answers[index]);
  }

  /** The only one. Two answers of different moments prove nothing: then all are asked again, at once. */
  async function leader(): Promise<Daemon> {
    const look = async (): Promise<Daemon[] | undefined> => {
      const found = await leaders();
      if (found.length > 1) return leaders();
      return found.length === 1 ? found : undefined;
    };
    const found = await waitFor(look, { what: 'a leader', timeoutMs: boundMs });
    // Not where exceptions mean "not yet".
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0] ?? leader();
  }

  async function call(master: Daemon, body: unknown): Promise<unknown> {
    const answer = await fetch(`${master.url}/api/v1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async function agentIsBack(master: Daemon): Promise<string> {
    return waitFor(
      async () => {
        const state = (await (await fetch(`${master.url}/state`)).json()) as {
          slaves: { id: string; active: boolean }[];
        };
        return state.slaves.find(({ active }) => active)?.id;
      },
      { what: 'the agent to be back', timeoutMs: boundMs },
    );
  }

  function openSession(): ZooKeeperSession {
    return new ZooKeeperSession({
      address: parseZooKeeperAddress(`zk://${ensemble.hosts}/`),
      timeoutMs: 10_000,
      clock: monotonicClock,
      random: Math.random,
      log: createSilentLogger(),
      onEnded: () => undefined,
    });
  }

  async function weightOf(master: Daemon): Promise<unknown> {
    const answer = (await call(master, { type: 'GET_WEIGHTS' })) as {
      get_weights: { weight_infos?: unknown };
    };
    return answer.get_weights.weight_infos;
  }

  test('those who do not lead point to the one that does', async () => {
    const first = await leader();
    for (const master of masters.filter((one) => one !== first)) {
      const answer = await fetch(`${master.url}/state`, { redirect: 'manual' });
      expect(answer.status).toBe(307);
      expect(answer.headers.get('location')).toBe(`${first.url.replace('http:', '')}/master/state`);
    }
  });

  test('a candidate whose node somebody removes stands again', async () => {
    const session = openSession();
    const first = await leader();
    const nodesOf = async ({ url }: Daemon): Promise<string[]> => {
      const names = await session.children('/mesos');
      const nodes = names.filter((name) => name.startsWith('json.info_'));
      const read = nodes.map(async (name) => {
        const { data } = await session.get(`/mesos/${name}`);
        const { port } = JSON.parse(data.toString()) as { port: number };
        return port === Number(new URL(url).port) ? [`/mesos/${name}`] : [];
      });
      return (await Promise.all(read)).flat();
    };
    for (const master of masters.filter((one) => one !== first)) {
      const [old = ''] = await nodesOf(master);
      await session.remove(old);
      const [fresh] = await waitFor(
        async () => {
          const found = await nodesOf(master);
          return found.length > 0 && found;
        },
        { what: 'the candidate to be back' },
      );
      expect(fresh).not.toBe(old);
    }
    expect(await leaders()).toEqual([first]);
    const [own = ''] = await nodesOf(first);
    await session.remove(own);
    await waitFor(() => first.log().includes('somebody removed its node'), {
      what: 'the leader to end',
    });
    expect(await leader()).not.toBe(first);
    await first.start();
    await session.close();
  });

  test('kill -9 of the leader: another one has its registry, agent and task', async () => {
    const first = await leader();
    const agentId = await agentIsBack(first);
    await call(first, {
      type: 'UPDATE_WEIGHTS',
      update_weights: { weight_infos: [{ role: 'heavy', weight: 3 }] },
    });
    await tasks.launch([{ id: 'lasting', command: 'exec sleep 1000000' }]);
    await tasks.seen('lasting', 'TASK_RUNNING');
    await first.signal('SIGKILL');
    const second = await leader();
    expect(second).not.toBe(first);
    expect(await agentIsBack(second)).toBe(agentId);
    expect(await weightOf(second)).toEqual([{ role: 'heavy', weight: 3 }]);
    await waitFor(() => tasks.launch([{ id: 'short', command: 'exit 3' }]).then(() => true), {
      what: 'the framework to be back',
    });
    expect((await tasks.seen('short', 'TASK_FINISHED', 'TASK_FAILED')).state).toBe('TASK_FAILED');
    expect(tasks.updates.filter(({ task_id }) => task_id.value === 'lasting').at(-1)?.state).toBe(
      'TASK_RUNNING',
    );
    await first.start();
  });

  test('a leader that stood still does not lead when it wakes up', async () => {
    const first = await leader();
    await first.signal('SIGSTOP');
    const second = await leader();
    expect(second).not.toBe(first);
    await call(second, {
      type: 'UPDATE_WEIGHTS',
      update_weights: { weight_infos: [{ role: 'heavy', weight: 4 }] },
    });
    await first.signal('SIGCONT');
    // It ends, so that whoever looks after it starts it again: `Cannot go on leading` is its last word.
    await waitFor(() => first.log().includes('Cannot go on leading'), {
      what: 'the former leader to end',
    });
    expect(await leaders()).toEqual([second]);
    expect(await weightOf(second)).toEqual([{ role: 'heavy', weight: 4 }]);
    await first.start();
  });

  test('the cluster goes on when servers of ZooKeeper die, as long as most live', async () => {
    const before = await leader();
    const dead = await ensemble.leader();
    await ensemble.kill(dead);
    // The leader may go on, or end when it is cut off for too long: then another one takes over.
    const after = await waitFor(
      async () => {
        const master = await leader();
        await call(master, {
          type: 'UPDATE_WEIGHTS',
          update_weights: { weight_infos: [{ role: 'heavy', weight: 5 }] },
        });
        return master;
      },
      { what: 'a leader in spite of it', timeoutMs: boundMs },
    );
    expect(await weightOf(after)).toEqual([{ role: 'heavy', weight: 5 }]);
    if (after !== before) await before.start();
    ensemble.launch(dead);
    await ensemble.awaitServing(dead);
    await waitFor(() => tasks.kill('lasting').then(() => true), { what: 'the kill to be taken' });
    await tasks.seen('lasting', 'TASK_KILLED');
  });
});
