/**
 * Benchmark G17: from the launch of short tasks on one agent to their ends, by containerizer, beside what the plain
 * runtimes take for the same in the same run.
 * Usage: npm run bench -- containers [--smoke]
 */
import { startCluster, whyNoOci } from '@stoke/testing';
import { TestEngine, whyNoDocker } from '../test/e2e/support/docker-engine.ts';
import type { Bench, BenchReport } from './support/bench.ts';
import { PlainBundle, runPlainLoop } from './support/plain-runtimes.ts';
import { processCpuMs } from './support/process-cpu.ts';
import { runShortTasks, type ShortTasks } from './support/short-tasks.ts';

/** What was run: how many short commands, and in what time. */
interface Figure {
  readonly runtime: string;
  readonly tasks: number;
  readonly seconds: number;
  /** Of the agent's own process; what it starts is not in it. */
  readonly agentCpuMsPerTask?: number;
  /** The plain runtime it is to be compared with. */
  readonly beside?: string;
}

interface Sizes {
  readonly processes: number;
  readonly oci: number;
  readonly docker: number;
}

const FULL: Sizes = { processes: 1_000, oci: 160, docker: 80 };
const SMOKE: Sizes = { processes: 20, oci: 4, docker: 4 };
/** As many at a time as an agent of two processors has going on. */
const WIDTH = 8;

export const bench: Bench = {
  description: 'G17: short tasks in containers, beside plain runtimes',
  run: runAll,
};

async function runAll({ smoke }: { readonly smoke: boolean }): Promise<BenchReport> {
  const sizes = smoke ? SMOKE : FULL;
  const noOci = whyNoOci(['busybox']);
  const noDocker = whyNoDocker();
  const figures = [
    ...(await ofProcesses(sizes.processes)),
    ...(noOci === undefined ? await ofOci(sizes.oci) : []),
    ...(noDocker === undefined ? await ofDocker(sizes.docker) : []),
  ];
  return report(figures, [
    ...(noOci === undefined ? [] : [`Without oci: ${noOci}`]),
    ...(noDocker === undefined ? [] : [`Without docker: ${noDocker}`]),
  ]);
}

async function ofProcesses(tasks: number): Promise<Figure[]> {
  const words = (): readonly string[] => ['/bin/sh', '-c', 'true'];
  const plain = await ofPlain('plain processes', { tasks, width: WIDTH, words });
  const flags = ['--containerizers=mesos'];
  const beside = plain.runtime;
  return [
    plain,
    { ...(await ofAgent('posix', flags, { tasks, width: WIDTH })), beside },
    { ...(await ofAgent('posix, all at once', flags, { tasks, width: tasks })), beside },
  ];
}

async function ofOci(tasks: number): Promise<Figure[]> {
  const bundle = new PlainBundle();
  try {
    const words = (number: number): readonly string[] => bundle.words(number);
    const plain = await ofPlain('runc run', { tasks, width: WIDTH, words });
    const ours = await ofAgent('oci', ['--containerizers=oci'], { tasks, width: WIDTH });
    return [plain, { ...ours, beside: plain.runtime }];
  } finally {
    bundle.remove();
  }
}

async function ofDocker(tasks: number): Promise<Figure[]> {
  const engine = new TestEngine();
  try {
    await engine.create();
    const run = ['docker', `--host=unix://${engine.socket}`, 'run', '--rm', '--network=host'];
    const words = (): readonly string[] => [...run, 'busybox', 'sh', '-c', 'true'];
    const plain = await ofPlain('docker run', { tasks, width: WIDTH, words });
    const flags = [`--docker_socket=${engine.socket}`, '--docker_remove_delay=0secs'];
    const container = { type: 'DOCKER' as const, docker: { image: 'busybox' } };
    const ours = await ofAgent('docker', ['--containerizers=docker', ...flags], {
      tasks,
      width: WIDTH,
      more: { container },
    });
    return [plain, { ...ours, beside: plain.runtime }];
  } finally {
    await engine.dispose();
  }
}

async function ofPlain(runtime: string, loop: Parameters<typeof runPlainLoop>[0]): Promise<Figure> {
  return { runtime, tasks: loop.tasks, seconds: await runPlainLoop(loop) };
}

/** The same through a master and an agent, from the first launch to the last end. */
async function ofAgent(
  runtime: string,
  flags: readonly string[],
  load: Omit<ShortTasks, 'master'>,
): Promise<Figure> {
  const cluster = await startCluster({
    // What ended tasks give back is offered again at once: it is the agent that is measured.
    masterFlags: ['--allocation_interval=5ms'],
    agentResources: 'cpus:128;mem:65536',
    agentFlags: flags,
  });
  try {
    const pid = cluster.agents[0]?.pid ?? 0;
    const cpuBeforeMs = processCpuMs(pid);
    const seconds = await runShortTasks({ ...load, master: cluster.master.url });
    const agentCpuMsPerTask = (processCpuMs(pid) - cpuBeforeMs) / load.tasks;
    return { runtime, tasks: load.tasks, seconds, agentCpuMsPerTask };
  } finally {
    await cluster.stop();
  }
}

const rate = ({ tasks, seconds }: Figure): number => tasks / seconds;

function report(figures: readonly Figure[], notes: readonly string[]): BenchReport {
  const ratios = figures.flatMap((figure) => {
    const plain = figures.find(({ runtime }) => runtime === figure.beside);
    return plain === undefined ? [] : [[figure.runtime, rate(figure) / rate(plain)] as const];
  });
  const ratioOf = new Map(ratios);
  const lines = figures.map((figure) => {
    const { runtime, agentCpuMsPerTask: cpuMs, beside } = figure;
    const ratio = ratioOf.get(runtime);
    const start = `${runtime.padEnd(20)}${rate(figure).toFixed(1).padStart(8)} tasks/s`;
    const cpu = cpuMs === undefined ? '' : `  ${cpuMs.toFixed(2)} ms of CPU each in the agent`;
    return `${start}${cpu}${ratio === undefined ? '' : `  ${ratio.toFixed(2)} of ${beside}`}`;
  });
  return {
    results: { figures, ratios: Object.fromEntries(ratios) },
    table: [...lines, ...notes],
    failures: [],
  };
}
