/** The event stream of the operator API while two frameworks live and end; and TEARDOWN as a scheduler sees it. */
import { waitFor } from '@stoke/testing';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { startNewFramework, startOldFramework } from './legacy-frameworks.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { replayStream } from './replay.ts';
import type { Found } from './replay-call.ts';
import { OperatorReplay } from './replay-operator.ts';

const cluster = new CompatCluster();

beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('operator-subscribe: subscribers hear of frameworks and tasks', async () => {
  const translation = cluster.translation();
  const streams = ['json', 'pb'].map(
    (name) => new OperatorReplay(`operator-subscribe/${name}`, translation),
  );
  const master = new URL(cluster.master.url).host;
  const life = startNewFramework(master, translation.port(5051));
  const old = startOldFramework(master, translation.port(5052));
  await life.until('tasks of the new framework', (states) => {
    const ended = ['life-fin', 'life-fail'].map((id) => states.get(id) ?? '');
    const done = ended.every((state) => ['TASK_FINISHED', 'TASK_FAILED'].includes(state));
    return done && states.get('life-run') === 'TASK_RUNNING';
  });
  await old.until('the old task', (states) => states.get('life-old') === 'TASK_RUNNING');
  await life.driver.kill({ taskId: 'life-run', agentId: life.agentId() });
  await life.until('the kill', (states) => states.get('life-run') === 'TASK_KILLED');
  for (const framework of [old, life]) {
    await framework.driver.teardown();
    await framework.ended;
  }
  const found = await Promise.all(streams.map((stream) => stream.compare()));
  await Promise.all(streams.map((stream) => stream.close()));
  expectOnlyExceptions('operator-subscribe', found.flat());
});

test('operator-teardown: the stream of the scheduler ends', async () => {
  const group = 'operator-teardown';
  const single = new CompatCluster();
  await single.start({ ports: [5051] });
  const translation = single.translation();
  let teardown: Promise<Found[]> | undefined;
  const tearDown = async (): Promise<Found[]> => {
    const offered = async (): Promise<boolean> => {
      const { slaves } = (await (await fetch(`${single.master.url}/slaves`)).json()) as {
        readonly slaves: readonly { readonly offered_resources: { readonly cpus: number } }[];
      };
      return slaves.some((slave) => slave.offered_resources.cpus > 0);
    };
    await waitFor(offered, { what: 'an offer', intervalMs: 20 });
    return await replayOperatorCall({ group, name: 'teardown-json', translation });
  };
  const stream = await replayStream({
    group,
    name: '00-subscribe',
    translation,
    onSubscribed: () => {
      teardown = tearDown();
    },
  });
  const found = [...stream, ...((await teardown) ?? [])];
  await single.stop();
  expectOnlyExceptions(group, found);
});
