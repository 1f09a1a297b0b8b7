/** What every provider tells about a cluster, in the same words whatever engine runs it. */

/** How a part of a cluster is. `dead`: its process is gone without a goodbye. */
export type PartStatus = 'ready' | 'starting' | 'draining' | 'unreachable' | 'dead' | 'stopped';

/** An amount and how much of it is taken. */
export interface Usage {
  readonly total: number;
  readonly used: number;
}

/** The process that leads a cluster. */
export interface MasterInfo {
  readonly status: PartStatus;
  /** Where its API and pages are; also of a dead one, if known. */
  readonly url: string | undefined;
  readonly pid: number | undefined;
  readonly version: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
}

/** One machine of a cluster, or one agent of a cluster on one machine. */
export interface HostInfo {
  /** What `add` and `remove` call it. */
  readonly name: string;
  /** The engine's own id for it. */
  readonly id: string | undefined;
  readonly status: PartStatus;
  readonly url: string | undefined;
  readonly pid: number | undefined;
  readonly cpus: Usage;
  readonly memMb: Usage;
  /** Tasks or executors that run there. */
  readonly tasks: number;
  readonly startedAt: number | undefined;
}

/** One application (framework) that the cluster runs. */
export interface ApplicationInfo {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly active: boolean;
  readonly cpus: number;
  readonly memMb: number;
  readonly tasks: number;
  readonly startedAt: number | undefined;
  readonly webUrl: string | undefined;
}

/** Something that is not as it should be, and the way to bring it back. */
export interface ClusterProblem {
  readonly subject: string;
  readonly problem: string;
  readonly remedy: string;
}

/** `running`: all parts serve; `degraded`: some do; `stopped`: the master does not. */
export type ClusterStatus = 'running' | 'degraded' | 'stopped';

/** All there is to know about one cluster. */
export interface ClusterInfo {
  readonly name: string;
  readonly provider: string;
  readonly status: ClusterStatus;
  readonly master: MasterInfo;
  readonly hosts: readonly HostInfo[];
  readonly applications: readonly ApplicationInfo[];
  readonly problems: readonly ClusterProblem[];
}

/** One line of `list`. */
export interface ClusterSummary {
  readonly name: string;
  readonly provider: string;
  readonly status: ClusterStatus;
  readonly hosts: { readonly ready: number; readonly total: number };
  readonly cpus: Usage;
  readonly memMb: Usage;
  readonly applications: number;
  readonly url: string | undefined;
  readonly startedAt: number | undefined;
}

/** The status that follows from the parts. */
export function clusterStatus(
  master: Pick<MasterInfo, 'status'>,
  hosts: readonly Pick<HostInfo, 'status'>[],
): ClusterStatus {
  if (master.status !== 'ready') return 'stopped';
  const healthy = hosts.every((host) => host.status === 'ready' || host.status === 'draining');
  return healthy ? 'running' : 'degraded';
}

/** The summary of a cluster; only hosts that serve count for its size. */
export function summarize(info: ClusterInfo): ClusterSummary {
  const ready = info.hosts.filter((host) => host.status === 'ready');
  return {
    name: info.name,
    provider: info.provider,
    status: info.status,
    hosts: { ready: ready.length, total: info.hosts.length },
    cpus: addUp(ready.map((host) => host.cpus)),
    memMb: addUp(ready.map((host) => host.memMb)),
    applications: info.applications.filter((application) => application.active).length,
    url: info.master.url,
    startedAt: info.master.startedAt,
  };
}

function addUp(amounts: readonly Usage[]): Usage {
  return {
    total: amounts.reduce((sum, amount) => sum + amount.total, 0),
    used: amounts.reduce((sum, amount) => sum + amount.used, 0),
  };
}
