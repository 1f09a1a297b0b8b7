/** Names of hosts, on providers whose hosts are parts of this machine: what a new one is called, what is no name. */
import { clusterError } from './errors.ts';
import { defaultHostName, nameProblem } from './spec.ts';

/** The first default name that no host has. */
export function freeHostName(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(defaultHostName(number))) number++;
  return defaultHostName(number);
}

/** A host that is to be added to a cluster. */
export interface NewHost {
  readonly cluster: string;
  readonly host: string;
  /** Hosts that the cluster has. */
  readonly taken: readonly string[];
  /** What a host is to the engine, such as an agent. */
  readonly part: string;
}

/** @throws AppError `CLUSTER_SPEC_INVALID`, `HOST_EXISTS` */
export function checkNewHost({ cluster, host, taken, part }: NewHost): void {
  const problem = nameProblem(host);
  if (problem !== undefined) {
    throw clusterError('CLUSTER_SPEC_INVALID', {
      message: `Cannot add host '${host}': ${problem}; on this machine a host is a name for one more ${part}`,
    });
  }
  if (!taken.includes(host)) return;
  throw clusterError('HOST_EXISTS', {
    message: `Cannot add host '${host}': cluster '${cluster}' has it already; the next free name is '${freeHostName(taken)}'`,
    details: { cluster, host },
  });
}

/** The error for a host the cluster does not have. */
export function unknownHost(cluster: string, host: string, known: readonly string[]): Error {
  return clusterError('HOST_UNKNOWN', {
    message: `Cannot find host '${host}' in cluster '${cluster}': its hosts are ${known.join(', ') || 'none'}`,
    details: { cluster, host, known },
  });
}
