/** The recorded life of a framework on an agent that isolates with control groups: tasks, one over its memory, limits, a kill. */
import { globSync, rmdirSync } from 'node:fs';
import { skipBecause, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';

const cgroupsRoot = `stoke-compat-${process.pid}`;

const missing = whyNoOci();

describe('a framework on an agent with control groups', skipBecause(missing), () => {
  const cluster = new CompatCluster();
  const agentFlags = ['--containerizers=oci', '--cgroups_enable_cfs'];
  agentFlags.push(`--cgroups_root=${cgroupsRoot}`);
  beforeAll(() => cluster.start({ ports: [5051], agentFlags }));
  afterAll(async () => {
    await cluster.stop();
    for (const path of globSync(`/sys/fs/cgroup/{*/,}${cgroupsRoot}`)) rmdirSync(path);
  });

  test('linux-cgroups sees the same', async () => {
    const group = 'linux-cgroups';
    const translation = cluster.translation();
    const seen: Found[] = [];
    const look = async (): Promise<void> => {
      for (const name of ['agent-containers', 'agent-monitor-statistics']) {
        seen.push(...(await replayCall({ group, name, translation })));
      }
      for (const name of ['get_containers-json', 'get_containers-pb']) {
        seen.push(...(await replayOperatorCall({ group, name, translation })));
      }
    };
    const found = await replayStream({
      group,
      name: '00-subscribe',
      translation,
      // The first task runs for three seconds.
      meanwhile: [{ atSeconds: 3, run: look }],
      beforeTeardown: async () => {
        seen.push(...(await replayCall({ group, name: 'agent-metrics', translation })));
      },
    });
    expectOnlyExceptions(group, [...found, ...seen]);
  });
});
