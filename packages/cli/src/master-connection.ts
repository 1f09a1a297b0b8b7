/** The way to the master of a cluster on this machine, with what it wants to know of who comes. */
import { type Connection, createConnection } from '@stoke/client';
import type { ClusterInfo, Environment } from '@stoke/cluster';
import { localCredential } from '@stoke/provider-local';

/** Undefined when the cluster has no master of ours, or none that serves. */
export async function connectMaster(
  info: Pick<ClusterInfo, 'name' | 'provider' | 'master'>,
  env: Environment,
  timeoutMs: number,
): Promise<Connection | undefined> {
  const { url } = info.master;
  if (info.provider !== 'local' || url === undefined) return undefined;
  const credential = await localCredential(env, info.name);
  return createConnection({ url, timeoutMs, ...(credential === undefined ? {} : { credential }) });
}
