/** The recorded lives of frameworks: launch, fail, kill, reconcile. */
import { skipBecause, whyNotRoot } from '@stoke/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayStream } from './replay.ts';
import { compareSandbox } from './sandbox.ts';

/** Executors whose sandbox was recorded. */
const SANDBOXES: Readonly<Record<string, string>> = {
  'scheduler-launch-shell': 'shell-1',
  'scheduler-launch-argv': 'argv-1',
  'scheduler-kill-http-command-executor': 'kh-env',
};

const GROUPS = [
  'scheduler-launch-shell',
  'scheduler-launch-shell-pb',
  'scheduler-launch-argv',
  'scheduler-kill',
  'scheduler-kill-no-killing-state',
  'scheduler-reconcile',
];

/** Replays a group; where the sandbox of a task was recorded, it is compared too. */
async function replayGroup(cluster: CompatCluster, group: string): Promise<void> {
  const translation = cluster.translation();
  const found = await replayStream({ group, name: '00-subscribe', translation });
  const executorId = SANDBOXES[group];
  if (executorId !== undefined) {
    const agentUrl = cluster.agents[0]?.url ?? '';
    found.push(...(await compareSandbox({ group, executorId, agentUrl, translation })));
  }
  expectOnlyExceptions(group, found);
}

describe('a framework of the recordings', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.stop());

  test.each(GROUPS)('%s sees the same', async (group) => {
    await replayGroup(cluster, group);
  });

  // One of its tasks names a user that does not exist: only root cares.
  test('scheduler-launch-failing sees the same', skipBecause(whyNotRoot()), async () => {
    await replayGroup(cluster, 'scheduler-launch-failing');
  });

  test('scheduler-launch-checks sees the same checks', async () => {
    const group = 'scheduler-launch-checks';
    const translation = cluster.translation();
    const options = { group, name: '00-subscribe', translation, eventTimeoutMs: 8000 };
    expectOnlyExceptions(group, await replayStream(options));
  });
});

describe('a framework on one agent', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  test('scheduler-kill-task-policy sees the same', async () => {
    await replayGroup(cluster, 'scheduler-kill-task-policy');
  });
});

describe('a framework on an agent with --http_command_executor', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051], agentFlags: ['--http_command_executor'] }));
  afterAll(() => cluster.stop());

  test('scheduler-kill-http-command-executor sees the same', async () => {
    await replayGroup(cluster, 'scheduler-kill-http-command-executor');
  });
});
