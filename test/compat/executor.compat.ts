/** The recorded lives of frameworks with an executor of their own, seen from both sides. */
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayStream } from './replay.ts';
import { ExecutorProcess, replayExecutor } from './replay-executor.ts';

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test.each([
  ['executor', 'executor-side-json'],
  ['executor-pb', 'executor-side-pb'],
])('%s: framework and executor see the same', async (group, side) => {
  const translation = cluster.translation();
  const process = new ExecutorProcess(cluster.root);
  process.learn(translation);
  const [scheduler, executor] = await Promise.all([
    replayStream({
      group,
      name: '00-subscribe',
      translation,
      unrecordedMessage: { executorId: 'ex-1', agentPort: 5051, data: 'errors' },
    }),
    replayExecutor({ group: `${group}/${side}`, translation, process }),
  ]);
  expectOnlyExceptions(group, [...scheduler, ...executor]);
});
