/** What a standalone cluster is at this moment: its processes, and what Spark's master says. */
import {
  type ApplicationInfo,
  type ClusterFolder,
  type ClusterInfo,
  type ClusterProblem,
  clusterError,
  clusterStatus,
  type HostInfo,
  type MasterInfo,
  namesIn,
  type PartStatus,
} from '@stoke/cluster';
import type { ProcessIdentity } from '@stoke/kit';
import { type MasterJson, readExecutors, readMaster } from './master-json.ts';
import {
  findPart,
  loopback,
  masterPart,
  readService,
  type Service,
  type ServicePart,
  workerPart,
} from './service.ts';

/** One part and what is known of it. */
export interface PartFacts {
  readonly part: ServicePart;
  /** Undefined when its making was interrupted. */
  readonly service: Service | undefined;
  readonly process: ProcessIdentity | undefined;
}

/** All that is known. */
export interface ClusterFacts {
  readonly folder: ClusterFolder;
  readonly master: PartFacts;
  readonly state: MasterJson | undefined;
  readonly workers: readonly (PartFacts & { readonly executors: readonly string[] })[];
}

async function partFacts(part: ServicePart): Promise<PartFacts> {
  return { part, service: await readService(part), process: findPart(part) };
}

/** Looks at everything at once. */
export async function gatherFacts(folder: ClusterFolder): Promise<ClusterFacts> {
  const hosts = await namesIn(folder.agentsPath);
  const master = await partFacts(masterPart(folder));
  const ports = master.service?.ports;
  const [state, workers] = await Promise.all([
    ports === undefined || master.process === undefined
      ? undefined
      : readMaster(ports.web, ports.rpc),
    Promise.all(
      hosts.map(async (host) => {
        const facts = await partFacts(workerPart(folder, host));
        const web = facts.process === undefined ? undefined : facts.service?.ports.web;
        return { ...facts, executors: web === undefined ? [] : await readExecutors(web) };
      }),
    ),
  ]);
  return { folder, master, state, workers };
}

/** The master's service and state, when it leads. */
export function leadingMaster(facts: ClusterFacts): {
  readonly service: Service;
  readonly state: MasterJson;
} {
  const { service } = facts.master;
  if (facts.state !== undefined && service !== undefined) return { service, state: facts.state };
  const { name } = facts.folder;
  const reason =
    facts.master.process === undefined
      ? 'its process is gone'
      : 'its process runs but does not lead yet';
  throw clusterError('CLUSTER_NOT_RUNNING', {
    message: `Cannot reach the master of cluster '${name}': ${reason}; bring it back with 'stoke cluster start -n ${name}'`,
    details: { cluster: name },
  });
}

/** The facts in the words of every provider. */
export function describe(facts: ClusterFacts): ClusterInfo {
  const master = describeMaster(facts);
  const hosts = facts.workers.map((worker) => describeHost(facts.state, worker));
  return {
    name: facts.folder.name,
    provider: 'standalone',
    status: clusterStatus(master, hosts),
    master,
    hosts,
    applications: describeApplications(facts),
    problems: findProblems(facts.folder.name, master, hosts),
  };
}

const pageOf = (service: Service | undefined): string | undefined =>
  service === undefined ? undefined : `http://${loopback}:${service.ports.web}`;

function describeMaster({ master, state }: ClusterFacts): MasterInfo {
  const silent: PartStatus = master.process === undefined ? 'dead' : 'starting';
  return {
    status: state === undefined ? silent : 'ready',
    url: pageOf(master.service),
    pid: master.process?.pid,
    version: undefined,
    startedAt: master.service?.createdAt,
  };
}

const statusOf: Readonly<Record<string, PartStatus>> = {
  ALIVE: 'ready',
  DECOMMISSIONED: 'draining',
  UNKNOWN: 'unreachable',
};

/** The master's entry for a worker; a restarted one leaves a dead entry with its port behind. */
function entryOf(state: MasterJson | undefined, worker: PartFacts) {
  const entries = (state?.workers ?? []).filter(
    (entry) => entry.port === worker.service?.ports.rpc && entry.state !== 'DEAD',
  );
  return entries.at(-1);
}

function describeHost(
  state: MasterJson | undefined,
  worker: ClusterFacts['workers'][number],
): HostInfo {
  const entry = entryOf(state, worker);
  const known = entry === undefined ? 'starting' : (statusOf[entry.state] ?? 'unreachable');
  return {
    name: worker.part.name,
    id: entry?.id,
    status: worker.process === undefined ? 'dead' : known,
    url: pageOf(worker.service),
    pid: worker.process?.pid,
    cpus: { total: entry?.cores ?? 0, used: entry?.coresused ?? 0 },
    memMb: { total: entry?.memory ?? 0, used: entry?.memoryused ?? 0 },
    tasks: worker.executors.length,
    startedAt: worker.service?.createdAt,
  };
}

function describeApplications({ state, workers }: ClusterFacts): ApplicationInfo[] {
  return (state?.activeapps ?? []).map((application) => {
    const executors = workers
      .flatMap((worker) => worker.executors)
      .filter((id) => id === application.id).length;
    return {
      id: application.id,
      name: application.name,
      user: application.user,
      active: application.state === 'RUNNING' || application.state === 'WAITING',
      cpus: application.cores,
      memMb: application.memoryperexecutor * executors,
      tasks: executors,
      startedAt: application.starttime,
      webUrl: undefined,
    };
  });
}

function findProblems(
  cluster: string,
  master: MasterInfo,
  hosts: readonly HostInfo[],
): ClusterProblem[] {
  const parts = [{ name: 'master', status: master.status }, ...hosts];
  return parts
    .filter((part) => part.status === 'dead')
    .map((part) => ({
      subject: part.name,
      problem: 'its process is gone',
      remedy: `stoke cluster start -n ${cluster}`,
    }));
}
