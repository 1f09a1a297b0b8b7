/** Scenario S2: many subscribers of the operator API while tasks come and go. */
import type { LatencySummary, SimulationSummary } from '@stoke/simulator';
import { round } from '../statistics.ts';
import { withCluster, withFrameworks } from './launches.ts';
import { Worker } from './worker.ts';

export interface StreamsSize {
  readonly subscribers: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

export interface StreamsResult extends StreamsSize {
  /** What reached a subscriber, a second. */
  readonly measuredEventsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Cores that the master used, beyond what the same tasks cost it without subscribers. */
  readonly cores: number;
  readonly coresWithoutSubscribers: number;
  /** Cores that the subscribers used to read, on the same machine. */
  readonly readerCores: number;
  readonly deliveriesPerSecondPerCore: number;
  /** From the agent's timestamp until the subscriber had the event. */
  readonly deliveryMs: LatencySummary;
  readonly masterStallMaxMs: number;
}

/** Each task is added, runs and finishes. */
const EVENTS_PER_TASK = 3;
/** One in so many subscribers takes its events apart. */
const MEASURED_EVERY = 100;
const AGENTS = 100;

export async function streams(size: StreamsSize): Promise<StreamsResult> {
  const perSecond = size.eventsPerSecond / EVENTS_PER_TASK;
  const tasks = Math.round(perSecond * size.seconds);
  const load = { name: 'short', tasks, perSecond, resources: 'cpus:0.1;mem:32' };
  return withCluster(AGENTS, async ({ master }) => {
    const reader = new Worker(new URL('./http-worker.ts', import.meta.url));
    const run = async (): Promise<{ cores: number; seconds: number }> => {
      const cpuBefore = master.cpuMs();
      const start = performance.now();
      await withFrameworks(master, [load], (worker) => worker.ask<SimulationSummary>('done'));
      const ms = performance.now() - start;
      return { cores: (master.cpuMs() - cpuBefore) / ms, seconds: ms / 1000 };
    };
    try {
      const without = await run();
      await reader.ask('subscribe', {
        address: master.address,
        clients: size.subscribers,
        every: MEASURED_EVERY,
      });
      await reader.ask('resetSubscribers');
      await master.stalls();
      const readerBefore = reader.cpuMs();
      const { cores, seconds } = await run();
      const readerCores = (reader.cpuMs() - readerBefore) / (1000 * seconds);
      const { maxMs } = await master.stalls();
      const report = await reader.ask<{ events: number; latencyMs: LatencySummary }>(
        'subscriberReport',
      );
      await reader.ask('unsubscribe');
      const measured = Math.ceil(size.subscribers / MEASURED_EVERY);
      const each = report.events / measured;
      const deliveriesPerSecond = (each * size.subscribers) / seconds;
      return {
        ...size,
        measuredEventsPerSecond: Math.round(each / seconds),
        deliveriesPerSecond: Math.round(deliveriesPerSecond),
        cores: round(cores),
        coresWithoutSubscribers: round(without.cores),
        readerCores: round(readerCores),
        deliveriesPerSecondPerCore: Math.round(
          deliveriesPerSecond / Math.max(0.01, cores - without.cores),
        ),
        deliveryMs: report.latencyMs,
        masterStallMaxMs: maxMs,
      };
    } finally {
      await reader.end();
    }
  });
}
