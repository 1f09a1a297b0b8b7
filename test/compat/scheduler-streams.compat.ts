/** The recorded lives of frameworks: launch, fail, kill, reconcile. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayStream } from './replay.ts';

const GROUPS = [
  'scheduler-launch-shell',
  'scheduler-launch-shell-pb',
  'scheduler-launch-argv',
  'scheduler-launch-failing',
  'scheduler-launch-checks',
  'scheduler-kill',
  'scheduler-kill-no-killing-state',
  'scheduler-kill-task-policy',
  'scheduler-reconcile',
];

describe('a framework of the recordings', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.stop());

  test.each(GROUPS)('%s sees the same', async (group) => {
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayStream({ group, name: '00-subscribe', translation }));
  });
});

describe('a framework on agents with --http_command_executor', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start(['--http_command_executor']));
  afterAll(() => cluster.stop());

  test('scheduler-kill-http-command-executor sees the same', async () => {
    const group = 'scheduler-kill-http-command-executor';
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayStream({ group, name: '00-subscribe', translation }));
  });
});
