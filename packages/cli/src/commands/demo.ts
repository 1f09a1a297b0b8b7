/** `stoke demo`: a real Spark job on real data, on a cluster that is made for it and goes away again. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClusterSpec, JobRequest, Provider } from '@stoke/cluster';
import type { Command } from 'commander';
import { withCommonOptions, withExamples } from '../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, hint } from '../io.ts';
import { loadProvider } from '../providers.ts';
import { runWithProgress } from '../run-plan.ts';

const jobFile = fileURLToPath(new URL('../../../../examples/flights/flights.py', import.meta.url));
const dataFile = fileURLToPath(
  new URL('../../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);
const agents = 3;

interface DemoOptions extends CommonOptions {
  readonly keep?: boolean;
  readonly timings?: boolean;
}

/** Adds the command. */
export function addDemoCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('demo')
    .summary('see it work: a real Spark job on real data')
    .description(
      'Set up all that is needed, start a cluster of three agents, run a Spark job over three million flights, show the result, and leave nothing behind.',
    )
    .option('--keep', 'leave the cluster running')
    .option('--timings', "show Stoke's own share of the time");
  withExamples(withCommonOptions(command), ['stoke demo', 'stoke demo --keep --timings']).action(
    (options: DemoOptions) => runDemo(io, options),
  );
}

/** Where the time went, in milliseconds. */
interface Timings {
  setUp: number;
  create: number;
  submit: number;
  driver: number;
  kill: number;
}

async function runDemo(io: CliIo, options: DemoOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await loadProvider(io, 'local');
  const name = await freeName(provider);
  const timings: Timings = { setUp: 0, create: 0, submit: 0, driver: 0, kill: 0 };
  const job: JobRequest = {
    command: 'spark-submit',
    args: [jobFile],
    mode: 'coarse',
    sparkHome: undefined,
    interactive: false,
  };
  timings.setUp = await timed(() => setUp(io, job));
  hint(io, [`Cluster '${name}': a master and ${agents} agents on this machine`]);
  timings.create = await timed(async () => {
    await runWithProgress(io, await provider.create(demoSpec(name)));
  });
  try {
    hint(io, [
      'Job: which airports made travellers wait longest in 2001, over three million flights',
    ]);
    timings.submit = await timed(async () => {
      const { submitJob } = await import('../submit-job.ts');
      timings.driver = (await submitJob(io, { provider, cluster: name, job })).driverMs;
    });
  } finally {
    if (options.keep !== true) timings.kill = await timed(() => killDemo(io, provider, name));
  }
  if (options.timings === true) showTimings(io, timings);
  if (io.exitCode === 0) sayNext(io, options.keep === true ? name : undefined);
}

async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** Brings Java, Spark and packages before the cluster stands, so that a failure leaves nothing to clean. */
async function setUp(io: CliIo, job: JobRequest): Promise<void> {
  const [{ clusterError, prepareTools }, { setupProgress }, { StatusLine }] = await Promise.all([
    import('@stoke/cluster'),
    import('../output/setup-progress.ts'),
    import('../output/status-line.ts'),
  ]);
  await access(dataFile).catch((cause: unknown) => {
    throw clusterError('JOB_FILE_MISSING', {
      message: `Cannot run the demo: its data '${dataFile}' is missing; run 'npm install' in Stoke's folder`,
      cause,
    });
  });
  await prepareTools(job, {
    env: io.env,
    cwd: io.cwd,
    clock: io.clock,
    signal: io.signal,
    onSetup: setupProgress(new StatusLine(io)),
    onOutput: () => undefined,
    onProgress: () => undefined,
    onWait: () => undefined,
  });
}

async function freeName(provider: Provider): Promise<string> {
  const taken = await provider.list();
  let name = 'demo';
  for (let number = 2; taken.includes(name); number++) name = `demo-${number}`;
  return name;
}

function demoSpec(name: string): ClusterSpec {
  return {
    name,
    provider: 'local',
    hosts: Array.from({ length: agents }, (_, index) => `agent-${index + 1}`),
    agentCpus: undefined,
    agentMemMb: undefined,
    port: undefined,
    masterFlags: [],
    agentFlags: [],
  };
}

/** Also after Ctrl-C: the user's abort must not stop the cleaning. */
async function killDemo(io: CliIo, provider: Provider, name: string): Promise<void> {
  const [{ runPlan }, { planProgress }] = await Promise.all([
    import('@stoke/cluster'),
    import('../output/plan-progress.ts'),
  ]);
  const plan = await provider.kill(name);
  await runPlan(plan, { signal: new AbortController().signal, onEvent: planProgress(io) });
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(8);

function showTimings(io: CliIo, timings: Timings): void {
  const { setUp: setUpMs, create, submit, driver, kill } = timings;
  const own = setUpMs + create + (submit - driver) + kill;
  const lines = [
    `set up        ${seconds(setUpMs)}`,
    `create        ${seconds(create)}`,
    `submit        ${seconds(submit - driver)}   besides the driver`,
    `kill          ${seconds(kill)}`,
    `Stoke's own   ${seconds(own)}`,
    `Spark driver  ${seconds(driver)}`,
    `together      ${seconds(own + driver)}`,
  ];
  io.stderr.write(`${lines.join('\n')}\n`);
}

function sayNext(io: CliIo, kept: string | undefined): void {
  const name = kept ?? 'dev';
  hint(io, [
    '',
    'Try next:',
    ...(kept === undefined ? [`  ${io.program} cluster create -n ${name}`] : []),
    `  ${io.program} cluster submit -n ${name} examples/wordcount/wordcount.py`,
    `  ${io.program} spark pyspark -n ${name}`,
    `  ${io.program} cluster info -n ${name}`,
    ...(kept === undefined ? [] : [`  ${io.program} cluster kill -n ${name}`]),
  ]);
}
