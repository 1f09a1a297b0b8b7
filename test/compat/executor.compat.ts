/** The recorded lives of frameworks with an executor of their own, seen from both sides. */
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { recordingsOf } from './recording.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import { ExecutorProcess, replayExecutor } from './replay-executor.ts';

/** What master and agent show while the executor runs one task. */
const STATES = 'legacy-executor-json-master-state';

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
  const seen: Found[] = [];
  const [scheduler, executor] = await Promise.all([
    replayStream({
      group,
      name: '00-subscribe',
      translation,
      beforeCall: async (name) => {
        if (group !== 'executor' || name !== '13-shutdown') return;
        for (const path of recordingsOf(STATES, '.request')) {
          const call = path.slice(STATES.length + 1, -'.request'.length);
          seen.push(...(await replayCall({ group: STATES, name: call, translation })));
        }
      },
      unrecordedMessage: { executorId: 'ex-1', agentPort: 5051, data: 'errors' },
    }),
    replayExecutor({ group: `${group}/${side}`, translation, process }),
  ]);
  expectOnlyExceptions(group, [...scheduler, ...executor]);
  if (group === 'executor') expectOnlyExceptions(STATES, seen);
});
