/**
 * Benchmark K1: one Spark job on our engine, on Spark standalone and with local[2], interleaved A B C A B C.
 * Usage: npm run bench -- spark [--smoke]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@stoke/kit';
import {
  createEventLogSummary,
  ensureJava,
  ensureSpark,
  findPython,
  listEventLogs,
  readEventLog,
  runSpark,
  runTool,
  type SparkRunLaunch,
  stokeCacheDir,
} from '@stoke/spark';
import type { Bench, BenchReport } from './support/bench.ts';
import { type Engine, localEngine, startOurs, startStandalone } from './support/spark-engines.ts';

/** One run of the job. */
interface Sample {
  readonly engine: string;
  readonly round: number;
  /** From the start of spark-submit to its end. */
  readonly wallSeconds: number;
  /** From the start of spark-submit to the launch of the first task. */
  readonly firstTaskSeconds: number;
  /** Runnable processes of the whole machine when the run started: what else was going on. */
  readonly loadBefore: number;
  readonly executors: number;
  readonly tasks: number;
  readonly output: string;
}

/** What the runs were given. */
interface Plan {
  readonly rounds: number;
  readonly millions: number;
}

const FULL: Plan = { rounds: 3, millions: 46 };
const SMOKE: Plan = { rounds: 1, millions: 1 };
const RESOURCES = { executorCores: 1, maxCores: 2, executorMemoryMb: 1536, driverMemoryMb: 2048 };
const JOB = fileURLToPath(new URL('support/spark-job.py', import.meta.url));

export const bench: Bench = {
  description: 'K1: a Spark job on our engine, on Spark standalone and with local[2]',
  run: runAll,
};

async function runAll(options: { readonly smoke: boolean }): Promise<BenchReport> {
  const plan = options.smoke ? SMOKE : FULL;
  const folder = await mkdtemp(join(tmpdir(), 'stoke-bench-'));
  const tools = await prepare();
  const engines: Engine[] = [];
  try {
    engines.push(await startOurs({ folder, ...tools }));
    engines.push(await startStandalone({ folder, ...tools }), localEngine());
    const samples: Sample[] = [];
    for (let round = 1; round <= plan.rounds; round += 1) {
      for (const engine of engines) {
        const launch = launchOf(engine, { folder, tools, plan });
        const sample = await runOnce(launch, { engine: engine.name, round });
        samples.push(sample);
        console.error(describe(sample));
      }
    }
    return report(plan, samples, options.smoke);
  } finally {
    for (const engine of engines) await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Tools {
  readonly sparkHome: string;
  readonly javaHome: string;
  readonly python: { readonly executable: string };
}

async function prepare(): Promise<Tools> {
  const env = process.env;
  const context = {
    env,
    cacheDir: stokeCacheDir(env),
    clock: systemClock,
    run: runTool,
    onProgress: () => undefined,
  };
  const java = await ensureJava(context);
  const spark = await ensureSpark(context, context);
  const { executable } = await findPython(context);
  return { sparkHome: spark.home, javaHome: java.home, python: { executable } };
}

function launchOf(
  engine: Engine,
  { folder, tools, plan }: { folder: string; tools: Tools; plan: Plan },
): SparkRunLaunch {
  return {
    command: 'spark-submit',
    args: [JOB, String(plan.millions)],
    target: engine.target,
    resources: RESOURCES,
    eventLogDir: join(folder, 'events'),
    ...tools,
  };
}

async function runOnce(
  launch: SparkRunLaunch,
  { engine, round }: { readonly engine: string; readonly round: number },
): Promise<Sample> {
  const loadBefore = loadavg()[0] ?? 0;
  const chunks: Buffer[] = [];
  const startedAtMs = Date.now();
  const ended = await runSpark({
    launch,
    env: process.env,
    clock: systemClock,
    onOutput: (chunk, stream) => {
      if (stream === 'stdout') chunks.push(chunk);
      else process.stderr.write(chunk);
    },
  });
  if (ended.exitCode !== 0)
    throw new Error(`The job failed on ${engine}: exit code ${ended.exitCode}`);
  const log = await summarizeNewestLog(launch.eventLogDir ?? '');
  const firstTaskAtMs = (log.startedAtMs ?? 0) + (log.firstTaskAfterMs ?? 0);
  return {
    engine,
    round,
    wallSeconds: ended.durationMs / 1000,
    firstTaskSeconds: (firstTaskAtMs - startedAtMs) / 1000,
    loadBefore,
    executors: log.executors.length,
    tasks: log.totals.numTasks,
    output: Buffer.concat(chunks).toString('utf8').trim(),
  };
}

async function summarizeNewestLog(folder: string) {
  const [newest] = await listEventLogs(folder);
  if (newest === undefined) throw new Error(`The job left no event log in ${folder}`);
  const summary = createEventLogSummary();
  for await (const event of readEventLog(newest.path)) summary.add(event);
  return summary.result();
}

function describe(sample: Sample): string {
  const { engine, round, wallSeconds, firstTaskSeconds, loadBefore } = sample;
  return `round ${round}  ${engine.padEnd(10)}  wall ${wallSeconds.toFixed(1)} s  first task ${firstTaskSeconds.toFixed(1)} s  (load ${loadBefore.toFixed(1)})`;
}

/** Goals of the wall time, for whole runs on a quiet machine; a smoke run is too short to judge. */
const GOALS = { wallToStandalone: 1.05, wallToLocal: 1.25, firstTaskToStandalone: 1.5 };

function report(plan: Plan, samples: readonly Sample[], smoke: boolean): BenchReport {
  const ratios = {
    wallToStandalone: ratiosOf(samples, 'standalone', 'wallSeconds'),
    wallToLocal: ratiosOf(samples, 'local', 'wallSeconds'),
    firstTaskToStandalone: ratiosOf(samples, 'standalone', 'firstTaskSeconds'),
  };
  const outputs = new Set(samples.map((sample) => sample.output));
  const differ = outputs.size === 1 ? [] : [`the engines disagree: ${[...outputs].join(' | ')}`];
  const missed = Object.entries(GOALS).flatMap(([name, goal]) => {
    const median = Object.entries(ratios).find(([key]) => key === name)?.[1].median ?? 0;
    return smoke || median <= goal ? [] : [`${name} is ${median.toFixed(3)}, goal ${goal}`];
  });
  return {
    results: { plan, resources: RESOURCES, goals: GOALS, ratios, samples },
    table: [
      ...samples.map(describe),
      ...Object.entries(ratios).map(
        ([name, { median }]) => `${name.padEnd(22)} ${median.toFixed(3)}`,
      ),
    ],
    failures: [...differ, ...missed],
  };
}

/** Ours over another engine, per round, so that what else the machine did falls on both. */
function ratiosOf(
  samples: readonly Sample[],
  other: string,
  measure: 'wallSeconds' | 'firstTaskSeconds',
): { readonly perRound: readonly number[]; readonly median: number } {
  const perRound = samples
    .filter((sample) => sample.engine === 'ours')
    .flatMap((ours) => {
      const pair = samples.find((sample) => sample.engine === other && sample.round === ours.round);
      return pair === undefined ? [] : [ours[measure] / pair[measure]];
    });
  const sorted = [...perRound].sort((a, b) => a - b);
  return { perRound, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}
