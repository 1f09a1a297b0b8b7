/** `stoke simulate`: thousands of agents in one process, to size a cluster before there is one. */
import type { Simulation, SimulationSummary } from '@stoke/simulator';
import { type Command, InvalidArgumentError } from 'commander';
import { readDuration, withExamples, withJsonOption } from '../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../io.ts';
import { formatLatency } from '../output/format.ts';
import { StatusLine } from '../output/status-line.ts';

interface SimulateOptions extends CommonOptions {
  readonly agents: number;
  readonly behaviour?: string;
  readonly master: string;
  readonly credential?: string;
  readonly prefix: string;
  readonly for?: number;
}

const progressMs = 500;
/** Without a terminal: a line now and then. */
const spokenMs = 10_000;

/** Adds the command. */
export function addSimulateCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('simulate')
    .summary('simulate thousands of agents, to size a cluster')
    .description(
      'Register simulated agents with a master, over the real wire; their tasks follow a script instead of running. Ends when the frameworks of the script are done, after --for, or with Ctrl-C; the agents unregister.',
    )
    .requiredOption('--agents <number>', 'how many agents', readCount)
    .requiredOption('--master <host:port>', 'the master')
    .option('--behaviour <file>', 'JSON: agents, tasks and frameworks; default: tasks run for ever')
    .option('--for <duration>', 'end after this time, such as 90s or 5m', readDuration)
    .option('--prefix <text>', 'begins the host names of the agents', 'sim')
    .option(
      '--credential <file>',
      'file with {"principal","secret"}, or the two in one line, for the master',
    );
  withExamples(withJsonOption(command), [
    'stoke simulate --agents 1000 --master 127.0.0.1:5050',
    'stoke simulate --agents 5000 --behaviour examples/simulate/batch.json --master 127.0.0.1:5050 --for 5m --json',
  ]).action((options: SimulateOptions) => simulate(io, options));
}

function readCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a number of agents, got '${text}'.`);
}

async function simulate(io: CliIo, options: SimulateOptions): Promise<void> {
  applyCommon(io, options);
  const [{ parseBehaviour, readBehaviour, startSimulation }, { readCredential }] =
    await Promise.all([import('@stoke/simulator'), import('@stoke/kit')]);
  const { agents, master, prefix } = options;
  const behaviour =
    options.behaviour === undefined
      ? parseBehaviour({}, '')
      : await readBehaviour(options.behaviour);
  const credential =
    options.credential === undefined ? {} : { credential: readCredential(options.credential) };
  const status = new StatusLine(io);
  const trouble = new Set<string>();
  const onTrouble = (reason: string): void => {
    if (!trouble.has(reason)) status.say(`No link: ${reason}; trying again`);
    trouble.add(reason);
  };
  const simulation = startSimulation({
    agents,
    behaviour,
    master,
    prefix,
    onTrouble,
    ...credential,
  });
  const stopShowing = showProgress(io, status, simulation);
  try {
    await Promise.race([simulation.done, ended(io, options.for)]);
  } finally {
    stopShowing();
    status.set('Leaving');
    await simulation.stop();
    status.set('');
  }
  const summary = simulation.summary();
  if (options.json) writeJson(io, summary);
  else io.stdout.write(summaryText(summary));
  // Ctrl-C is how a simulation without an end is meant to end.
  io.exitCode = summary.agents.registered === 0 ? 1 : 0;
}

/** Resolves with Ctrl-C, or when the time is over. */
function ended(io: CliIo, afterMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = afterMs === undefined ? undefined : io.clock.setTimer(afterMs, resolve);
    io.signal.addEventListener(
      'abort',
      () => {
        timer?.cancel();
        resolve();
      },
      { once: true },
    );
  });
}

/** Returns how to stop it. */
function showProgress(io: CliIo, status: StatusLine, simulation: Simulation): () => void {
  let timer = io.clock.setTimer(0, tick);
  let sinceSpokenMs = 0;
  function tick(): void {
    const { registered, runningTasks } = simulation.progress();
    const { agents, tasks } = simulation.summary();
    const text = `${registered} of ${agents.asked} agents registered, ${runningTasks} tasks there, ${tasks.launched} launched so far`;
    status.set(text);
    sinceSpokenMs += progressMs;
    if (!status.isLive && sinceSpokenMs >= spokenMs) {
      sinceSpokenMs = 0;
      status.say(text);
    }
    timer = io.clock.setTimer(progressMs, tick);
  }
  return () => timer.cancel();
}

function summaryText({ agents, tasks, latencies, elapsedMs }: SimulationSummary): string {
  const states = Object.entries(tasks.states).map(([state, count]) => `${count} × ${state}`);
  const after =
    agents.allRegisteredMs === undefined ? '' : `, all after ${seconds(agents.allRegisteredMs)}`;
  return [
    `Agents   ${agents.registered} of ${agents.asked} registered${after}; ${agents.returned} came back after a lost link`,
    ...agents.refused.map((reason) => `         refused: ${reason}`),
    `Tasks    ${tasks.launched} launched; updates: ${states.length === 0 ? 'none' : states.join(', ')}`,
    latencyText('Latency  update to acknowledgement ', latencies.updateToAckMs),
    latencyText('         offer to TASK_RUNNING     ', latencies.offerToRunningMs),
    latencyText('         due to TASK_RUNNING       ', latencies.dueToRunningMs),
    `Time     ${seconds(elapsedMs)}`,
    '',
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function latencyText(
  name: string,
  { samples, p50, p90, p99, max }: SimulationSummary['latencies']['updateToAckMs'],
): string | undefined {
  if (samples === 0) return undefined;
  const [half, most, nearlyAll, all] = [p50, p90, p99, max].map(formatLatency);
  return `${name} p50 ${half}, p90 ${most}, p99 ${nearlyAll}, max ${all} (${samples})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
