/** Plans that make a local cluster, make it bigger, and bring its dead parts back. */
import { rm } from 'node:fs/promises';
import {
  type ClusterFolder,
  type ClusterInfo,
  type ClusterSpec,
  checkNewHost,
  claimFolder,
  clusterError,
  clustersFolder,
  type Environment,
  freeHostName,
  type HostInfo,
  namesIn,
  type Plan,
  unknownHost,
} from '@stoke/cluster';
import { checkPort, type DaemonFile, endProcesses, freePort, readLaunchFile } from '@stoke/kit';
import { authenticationFlags, makeCredential } from './cluster-credential.ts';
import { type DaemonStart, lookAtDaemon } from './daemon-process.ts';
import { belongsTo } from './leftovers.ts';
import { type ClusterFacts, describe, gatherFacts } from './look.ts';
import { agentShare, readMachine } from './machine-share.ts';
import {
  agentStart,
  beginAction,
  loopback,
  masterStart,
  registerAction,
  type StartedParts,
  serveAction,
  startAgain,
} from './start-daemons.ts';

const undoGraceMs = 2000;

function existsError(name: string): Error {
  return clusterError('CLUSTER_EXISTS', {
    message: `Cannot create cluster '${name}': it exists already; choose another name, or remove it with 'stoke cluster kill -n ${name}'`,
    details: { name },
  });
}

async function daemonFiles(
  folder: ClusterFolder,
  hosts: readonly string[],
): Promise<{ masterUrl: string; agents: DaemonFile[] }> {
  const states = await Promise.all(hosts.map((host) => lookAtDaemon(folder.agentWorkDir(host))));
  const master = await lookAtDaemon(folder.masterWorkDir);
  return {
    masterUrl: master.file?.url ?? '',
    agents: states.flatMap(({ file }) => (file === undefined ? [] : [file])),
  };
}

/** @throws AppError `CLUSTER_EXISTS`, `PORT_IN_USE` */
export async function planCreate(
  folder: ClusterFolder,
  env: Environment,
  spec: ClusterSpec,
): Promise<Plan<ClusterInfo>> {
  if ((await namesIn(clustersFolder(env, 'local'))).includes(spec.name))
    throw existsError(spec.name);
  if (spec.port !== undefined) await checkPort(spec.port, 'the master');
  const port = spec.port ?? (await freePort());
  const parts: StartedParts = { daemons: [] };
  const count = spec.hosts.length;
  const agents = `${count} agent${count === 1 ? '' : 's'}`;
  const starts = async (): Promise<DaemonStart[]> => {
    const machine = await readMachine(folder.path);
    return spec.hosts.map((host, index) =>
      agentStart(folder, env, {
        host,
        master: `${loopback}:${port}`,
        share: agentShare(spec, machine, { count, index }),
        authentication: authenticationFlags('agent', folder, spec.agentFlags),
        flags: spec.agentFlags,
      }),
    );
  };
  return {
    actions: [
      {
        title: 'Make the folder of the cluster',
        async run() {
          if (!(await claimFolder(folder))) throw existsError(spec.name);
          await makeCredential(folder);
        },
      },
      {
        ...beginAction(
          `Start master and ${agents}`,
          async () => [
            masterStart(folder, env, { port, flags: spec.masterFlags }),
            ...(await starts()),
          ],
          parts,
        ),
        async undo() {
          await endProcesses(belongsTo(folder.path), undoGraceMs);
          await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
        },
      },
      serveAction('Wait for the master to serve', parts, 'master'),
      serveAction(`Wait for ${agents} to serve`, parts, 'agent'),
      registerAction(`Wait for ${agents} to take work`, folder, () =>
        daemonFiles(folder, spec.hosts),
      ),
    ],
    result: async () => describe(await gatherFacts(folder)),
  };
}

/** The master's address, when it serves. */
export function leadingMaster(facts: ClusterFacts): string {
  const url = facts.master.file?.url;
  if (facts.state !== undefined && url !== undefined) return url;
  throw clusterError('CLUSTER_NOT_RUNNING', {
    message: `Cannot reach the master of cluster '${facts.name}': ${facts.master.alive ? 'its process runs but does not answer' : 'its process is gone'}; bring it back with 'stoke cluster start -n ${facts.name}'`,
    details: { cluster: facts.name },
  });
}

/** The resources and extra flags of an agent there is: a new one gets the same. */
async function flagsOfSibling(
  folder: ClusterFolder,
  hosts: readonly string[],
): Promise<readonly string[]> {
  for (const host of hosts) {
    const launch = await readLaunchFile(folder.agentWorkDir(host));
    if (launch !== undefined) return launch.argv;
  }
  return [];
}

function resourceOf(flags: readonly string[], name: string): number | undefined {
  const resources = flags.find((flag) => flag.startsWith('--resources='));
  const amount = new RegExp(`[=;]${name}:([\\d.]+)`).exec(resources ?? '')?.[1];
  return amount === undefined ? undefined : Number(amount);
}

const ownFlag = /^--(ip|port|hostname|master|work_dir|resources)=/;

/** @throws AppError `HOST_EXISTS`, `CLUSTER_NOT_RUNNING`, `CLUSTER_SPEC_INVALID` */
export async function planAdd(
  folder: ClusterFolder,
  env: Environment,
  wanted: string | undefined,
): Promise<Plan<HostInfo>> {
  const facts = await gatherFacts(folder);
  const taken = facts.agents.map((agent) => agent.name);
  const host = wanted ?? freeHostName(taken);
  checkNewHost({ cluster: folder.name, host, taken, part: 'agent' });
  const master = new URL(leadingMaster(facts)).host;
  const sibling = await flagsOfSibling(folder, taken);
  const parts: StartedParts = { daemons: [] };
  const begin = beginAction(
    `Start agent '${host}'`,
    async () => {
      const size = {
        agentCpus: resourceOf(sibling, 'cpus'),
        agentMemMb: resourceOf(sibling, 'mem'),
      };
      const count = taken.length + 1;
      const share = agentShare(size, await readMachine(folder.path), { count, index: count - 1 });
      const flags = sibling.filter((flag) => !ownFlag.test(flag)).map((flag) => flag.slice(2));
      return [agentStart(folder, env, { host, master, share, flags })];
    },
    parts,
  );
  const workDir = folder.agentWorkDir(host);
  return {
    actions: [
      {
        ...begin,
        async undo() {
          await endProcesses(belongsTo(workDir), undoGraceMs);
          await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
        },
      },
      serveAction('Wait for it to serve', parts, 'agent'),
      registerAction('Wait for it to take work', folder, () => daemonFiles(folder, [host])),
    ],
    async result() {
      const info = describe(await gatherFacts(folder));
      const added = info.hosts.find((each) => each.name === host);
      if (added === undefined) throw unknownHost(folder.name, host, taken);
      return added;
    },
  };
}

/** Starts what is dead or stopped: the master first, as agents wait for it anyway. */
export async function planStart(
  folder: ClusterFolder,
  env: Environment,
): Promise<Plan<ClusterInfo>> {
  const facts = await gatherFacts(folder);
  const down = facts.agents.filter((agent) => !agent.daemon.alive);
  const agentStarts = await Promise.all(
    down.map((agent) => startAgain(folder, env, { kind: 'agent', ...agent })),
  );
  const masterStarts = facts.master.alive
    ? []
    : [await startAgain(folder, env, { kind: 'master', name: 'master', daemon: facts.master })];
  const starts = [...masterStarts, ...agentStarts];
  const parts: StartedParts = { daemons: [] };
  const hosts = facts.agents.map((agent) => agent.name);
  const names = starts.map((start) => start.name).join(', ');
  return {
    actions:
      starts.length === 0
        ? []
        : [
            beginAction(`Start ${names}`, async () => starts, parts),
            serveAction('Wait for the master to serve', parts, 'master'),
            serveAction('Wait for agents to serve', parts, 'agent'),
            registerAction('Wait for all agents to take work', folder, () =>
              daemonFiles(folder, hosts),
            ),
          ],
    result: async () => describe(await gatherFacts(folder)),
  };
}
