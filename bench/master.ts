/** The master under load, from outside: launches, updates, memory, `/state`, failover, event streams, registry. */
import type { Bench, BenchReport } from './support/bench.ts';
import { postsPerSecond } from './support/master/http-floor.ts';
import { type CpuPerTask, launchLatency, launchThroughput } from './support/master/launches.ts';
import { registry } from './support/master/registry.ts';
import { scale } from './support/master/scale.ts';
import { streams } from './support/master/streams.ts';

type Part = 'launches' | 'scale' | 'streams' | 'registry';

const PARTS: readonly Part[] = ['launches', 'scale', 'streams', 'registry'];

/** One goal: what was measured, what is asked for, and whether that is met. */
interface Goal {
  readonly id: string;
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

interface PartReport {
  readonly results: unknown;
  readonly goals: readonly Goal[];
  /** Counts that are wrong: lost tasks, lost records. */
  readonly failures: readonly string[];
}

export const bench: Bench = {
  description: 'the master under load',
  run: async ({ smoke, only }) => {
    const chosen = only === undefined ? PARTS : PARTS.filter((part) => part === only);
    const reports: [Part, PartReport][] = [];
    for (const part of chosen) {
      console.log(`… ${part}`);
      reports.push([part, await RUN[part](smoke)]);
    }
    return combine(reports);
  },
};

function combine(reports: readonly [Part, PartReport][]): BenchReport {
  const goals = reports.flatMap(([, { goals: each }]) => each);
  return {
    results: {
      goals,
      ...Object.fromEntries(reports.map(([part, { results }]) => [part, results])),
    },
    table: goals.map(
      ({ id, what, measured, goal, met }) =>
        `${id.padEnd(5)} ${met ? 'met   ' : 'MISSED'} ${what}: ${measured} (goal ${goal})`,
    ),
    // Goals depend on the machine and its other load; wrong counts never do.
    failures: reports.flatMap(([, { failures }]) => failures),
  };
}

const RUN: Readonly<Record<Part, (smoke: boolean) => Promise<PartReport>>> = {
  launches: runLaunches,
  scale: runScale,
  streams: runStreams,
  registry: runRegistry,
};

async function runLaunches(smoke: boolean): Promise<PartReport> {
  const size = smoke
    ? { agents: 100, tasks: 1000, frameworks: 1 }
    : { agents: 1000, tasks: 40_000, frameworks: 4 };
  const floorPerSecond = await postsPerSecond(smoke ? 300 : 2000);
  const throughput = await launchThroughput(size);
  const tasksPerSecond = smoke ? 100 : Math.round(throughput.launchesPerSecond / 2);
  const latency = await launchLatency({
    agents: size.agents,
    tasksPerSecond,
    seconds: smoke ? 2 : 10,
  });
  const { launchesPerSecond, updatesPerSecond } = throughput;
  const { p50, p99 } = latency.offerToRunningMs;
  const shareOfFloor = updatesPerSecond / floorPerSecond;
  return {
    results: { httpFloorPostsPerSecond: floorPerSecond, throughput, latency },
    goals: [
      {
        id: 'G5',
        what: 'task launches a second, end to end',
        measured: `${launchesPerSecond} (${cpuText(throughput.cpuMicrosPerTask)})`,
        goal: '≥ 2000',
        met: launchesPerSecond >= 2000,
      },
      {
        id: 'G6',
        what: `offer to TASK_RUNNING at ${tasksPerSecond} tasks/s`,
        measured: `p50 ${p50} ms, p99 ${p99} ms (${cpuText(latency.cpuMicrosPerTask)})`,
        goal: 'p50 ≤ 10 ms, p99 ≤ 50 ms',
        met: p50 <= 10 && p99 <= 50,
      },
      {
        id: 'G7',
        what: 'status updates a second, through to their acknowledgement',
        measured: `${updatesPerSecond}, ${shareOfFloor.toFixed(3)} of ${floorPerSecond} bare POSTs/s`,
        goal: '≥ 10000, or 1/6 of the floor',
        met: updatesPerSecond >= 10_000 || shareOfFloor >= 1 / 6,
      },
    ],
    failures: [
      ...countFailure('launches: finished tasks', throughput.finished, size.tasks),
      ...countFailure(
        'latency: finished tasks',
        latency.finished,
        tasksPerSecond * (smoke ? 2 : 10),
      ),
    ],
  };
}

async function runScale(smoke: boolean): Promise<PartReport> {
  const size = smoke ? { agents: 200, tasksPerAgent: 10 } : { agents: 10_000, tasksPerAgent: 10 };
  const result = await scale(size);
  const { memory, state, failover } = result;
  return {
    results: result,
    goals: [
      {
        id: 'G8',
        what: `memory of the master at ${result.agents} agents and ${result.tasks} tasks`,
        measured: `${memory.fullMiB} MiB, ${memory.afterStateMiB} MiB once /state was asked for`,
        goal: '≤ 600 MB',
        met: memory.fullMiB * 1.048576 <= 600,
      },
      {
        id: 'G9',
        what: 'kill -9 until all agents and tasks are back',
        measured: `${failover.allBackMs} ms (serving after ${failover.servingMs} ms; ${failover.masterCpuMs} ms of CPU)`,
        goal: '≤ 4300 ms',
        met: failover.allBackMs <= 4300,
      },
      {
        id: 'G10',
        what: `warm /state of ${state.mebibytes} MiB against a plain send`,
        measured: `${state.warmToPlainRatio}×, ${state.warmMs.median} ms (${state.warmMasterCpuMs} ms of CPU), stall ${state.warmStallMaxMs} ms`,
        goal: '≤ 3×, stall ≤ 15 ms',
        met: state.warmToPlainRatio <= 3 && state.warmStallMaxMs <= 15,
      },
      {
        id: 'G11',
        what: '/health while 20 clients poll /state; 20 answers against one plain send',
        measured: `p99 ${state.twentyClients.healthMs.p99} ms; ${state.twentyClients.toPlainRatio}×`,
        goal: 'p99 ≤ 20 ms; ≤ 25×',
        met: state.twentyClients.healthMs.p99 <= 20 && state.twentyClients.toPlainRatio <= 25,
      },
    ],
    failures: [
      ...countFailure('failover: tasks before', failover.tasksBefore, result.tasks),
      ...countFailure('failover: tasks after', failover.tasksAfter, result.tasks),
    ],
  };
}

async function runStreams(smoke: boolean): Promise<PartReport> {
  const size = smoke
    ? { subscribers: 50, eventsPerSecond: 150, seconds: 2 }
    : { subscribers: 1000, eventsPerSecond: 1000, seconds: 10 };
  const result = await streams(size);
  const { cores, coresWithoutSubscribers, readerCores, deliveryMs } = result;
  return {
    results: result,
    goals: [
      {
        id: 'G12',
        what: `${size.subscribers} subscribers, ${result.measuredEventsPerSecond} events/s`,
        measured: `${cores} cores (${coresWithoutSubscribers} without subscribers; ${readerCores} to read), p99 ${deliveryMs.p99} ms`,
        goal: '≤ 0.6 core, p99 ≤ 50 ms',
        met: cores - coresWithoutSubscribers <= 0.6 && deliveryMs.p99 <= 50,
      },
    ],
    failures: deliveryMs.samples === 0 ? ['streams: no update reached a subscriber'] : [],
  };
}

async function runRegistry(smoke: boolean): Promise<PartReport> {
  const size = smoke
    ? { records: 2000, writers: 100, crashes: 1 }
    : { records: 100_000, writers: 400, crashes: 5 };
  const result = await registry(size);
  return {
    results: result,
    goals: [
      {
        id: 'G18',
        what: 'registry records a second, committed together',
        measured: `${result.groupedPerSecond}, ${result.ratio}× one per commit; p99 ${result.commitMs.p99} ms; ${result.lost} of ${result.acknowledged} lost in crashes`,
        goal: '≥ 5×, p99 ≤ 10 ms, none lost',
        met: result.ratio >= 5 && result.commitMs.p99 <= 10 && result.lost === 0,
      },
    ],
    failures: countFailure('registry: records lost in crashes', result.lost, 0),
  };
}

/** What the machine spends on a task: the load shares its cores with the master. */
function cpuText({ master, agents, frameworks }: CpuPerTask): string {
  return `${master} µs of CPU a task in the master, ${agents} in the agents, ${frameworks} in the frameworks`;
}

function countFailure(what: string, seen: number, expected: number): string[] {
  return seen === expected ? [] : [`${what}: ${seen} instead of ${expected}`];
}
