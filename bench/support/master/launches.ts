/** Scenarios E1–E3: tasks launched and their updates acknowledged, as fast as it goes and at half that rate. */
import type { LatencySummary, SimulationSummary } from '@stoke/simulator';
import { round } from '../statistics.ts';
import { MeasuredMaster } from './measured-master.ts';
import { Worker } from './worker.ts';

export interface LaunchSize {
  readonly agents: number;
  readonly tasks: number;
  readonly frameworks: number;
}

/** CPU time a task takes, in microseconds; that of the load is used on the same cores. */
export interface CpuPerTask {
  readonly master: number;
  readonly agents: number;
  readonly frameworks: number;
}

export interface LaunchResult extends LaunchSize {
  /** From the first offer until the last task's end was acknowledged. */
  readonly seconds: number;
  readonly launchesPerSecond: number;
  /** Two a task: running and finished. */
  readonly updatesPerSecond: number;
  readonly cpuMicrosPerTask: CpuPerTask;
  readonly masterStallMaxMs: number;
  readonly finished: number;
}

export interface LatencyResult {
  readonly tasksPerSecond: number;
  readonly cpuMicrosPerTask: CpuPerTask;
  readonly offerToRunningMs: LatencySummary;
  readonly updateToAckMs: LatencySummary;
  readonly finished: number;
}

const SIMULATOR = new URL('./simulator-worker.ts', import.meta.url);

/** Runs `work` with a fresh master and the agents of a behaviour registered with it. */
export async function withCluster<T>(
  agents: number,
  work: (cluster: { master: MeasuredMaster; fleet: Worker }) => Promise<T>,
): Promise<T> {
  const master = new MeasuredMaster();
  const fleet = new Worker(SIMULATOR);
  try {
    await master.start();
    await fleet.ask('start', {
      agents,
      master: master.address,
      behaviour: {
        agents: [{ resources: 'cpus:64;mem:65536;disk:100000;ports:[31000-32000]' }],
        tasks: [
          { prefix: 'short', duration: 0 },
          { prefix: 'even', duration: 0.5 },
        ],
      },
    });
    await settled(fleet, ({ agents: seen }) => seen.registered >= agents);
    return await work({ master, fleet });
  } finally {
    await fleet.end();
    await master.remove();
  }
}

const LOOK_MS = 20;
const SETTLE_TIMEOUT_MS = 300_000;

/** Waits until the simulation has come as far as `test` wants. */
export async function settled(
  worker: Worker,
  test: (summary: SimulationSummary) => boolean,
): Promise<SimulationSummary> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const summary = await worker.ask<SimulationSummary>('summary');
    if (test(summary)) return summary;
    if (performance.now() > deadline) {
      throw new Error(`The simulation does not get on: ${JSON.stringify(summary)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Frameworks in a process of their own, with no agents there. */
export async function withFrameworks<T>(
  master: MeasuredMaster,
  frameworks: readonly object[],
  work: (worker: Worker) => Promise<T>,
): Promise<T> {
  const worker = new Worker(SIMULATOR);
  try {
    await worker.ask('start', { agents: 0, master: master.address, behaviour: { frameworks } });
    return await work(worker);
  } finally {
    await worker.ask('stop').catch(() => undefined);
    await worker.end();
  }
}

/** Runs frameworks until their `total` tasks are done. */
async function runLoad(
  { master, fleet }: { readonly master: MeasuredMaster; readonly fleet: Worker },
  frameworks: readonly object[],
  total: number,
): Promise<{ mine: SimulationSummary; cpuMicrosPerTask: CpuPerTask }> {
  const perTask = (ms: number): number => Math.round((1000 * ms) / total);
  return withFrameworks(master, frameworks, async (worker) => {
    const before = { master: master.cpuMs(), agents: fleet.cpuMs(), frameworks: worker.cpuMs() };
    const mine = await worker.ask<SimulationSummary>('done');
    const cpuMicrosPerTask = {
      master: perTask(master.cpuMs() - before.master),
      agents: perTask(fleet.cpuMs() - before.agents),
      frameworks: perTask(worker.cpuMs() - before.frameworks),
    };
    return { mine, cpuMicrosPerTask };
  });
}

/** G5 and G7: everything is due at once, tasks end as soon as they run. */
export async function launchThroughput(size: LaunchSize): Promise<LaunchResult> {
  const perFramework = Math.ceil(size.tasks / size.frameworks);
  const frameworks = Array.from({ length: size.frameworks }, (_, index) => ({
    name: `short-${index}`,
    tasks: perFramework,
    perOffer: Math.max(1, Math.min(10, Math.ceil(perFramework / size.agents))),
    resources: 'cpus:0.1;mem:32',
  }));
  return withCluster(size.agents, async ({ master, fleet }) => {
    await master.stalls();
    const start = performance.now();
    const total = perFramework * size.frameworks;
    const { cpuMicrosPerTask } = await runLoad({ master, fleet }, frameworks, total);
    const seconds = (performance.now() - start) / 1000;
    const { maxMs } = await master.stalls();
    const { tasks } = await fleet.ask<SimulationSummary>('summary');
    return {
      ...size,
      seconds: round(seconds),
      launchesPerSecond: Math.round(total / seconds),
      updatesPerSecond: Math.round((2 * total) / seconds),
      cpuMicrosPerTask,
      masterStallMaxMs: maxMs,
      finished: tasks.states.TASK_FINISHED ?? 0,
    };
  });
}

/** G6: an even stream of tasks; time from a task due and an offer at hand until TASK_RUNNING. */
export async function launchLatency(options: {
  readonly agents: number;
  readonly tasksPerSecond: number;
  readonly seconds: number;
}): Promise<LatencyResult> {
  const { agents, tasksPerSecond, seconds } = options;
  return withCluster(agents, async ({ master, fleet }) => {
    const load = {
      name: 'even',
      tasks: Math.round(tasksPerSecond * seconds),
      perSecond: tasksPerSecond,
      resources: 'cpus:0.1;mem:32',
    };
    const { mine, cpuMicrosPerTask } = await runLoad({ master, fleet }, [load], load.tasks);
    const { tasks, latencies } = await fleet.ask<SimulationSummary>('summary');
    return {
      tasksPerSecond,
      cpuMicrosPerTask,
      offerToRunningMs: mine.latencies.offerToRunningMs,
      updateToAckMs: latencies.updateToAckMs,
      finished: tasks.states.TASK_FINISHED ?? 0,
    };
  });
}
