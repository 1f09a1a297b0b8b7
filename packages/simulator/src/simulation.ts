/** A whole simulation: agents and frameworks against one master, until they are done or stopped. */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type Clock, type Credential, systemClock } from '@stoke/kit';
import type { Behaviour } from './behaviour.ts';
import { simulatorError } from './errors.ts';
import { Fleet } from './fleet.ts';
import { LoadFramework } from './load-framework.ts';
import { SimulationRecord, type SimulationSummary } from './simulation-record.ts';

export interface SimulationOptions {
  readonly agents: number;
  readonly behaviour: Behaviour;
  /** `host:port` */
  readonly master: string;
  readonly credential?: Credential;
  /** Begins the hostname of every agent; two simulations with one master need different ones. Default `sim`. */
  readonly prefix?: string;
  readonly clock?: Clock;
  /** Links could not be made, or broke. */
  readonly onTrouble?: (reason: string) => void;
}

/** What is going on now. */
export interface SimulationProgress {
  readonly registered: number;
  readonly runningTasks: number;
}

export interface Simulation {
  progress(): SimulationProgress;
  summary(): SimulationSummary;
  /** Resolves when all tasks of the behaviour's frameworks ended; never when it has none. */
  readonly done: Promise<void>;
  /** Ends the frameworks, unregisters the agents. */
  stop(): Promise<void>;
}

/** One process may have 20,000 files open on most systems; some are needed for other things. */
const MAX_AGENTS = 19_000;

/** Starts. @throws AppError SIMULATION_TOO_LARGE, SIMULATION_FAILED */
export function startSimulation(options: SimulationOptions): Simulation {
  const { agents, behaviour, master, credential, clock = systemClock } = options;
  if (agents > MAX_AGENTS) {
    throw simulatorError('SIMULATION_TOO_LARGE', {
      message: `Cannot simulate '${agents}' agents in one process: ${MAX_AGENTS} are the most; start several with different prefixes`,
    });
  }
  const nowMs = (): number => performance.timeOrigin + performance.now();
  const record = new SimulationRecord(agents, nowMs);
  const fleet = new Fleet({
    agents,
    behaviour,
    master: addressOf(master),
    authorization: credential === undefined ? undefined : basic(credential),
    prefix: options.prefix ?? 'sim',
    clock,
    nowMs,
    random: Math.random,
    newUuid: uuidSource(),
    heard: record,
    onTrouble: options.onTrouble ?? (() => undefined),
  });
  fleet.start();
  const frameworks = behaviour.frameworks.map(
    (load) => new LoadFramework({ load, master, credential, record }),
  );
  const runs = frameworks.map((framework) => framework.run());
  return {
    progress: () => ({ registered: fleet.registered, runningTasks: fleet.runningTasks }),
    summary: () => record.summary(),
    done:
      runs.length === 0 ? new Promise(() => undefined) : Promise.all(runs).then(() => undefined),
    stop: async () => {
      await Promise.allSettled(frameworks.map((framework) => framework.stop()));
      await fleet.leave();
    },
  };
}

function addressOf(master: string): { host: string; port: number } {
  const url = URL.parse(`http://${master}`);
  if (url === null || url.port === '' || url.host !== master) {
    throw simulatorError('SIMULATION_FAILED', {
      message: `Cannot connect to master '${master}': write it as host:port`,
    });
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
}

function basic({ principal, secret }: Credential): string {
  return `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`;
}

/** Sixteen bytes each: chance for the process, then a count. */
function uuidSource(): () => Uint8Array {
  const chance = randomBytes(16);
  let count = 0;
  return () => {
    const uuid = Uint8Array.from(chance);
    new DataView(uuid.buffer).setUint32(12, count++);
    return uuid;
  };
}
