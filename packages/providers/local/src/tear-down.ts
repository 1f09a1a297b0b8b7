/** Ends a framework on the master: its tasks are killed and it is told that it is over. */
import type { ClusterFolder } from '@stoke/cluster';
import { requestHttp } from '@stoke/kit';
import { clusterAuthorization } from './cluster-credential.ts';

const timeoutMs = 5000;

/** A framework that is gone, or a master that refuses, is no error: its agents end the tasks at the latest. */
export async function tearDownFramework(
  folder: ClusterFolder,
  masterUrl: string,
  frameworkId: string,
): Promise<void> {
  const authorization = await clusterAuthorization(folder);
  await requestHttp({
    method: 'POST',
    url: `${masterUrl}/master/teardown`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...authorization },
    body: new URLSearchParams({ frameworkId }).toString(),
    timeoutMs,
  }).catch(() => undefined);
}
