/** The recorded lives of task groups: on the default executor, and on one of the framework's own. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorGroup } from './operator-calls.ts';
import { replayStream } from './replay.ts';
import type { Found } from './replay-call.ts';
import { ExecutorProcess, replayExecutor } from './replay-executor.ts';

describe('a group on the default executor', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.stop());

  test('launch-group and agent-v1-during-group: framework and agent see the same', async () => {
    const group = 'launch-group';
    const translation = cluster.translation();
    const seen: Found[] = [];
    const run = async (): Promise<void> => {
      seen.push(...(await replayOperatorGroup('agent-v1-during-group', translation)));
    };
    // The first group runs, and nothing of it has ended.
    const meanwhile = [{ atSeconds: 0.982, run }];
    const options = { group, name: '00-subscribe', translation, gathersOffers: true, meanwhile };
    expectOnlyExceptions(group, await replayStream(options));
    expectOnlyExceptions('agent-v1-during-group', seen);
  });
});

describe('a group on a custom executor', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  test('executor-group: framework and executor see the same', async () => {
    const group = 'executor-group';
    const translation = cluster.translation();
    const process = new ExecutorProcess(cluster.root);
    process.learn(translation);
    const [scheduler, executor] = await Promise.all([
      replayStream({ group, name: '00-subscribe', translation }),
      replayExecutor({ group: `${group}/executor-side`, translation, process }),
    ]);
    expectOnlyExceptions(group, [...scheduler, ...executor]);
  });
});
