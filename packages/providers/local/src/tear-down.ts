/** Ends a framework on the master: its tasks are killed and it is told that it is over. */
import { requestHttp } from '@stoke/kit';

const timeoutMs = 5000;

/** A framework that is gone, or a master that refuses, is no error: its agents end the tasks at the latest. */
export async function tearDownFramework(masterUrl: string, frameworkId: string): Promise<void> {
  await requestHttp({
    method: 'POST',
    url: `${masterUrl}/master/teardown`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ frameworkId }).toString(),
    timeoutMs,
  }).catch(() => undefined);
}
