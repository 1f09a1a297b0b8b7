/** The recorded offer operations: reservations and volumes made, used, resized and undone, in both forms. */
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayStream } from './replay.ts';
import { compareSandbox } from './sandbox.ts';

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('operations-reserve-create sees the same, statuses and sandbox included', async () => {
  const group = 'operations-reserve-create';
  const translation = cluster.translation();
  const found = await replayStream({
    group,
    name: '00-subscribe',
    translation,
    comparesOffers: true,
  });
  const agentUrl = cluster.agents[0]?.url ?? '';
  found.push(...(await compareSandbox({ group, executorId: 'vol-task', agentUrl, translation })));
  expectOnlyExceptions(group, found);
});

test('operations-reserve-create-old sees the same in the old form', async () => {
  const group = 'operations-reserve-create-old';
  const translation = cluster.translation();
  expectOnlyExceptions(
    group,
    await replayStream({ group, name: '00-subscribe', translation, comparesOffers: true }),
  );
});
