/**
 * Benchmark G17, part: from the launch of short tasks on one agent to their ends, by containerizer, beside what the
 * plain runtimes take for the same in the same run.
 * Usage: npm run bench -- containers [--smoke]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startCluster } from '@stoke/testing';
import { TestEngine, whyNoDocker } from '../test/e2e/support/docker-engine.ts';
import { TaskRunner } from '../test/e2e/support/task-runner.ts';
import type { Bench, BenchReport } from './support/bench.ts';

/** What was run: how many short commands, and in what time. */
interface Figure {
  readonly runtime: string;
  readonly tasks: number;
  readonly seconds: number;
}

const FULL = { tasks: 40, atOnce: 1_000 };
const SMOKE = { tasks: 4, atOnce: 20 };
/** As many at a time as an agent of two processors has going on. */
const WIDTH = 8;

export const bench: Bench = {
  description: 'G17: short tasks in containers, beside plain runtimes',
  run: runAll,
};

async function runAll({ smoke }: { readonly smoke: boolean }): Promise<BenchReport> {
  const { tasks, atOnce } = smoke ? SMOKE : FULL;
  const figures: Figure[] = [];
  const without = whyNoDocker();
  const engine = without === undefined ? new TestEngine() : undefined;
  try {
    await engine?.create();
    figures.push(await ofPlain('plain processes', tasks, ['/bin/true']));
    figures.push(await ofAgent('posix', tasks, ['--containerizers=mesos']));
    figures.push(await ofAgent('posix, all at once', atOnce, ['--containerizers=mesos'], atOnce));
    if (process.getuid?.() === 0) {
      figures.push(await ofAgent('oci', tasks, ['--containerizers=oci']));
    }
    if (engine !== undefined) {
      const flags = [`--docker_socket=${engine.socket}`, '--docker_remove_delay=0secs'];
      const run = ['docker', `--host=unix://${engine.socket}`, 'run', '--rm', '--network=host'];
      figures.push(await ofPlain('docker run', tasks, [...run, 'busybox', 'true']));
      figures.push(await ofAgent('docker', tasks, ['--containerizers=docker', ...flags]));
    }
  } finally {
    await engine?.dispose();
  }
  return report(figures, without);
}

/** Runs a command again and again, several at a time. */
async function ofPlain(
  runtime: string,
  tasks: number,
  [file = '', ...args]: readonly string[],
): Promise<Figure> {
  const startMs = performance.now();
  let left = tasks;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const [code] = await once(spawn(file, args, { stdio: 'ignore' }), 'exit');
      if (code !== 0) throw new Error(`${runtime} ended with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  return { runtime, tasks, seconds: (performance.now() - startMs) / 1000 };
}

/** The same through a master and an agent, from the first launch to the last end; `width` are launched together. */
async function ofAgent(
  runtime: string,
  tasks: number,
  flags: readonly string[],
  width = WIDTH,
): Promise<Figure> {
  const cluster = await startCluster({
    masterFlags: ['--allocation_interval=50ms'],
    agentResources: 'cpus:128;mem:65536',
    agentFlags: flags,
  });
  const runner = new TaskRunner(`bench-${runtime}`, cluster.master.url);
  const container = { type: 'DOCKER' as const, docker: { image: 'busybox' } };
  const more = runtime === 'docker' ? { container } : {};
  try {
    const ids = Array.from(
      { length: tasks },
      (_, index) => `${runtime.replaceAll(/\W+/g, '-')}-${index}`,
    );
    const startMs = performance.now();
    for (let at = 0; at < ids.length; at += width) {
      const round = ids.slice(at, at + width);
      await runner.launch(round.map((id) => ({ id, command: 'true', more })));
      await Promise.all(round.map((id) => runner.seen(id, 'TASK_FINISHED')));
    }
    return { runtime, tasks, seconds: (performance.now() - startMs) / 1000 };
  } finally {
    await runner.end();
    await cluster.stop();
  }
}

function report(figures: readonly Figure[], without: string | undefined): BenchReport {
  const rate = ({ tasks, seconds }: Figure): number => tasks / seconds;
  const plain = figures.find(({ runtime }) => runtime === 'docker run');
  const docker = figures.find(({ runtime }) => runtime === 'docker');
  const ratio = plain && docker ? rate(docker) / rate(plain) : undefined;
  const lines = figures.map(
    (figure) => `${figure.runtime.padEnd(20)}${rate(figure).toFixed(1).padStart(8)} tasks/s`,
  );
  const last =
    ratio === undefined
      ? `Without Docker: ${without}`
      : `docker through the agent: ${ratio.toFixed(2)} of what plain docker run does`;
  return {
    results: { figures, dockerRatio: ratio },
    table: [...lines, last],
    failures: [],
  };
}
