/** Tasks that a master refuses, and tasks with limits, networks, images and files to fetch. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@stoke/kit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import { compareSandbox } from './sandbox.ts';

/** What the recorded task fetched: a text, a script, and two archives with a file in a folder. */
async function makeSources(folder: string): Promise<void> {
  mkdirSync(join(folder, 'dd'), { recursive: true });
  writeFileSync(join(folder, 'plain.txt'), 'plain\n');
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho tool ran\n');
  writeFileSync(join(folder, 'dd', 'in.txt'), 'inside\n');
  for (const name of ['arch.tar.gz', 'arch2.tar.gz']) {
    const args = ['-czf', join(folder, name), '-C', folder, 'dd'];
    const ended = await runCommand({ file: 'tar', args, timeoutMs: 30_000 });
    if (ended.exitCode !== 0) throw new Error(`tar failed: ${ended.cause}`);
  }
}

describe('tasks on two agents', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.stop());

  test('scheduler-invalid-accept is refused the same', async () => {
    const group = 'scheduler-invalid-accept';
    const translation = cluster.translation();
    expectOnlyExceptions(group, await replayStream({ group, name: '00-subscribe', translation }));
  });
});

describe('tasks on one agent', () => {
  const cluster = new CompatCluster();
  beforeAll(() => cluster.start({ ports: [5051] }));
  afterAll(() => cluster.stop());

  test('scheduler-misc-capabilities: what this agent cannot do is refused the same', async () => {
    const group = 'scheduler-misc-capabilities';
    const translation = cluster.translation();
    const seen: Found[] = [];
    const found = await replayStream({
      group,
      name: '00-subscribe',
      translation,
      beforeCall: async (name) => {
        if (name !== '03-accept-limits-too-low') return;
        for (const read of ['get_tasks-json', 'get_tasks-pb']) {
          seen.push(...(await replayOperatorCall({ group, name: read, translation })));
        }
        seen.push(...(await replayCall({ group, name: 'master-tasks', translation })));
      },
    });
    expectOnlyExceptions(group, [...seen, ...found]);
  });

  test('scheduler-fetcher: files of every kind arrive in the sandbox', async () => {
    const group = 'scheduler-fetcher';
    const source = join(cluster.root, 'src');
    await makeSources(source);
    const translation = cluster.translation();
    translation.learn('/var/lib/mesos-golden/src', source);
    translation.learn('http://127.0.0.1:5050/', `${cluster.master.url}/`);
    const found = await replayStream({ group, name: '00-subscribe', translation });
    const agentUrl = cluster.agents[0]?.url ?? '';
    found.push(...(await compareSandbox({ group, executorId: 'fetch-1', agentUrl, translation })));
    found.push(...(await replayCall({ group, name: 'agent-metrics', translation })));
    expectOnlyExceptions(group, found);
  });
});
