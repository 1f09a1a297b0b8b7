/** Plans that make a standalone cluster, make it bigger, and bring its dead parts back. */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Action,
  type ActionContext,
  type ClusterFolder,
  type ClusterInfo,
  type ClusterSpec,
  checkNewHost,
  claimFolder,
  clusterError,
  type Environment,
  freeHostName,
  type HostInfo,
  type Plan,
  unknownHost,
} from '@stoke/cluster';
import { checkPort, endProcesses, freePort, type StartedDaemon } from '@stoke/kit';
import { describe, gatherFacts, leadingMaster } from './look.ts';
import {
  belongsTo,
  masterPart,
  masterService,
  notServing,
  readService,
  type Service,
  type ServicePart,
  saveService,
  startService,
  workerPart,
  workerService,
} from './service.ts';

/** A Spark and the Java it runs on. */
export interface SparkInstallation {
  readonly sparkHome: string;
  readonly javaHome: string;
}

/** What plans need of their surroundings. */
export interface PlanContext {
  readonly env: Environment;
  now(): number;
  /** Finds or brings Spark and Java. */
  prepare(context: ActionContext): Promise<SparkInstallation>;
}

const undoGraceMs = 3000;
const serveTimeoutMs = 60_000;
const lookEveryMs = 100;
const shareOfMemory = 0.7;
const smallestMemMb = 1024;

interface Started {
  readonly part: ServicePart;
  readonly daemon: StartedDaemon;
}

function workerSize(spec: Pick<ClusterSpec, 'agentCpus' | 'agentMemMb'>, count: number) {
  const share = Math.floor((totalmem() / 1024 ** 2) * (shareOfMemory / count));
  return {
    cpus: spec.agentCpus ?? Math.max(1, Math.floor(availableParallelism() / count)),
    memMb: spec.agentMemMb ?? Math.max(smallestMemMb, share),
  };
}

/** What of a description this provider cannot do. */
export function specProblems(spec: ClusterSpec): string[] {
  const problems: string[] = [];
  if (spec.agentCpus !== undefined && !Number.isInteger(spec.agentCpus)) {
    problems.push(`agentCpus: Spark's workers have whole cores, got '${spec.agentCpus}'`);
  }
  if (spec.masterFlags.length > 0) {
    problems.push('masterFlags: the standalone provider starts no Mesos master');
  }
  if (spec.agentFlags.length > 0) {
    problems.push('agentFlags: the standalone provider starts no Mesos agents');
  }
  return problems;
}

/** @throws AppError `CLUSTER_EXISTS`, `PORT_IN_USE` */
export async function planCreate(
  folder: ClusterFolder,
  spec: ClusterSpec,
  context: PlanContext,
): Promise<Plan<ClusterInfo>> {
  if (spec.port !== undefined) await checkPort(spec.port, 'the master');
  const size = workerSize(spec, spec.hosts.length);
  const started: Started[] = [];
  const begin = async (installation: SparkInstallation): Promise<void> => {
    const common = { ...installation, createdAt: context.now() };
    const ports = {
      rpc: spec.port ?? (await freePort()),
      web: await freePort(),
      rest: await freePort(),
    };
    const master = masterPart(folder);
    const services: [ServicePart, Service][] = [
      [master, masterService({ ...common, part: master, cpus: 0, memMb: 0 }, ports)],
    ];
    for (const host of spec.hosts) {
      const part = workerPart(folder, host);
      services.push([part, await newWorker({ ...common, ...size, part }, ports.rpc)]);
    }
    started.push(...(await Promise.all(services.map((one) => beginPart(one, context.env)))));
  };
  return {
    actions: [
      prepareAndBegin(context, `Start master and ${spec.hosts.length} workers`, begin, {
        claim: () => claim(folder),
        path: folder.path,
      }),
      waitAction('Wait for the cluster to take work', folder, started, spec.hosts),
    ].flat(),
    result: async () => describe(await gatherFacts(folder)),
  };
}

async function claim(folder: ClusterFolder): Promise<void> {
  if (await claimFolder(folder)) return;
  throw clusterError('CLUSTER_EXISTS', {
    message: `Cannot create cluster '${folder.name}': it exists already; choose another name, or remove it with 'stoke cluster kill -n ${folder.name}'`,
    details: { name: folder.name },
  });
}

/** Bringing Spark can take minutes and undoes nothing; only then the folder is made and processes start. */
function prepareAndBegin(
  context: PlanContext,
  title: string,
  begin: (installation: SparkInstallation) => Promise<void>,
  made: { readonly claim: () => Promise<void>; readonly path: string },
): Action[] {
  let installation: SparkInstallation | undefined;
  let claimed = false;
  return [
    {
      title: 'Find Spark and Java',
      async run(actionContext) {
        installation = await context.prepare(actionContext);
      },
    },
    {
      title,
      async run() {
        await made.claim();
        claimed = true;
        if (installation !== undefined) await begin(installation);
      },
      async undo() {
        if (!claimed) return;
        await endProcesses(belongsTo(made.path), undoGraceMs);
        await rm(made.path, { recursive: true, force: true, maxRetries: 3 });
      },
    },
  ];
}

async function newWorker(
  created: Parameters<typeof workerService>[0],
  masterPort: number,
): Promise<Service> {
  const ports = { rpc: await freePort(), web: await freePort() };
  return workerService(created, ports, masterPort);
}

async function beginPart(
  [part, service]: readonly [ServicePart, Service],
  env: Environment,
): Promise<Started> {
  await mkdir(part.workDir, { recursive: true });
  await saveService(part, service);
  return { part, daemon: await startService(part, service, env) };
}

/** Waits until the master leads and counts the hosts' workers as alive; a process that ends before is an error. */
function waitAction(
  title: string,
  folder: ClusterFolder,
  started: readonly Started[],
  hosts: readonly string[],
): Action {
  return {
    title,
    async run({ signal, report }) {
      const ended: { part: ServicePart; reason: string }[] = [];
      for (const { part, daemon } of started) {
        void daemon.exited.then(({ code, signal: by }) => {
          ended.push({ part, reason: by === null ? `exit code ${code}` : `killed by ${by}` });
        });
      }
      const deadline = performance.now() + serveTimeoutMs;
      let told = '';
      while (performance.now() < deadline) {
        signal.throwIfAborted();
        const [first] = ended;
        if (first !== undefined) throw await notServing(first.part, first.reason);
        const info = describe(await gatherFacts(folder));
        const ready = info.hosts.filter(
          (host) => hosts.includes(host.name) && host.status === 'ready',
        ).length;
        if (info.master.status === 'ready' && ready === hosts.length) return;
        const now = `master ${info.master.status}, ${ready} of ${hosts.length} workers ready`;
        if (now !== told) report(now);
        told = now;
        await delay(lookEveryMs);
      }
      throw await notServing(
        masterPart(folder),
        `not all served within ${serveTimeoutMs / 1000} s`,
      );
    },
  };
}

/** @throws AppError `HOST_EXISTS`, `CLUSTER_NOT_RUNNING`, `CLUSTER_SPEC_INVALID` */
export async function planAdd(
  folder: ClusterFolder,
  wanted: string | undefined,
  context: PlanContext,
): Promise<Plan<HostInfo>> {
  const facts = await gatherFacts(folder);
  const taken = facts.workers.map((worker) => worker.part.name);
  const host = wanted ?? freeHostName(taken);
  checkNewHost({ cluster: folder.name, host, taken, part: 'worker' });
  const masterPort = leadingMaster(facts).service.ports.rpc;
  const sibling = facts.workers.find((worker) => worker.service !== undefined)?.service;
  const size =
    sibling === undefined
      ? workerSize({ agentCpus: undefined, agentMemMb: undefined }, taken.length + 1)
      : { cpus: sibling.cpus, memMb: sibling.memMb };
  const part = workerPart(folder, host);
  const started: Started[] = [];
  return {
    actions: [
      ...prepareAndBegin(
        context,
        `Start worker '${host}'`,
        async (installation) => {
          const created = { ...installation, ...size, part, createdAt: context.now() };
          const service = await newWorker(created, masterPort);
          started.push(await beginPart([part, service], context.env));
        },
        { claim: async () => undefined, path: part.workDir },
      ),
      waitAction('Wait for it to take work', folder, started, [host]),
    ],
    async result() {
      const added = describe(await gatherFacts(folder)).hosts.find((each) => each.name === host);
      if (added === undefined) throw unknownHost(folder.name, host, taken);
      return added;
    },
  };
}

/** Starts what is dead, as it was started before. */
export async function planStart(
  folder: ClusterFolder,
  env: Environment,
): Promise<Plan<ClusterInfo>> {
  const facts = await gatherFacts(folder);
  const parts = [facts.master, ...facts.workers];
  const down = parts.filter((part) => part.process === undefined).map((part) => part.part);
  const hosts = facts.workers.map((worker) => worker.part.name);
  const started: Started[] = [];
  const begin: Action = {
    title: `Start ${down.map((part) => part.name).join(', ')}`,
    async run() {
      for (const part of down) started.push(await startAgain(part, env));
    },
  };
  return {
    actions:
      down.length === 0
        ? []
        : [begin, waitAction('Wait for the cluster to take work', folder, started, hosts)],
    result: async () => describe(await gatherFacts(folder)),
  };
}

async function startAgain(part: ServicePart, env: Environment): Promise<Started> {
  const service = await readService(part);
  if (service !== undefined) return { part, daemon: await startService(part, service, env) };
  throw clusterError('CLUSTER_NOT_RUNNING', {
    message: `Cannot start '${part.name}' again: its making was interrupted; run 'stoke cluster kill -n ${part.folder.name}' and create the cluster anew`,
    details: { cluster: part.folder.name, part: part.name },
  });
}
