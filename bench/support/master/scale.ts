/** Scenarios M1, S1 and F1 on one full cluster: memory, `/state`, and a master that dies and starts again. */
import type { SimulationSummary } from '@stoke/simulator';
import { round, type Summary, summarize } from '../statistics.ts';
import type { Download } from './http-worker.ts';
import { settled, withCluster, withFrameworks } from './launches.ts';
import type { MeasuredMaster } from './measured-master.ts';
import { Worker } from './worker.ts';

export interface ScaleSize {
  readonly agents: number;
  readonly tasksPerAgent: number;
}

export interface ScaleResult {
  readonly agents: number;
  readonly tasks: number;
  readonly memory: {
    readonly agentsMiB: number;
    readonly fullMiB: number;
    /** Of that, what V8 holds, garbage included. */
    readonly heapUsedMiB: number;
    readonly externalMiB: number;
    /** After `/state` was asked for, which fills its caches. */
    readonly afterStateMiB: number;
  };
  readonly state: StateResult;
  readonly failover: FailoverResult;
}

export interface StateResult {
  readonly mebibytes: number;
  /** A bare server sends as many bytes. */
  readonly plainSendMs: Summary;
  readonly coldMs: number;
  readonly warmMs: Summary;
  /** Medians of the pairs. */
  readonly warmToPlainRatio: number;
  readonly warmStallMaxMs: number;
  /** CPU time of the master for one warm answer. */
  readonly warmMasterCpuMs: number;
  readonly coldStallMaxMs: number;
  readonly twentyClients: {
    readonly ms: number;
    /** Twenty answers against one plain send. */
    readonly toPlainRatio: number;
    readonly healthMs: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly stallMaxMs: number;
  };
}

export interface FailoverResult {
  /** From the kill until the new process serves. */
  readonly servingMs: number;
  /** From the kill until the last agent was back. */
  readonly allBackMs: number;
  /** CPU time of the new process until then, its start included: what a busy machine does not change. */
  readonly masterCpuMs: number;
  readonly tasksBefore: number;
  readonly tasksAfter: number;
  readonly stallMaxMs: number;
}

const HTTP = new URL('./http-worker.ts', import.meta.url);
/** As services have them; a task is about a kilobyte of JSON then. */
const LABELS = {
  HAPROXY_GROUP: 'external',
  HAPROXY_0_VHOST: 'shop.example.org',
  OWNER: 'team-of-the-shop@example.org',
  DESCRIPTION: 'the part of the shop that answers what is in stock, and where '.repeat(4),
};
const PAIRS = 7;
const CLIENTS = 20;
const PROBE_MS = 6000;
const ACKNOWLEDGED_TIMEOUT_MS = 300_000;

export async function scale({ agents, tasksPerAgent }: ScaleSize): Promise<ScaleResult> {
  const tasks = agents * tasksPerAgent;
  return withCluster(agents, async ({ master, fleet }) => {
    const agentsMiB = master.rssMiB();
    const load = {
      name: 'long',
      tasks,
      perOffer: tasksPerAgent,
      resources: 'cpus:0.1;mem:32',
      labels: LABELS,
    };
    return withFrameworks(master, [load], async () => {
      await settled(fleet, ({ tasks: seen }) => (seen.states.TASK_RUNNING ?? 0) >= tasks);
      await acknowledged(master, tasks);
      const fullMiB = master.rssMiB();
      const heap = await master.stalls();
      const state = await measureState(master);
      const afterStateMiB = master.rssMiB();
      const failover = await measureFailover(master, fleet, agents);
      const memory = {
        agentsMiB,
        fullMiB,
        heapUsedMiB: heap.heapUsedMiB,
        externalMiB: heap.externalMiB,
        afterStateMiB,
      };
      return { agents, tasks, memory, state, failover };
    });
  });
}

async function acknowledged(master: MeasuredMaster, tasks: number): Promise<void> {
  const deadline = performance.now() + ACKNOWLEDGED_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const metrics = await master.metrics();
    const running = metrics['master/tasks_running'] ?? 0;
    const acks = metrics['master/valid_status_update_acknowledgements'] ?? 0;
    if (running === tasks && acks >= tasks) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The updates of ${tasks} tasks were not acknowledged`);
}

async function measureState(master: MeasuredMaster): Promise<StateResult> {
  const reader = new Worker(HTTP);
  const plain = new Worker(HTTP);
  try {
    const path = '/state';
    const get = (address: string): Promise<Download> => reader.ask('download', { address, path });
    await master.stalls();
    const cold = await get(master.address);
    const { maxMs: coldStallMaxMs } = await master.stalls();
    const floor = await plain.ask<string>('plainServer', { bytes: cold.bytes });
    await get(floor);
    await get(master.address);
    await master.stalls();
    const cpuBefore = master.cpuMs();
    const pairs: { warm: number; plain: number }[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      pairs.push({ warm: (await get(master.address)).ms, plain: (await get(floor)).ms });
    }
    const warmMasterCpuMs = (master.cpuMs() - cpuBefore) / PAIRS;
    const { maxMs: warmStallMaxMs } = await master.stalls();
    const plainSendMs = summarize(pairs.map((pair) => pair.plain));
    return {
      mebibytes: round(cold.bytes / 2 ** 20),
      plainSendMs,
      coldMs: round(cold.ms),
      warmMs: summarize(pairs.map((pair) => pair.warm)),
      warmToPlainRatio: summarize(pairs.map((pair) => pair.warm / pair.plain)).median,
      warmStallMaxMs,
      warmMasterCpuMs: round(warmMasterCpuMs),
      coldStallMaxMs,
      twentyClients: await measurePollers(master, {
        reader,
        prober: plain,
        plainMs: plainSendMs.median,
      }),
    };
  } finally {
    await reader.end();
    await plain.end();
  }
}

async function measurePollers(
  master: MeasuredMaster,
  { reader, prober, plainMs }: { reader: Worker; prober: Worker; plainMs: number },
): Promise<StateResult['twentyClients']> {
  const { address } = master;
  const { ms } = await reader.ask<{ ms: number }>('downloads', {
    address,
    path: '/state',
    clients: CLIENTS,
  });
  await master.stalls();
  await reader.ask('startPolling', { address, path: '/state', clients: CLIENTS });
  const { p50, p99, max } = await prober.ask<SimulationSummary['latencies']['updateToAckMs']>(
    'probe',
    { address, path: '/health', everyMs: 10, forMs: PROBE_MS },
  );
  await reader.ask('stopPolling');
  const { maxMs: stallMaxMs } = await master.stalls();
  return {
    ms: round(ms),
    toPlainRatio: round(ms / plainMs),
    healthMs: { p50, p99, max },
    stallMaxMs,
  };
}

async function measureFailover(
  master: MeasuredMaster,
  fleet: Worker,
  agents: number,
): Promise<FailoverResult> {
  const tasksBefore = (await master.metrics())['master/tasks_running'] ?? 0;
  const returnedBefore = (await fleet.ask<SimulationSummary>('summary')).agents.returned;
  const start = performance.now();
  await master.kill('SIGKILL');
  await master.start();
  const servingMs = performance.now() - start;
  await settled(fleet, ({ agents: seen }) => seen.returned >= returnedBefore + agents);
  const allBackMs = performance.now() - start;
  const masterCpuMs = master.cpuMs();
  const { maxMs: stallMaxMs } = await master.stalls();
  return {
    servingMs: Math.round(servingMs),
    allBackMs: Math.round(allBackMs),
    masterCpuMs: Math.round(masterCpuMs),
    tasksBefore,
    tasksAfter: (await master.metrics())['master/tasks_running'] ?? 0,
    stallMaxMs,
  };
}
