/** What a local cluster is at this moment: its daemons' own files, the process table, and the master's answer. */
import { type Connection, createConnection, getMasterState, type MasterState } from '@stoke/client';
import {
  type ApplicationInfo,
  type ClusterFolder,
  type ClusterInfo,
  type ClusterProblem,
  clusterStatus,
  type HostInfo,
  type MasterInfo,
  namesIn,
  type PartStatus,
} from '@stoke/cluster';
import { requestHttp } from '@stoke/kit';
import { clusterCredential } from './cluster-credential.ts';
import { type DaemonState, lookAtDaemon } from './daemon-process.ts';

type AgentSummary = MasterState['slaves'][number];
type FrameworkSummary = MasterState['frameworks'][number];

const answerTimeoutMs = 3000;

/** All that is known; composed to a ClusterInfo by {@link describe}. */
export interface ClusterFacts {
  readonly name: string;
  readonly master: DaemonState;
  /** The master's answer; undefined when it gave none or belongs to another cluster. */
  readonly state: MasterState | undefined;
  readonly agents: readonly { readonly name: string; readonly daemon: DaemonState }[];
}

/** Looks at everything at once. */
export async function gatherFacts(folder: ClusterFolder): Promise<ClusterFacts> {
  const names = await namesIn(folder.agentsPath);
  const [master, agents] = await Promise.all([
    lookAtDaemon(folder.masterWorkDir),
    Promise.all(
      names.map(async (name) => ({ name, daemon: await lookAtDaemon(folder.agentWorkDir(name)) })),
    ),
  ]);
  const state = master.alive ? await askMaster(folder, master.file?.url) : undefined;
  return { name: folder.name, master, state, agents };
}

/** A connection that takes any port: fetch refuses some that a master may well have. */
export async function connectTo(folder: ClusterFolder, url: string): Promise<Connection> {
  const credential = await clusterCredential(folder);
  return createConnection({
    url,
    ...(credential === undefined ? {} : { credential }),
    timeoutMs: answerTimeoutMs,
    transport: async (request) => requestHttp({ ...request }),
  });
}

/** The master's state, if it answers and says that it leads this very cluster. */
export async function askMaster(
  folder: ClusterFolder,
  url: string | undefined,
): Promise<MasterState | undefined> {
  if (url === undefined) return undefined;
  const connection = await connectTo(folder, url);
  const state = await getMasterState(connection).catch(() => undefined);
  return state?.cluster === folder.name ? state : undefined;
}

/** `127.0.0.1:5051` of `slave(1)@127.0.0.1:5051`: how an agent of the master's state is told from others. */
function addressOf(agent: Pick<AgentSummary, 'pid'>): string {
  return agent.pid.slice(agent.pid.indexOf('@') + 1);
}

/** The master's entry for a daemon. */
export function agentEntry(
  state: MasterState | undefined,
  daemon: DaemonState,
): AgentSummary | undefined {
  const address = daemon.file === undefined ? undefined : new URL(daemon.file.url).host;
  return state?.slaves.find((agent) => addressOf(agent) === address);
}

/** The facts in the words of every provider. */
export function describe(facts: ClusterFacts): ClusterInfo {
  const master = describeMaster(facts);
  const hosts = facts.agents.map((agent) => describeHost(facts.state, agent));
  return {
    name: facts.name,
    provider: 'local',
    status: clusterStatus(master, hosts),
    master,
    hosts,
    applications: (facts.state?.frameworks ?? []).map(describeApplication),
    problems: findProblems(facts.name, master, hosts),
  };
}

function describeMaster({ master, state }: ClusterFacts): MasterInfo {
  const silent: PartStatus = master.alive ? 'unreachable' : 'dead';
  const down: PartStatus = master.file === undefined ? 'stopped' : silent;
  return {
    status: state === undefined ? down : 'ready',
    url: master.file?.url,
    pid: master.alive ? master.file?.pid : undefined,
    version: master.file?.version,
    startedAt: master.file?.startedAt,
  };
}

function hostStatus(
  daemon: DaemonState,
  state: MasterState | undefined,
  entry: AgentSummary | undefined,
): PartStatus {
  if (daemon.file === undefined) return 'stopped';
  if (!daemon.alive) return 'dead';
  if (state === undefined) return 'unreachable';
  if (entry === undefined) return 'starting';
  if (entry.deactivated || entry.drain_info !== undefined) return 'draining';
  return entry.active ? 'ready' : 'unreachable';
}

function describeHost(
  state: MasterState | undefined,
  { name, daemon }: ClusterFacts['agents'][number],
): HostInfo {
  const entry = agentEntry(state, daemon);
  const tasks = (state?.frameworks ?? []).flatMap((framework) => framework.tasks);
  return {
    name,
    id: entry?.id,
    status: hostStatus(daemon, state, entry),
    url: daemon.file?.url,
    pid: daemon.alive ? daemon.file?.pid : undefined,
    cpus: { total: entry?.resources.cpus ?? 0, used: entry?.used_resources.cpus ?? 0 },
    memMb: { total: entry?.resources.mem ?? 0, used: entry?.used_resources.mem ?? 0 },
    tasks: entry === undefined ? 0 : tasks.filter((task) => task.slave_id === entry.id).length,
    startedAt: daemon.file?.startedAt,
  };
}

function describeApplication(framework: FrameworkSummary): ApplicationInfo {
  return {
    id: framework.id,
    name: framework.name,
    user: framework.user,
    active: framework.active,
    cpus: framework.used_resources.cpus,
    memMb: framework.used_resources.mem,
    tasks: framework.tasks.length,
    startedAt: framework.registered_time * 1000,
    webUrl: framework.webui_url === '' ? undefined : framework.webui_url,
  };
}

const statusWords: Readonly<Partial<Record<PartStatus, string>>> = {
  dead: 'its process is gone without a goodbye',
  stopped: 'it was stopped',
  unreachable: 'its process runs but does not answer',
};

function findProblems(
  cluster: string,
  master: MasterInfo,
  hosts: readonly HostInfo[],
): ClusterProblem[] {
  // Without a master nobody knows whether an agent that runs takes work.
  const silent = (host: HostInfo): boolean =>
    host.status === 'unreachable' && master.status !== 'ready';
  const parts = [
    { subject: 'master', status: master.status },
    ...hosts
      .filter((host) => !silent(host))
      .map((host) => ({ subject: host.name, status: host.status })),
  ];
  return parts.flatMap(({ subject, status }) => {
    const problem = statusWords[status];
    if (problem === undefined) return [];
    const remedy =
      status === 'unreachable'
        ? `wait for it, or look at its log`
        : `stoke cluster start -n ${cluster}`;
    return [{ subject, problem, remedy }];
  });
}
