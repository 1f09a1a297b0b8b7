/** A cluster for one test that tells a timeline: it counts what is there, so it shares nothing with others. */
import { type ClusterOptions, startCluster, type TestCluster } from '@stoke/testing';
import { onTestFinished } from 'vitest';
import { RawFramework } from './raw-framework.ts';

export interface Timeline {
  /** Stopped when the test is over, whatever its end. */
  readonly cluster: TestCluster;
  newFramework(): RawFramework;
}

/** Agents have 4 cpus and 1024 MB each. */
export async function startTimeline(
  options: Pick<ClusterOptions, 'agents' | 'masterFlags' | 'agentFlags'> = {},
): Promise<Timeline> {
  const cluster = await startCluster({
    ...options,
    agentResources: 'cpus:4;mem:1024;disk:1024',
    masterFlags: ['--allocation_interval=100ms', ...(options.masterFlags ?? [])],
  });
  onTestFinished(() => cluster.stop());
  return { cluster, newFramework: () => new RawFramework(cluster.master.url) };
}
