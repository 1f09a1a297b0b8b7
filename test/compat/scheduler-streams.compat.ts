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
  'scheduler-kill',
  'scheduler-kill-no-killing-state',
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

  test('scheduler-launch-checks sees the same, but for the checks', async () => {
    const group = 'scheduler-launch-checks';
    const translation = cluster.translation();
    const options = { group, name: '00-subscribe', translation, eventTimeoutMs: 4000 };
    expectOnlyExceptions(group, await replayStream(options));
  });
});

describe('a framework on one agent', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  test('scheduler-kill-task-policy sees the same', async () => {
    const group = 'scheduler-kill-task-policy';
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayStream({ group, name: '00-subscribe', translation }));
  });
});

describe('a framework on an agent with --http_command_executor', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051], agentFlags: ['--http_command_executor'] }));
  afterAll(() => cluster.stop());

  test('scheduler-kill-http-command-executor sees the same', async () => {
    const group = 'scheduler-kill-http-command-executor';
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayStream({ group, name: '00-subscribe', translation }));
  });
});
