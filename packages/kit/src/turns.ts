/** Requests that take turns: so many in so much time go on, the others wait in a line that has an end. */
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { RateLine, type Turn } from './core/rate-limits.ts';
import { parseDuration } from './flag-kind.ts';

/** How many requests of an endpoint wait before further ones are turned away. Mesos lets any number wait. */
const ENDPOINT_CAPACITY = 100;

/** Resolves to whether the turn came; undefined: it is there at once. */
export function waitForTurn(turn: Turn, clock: Clock): Promise<boolean> | undefined {
  if (turn.kind === 'now') return undefined;
  if (turn.kind === 'never') return Promise.resolve(false);
  return new Promise((resolve) => clock.setTimer(turn.delayMs, () => resolve(true)));
}

/** Requests a second of a rate such as `2/1secs`, infinite for an empty one; undefined when it is none. */
function perSecond(rate: string): number | undefined {
  if (rate === '') return Number.POSITIVE_INFINITY;
  const [requests = '', interval = '', ...more] = rate.split('/');
  const intervalMs = parseDuration(interval) ?? 0;
  if (!/^[1-9]\d{0,8}$/.test(requests) || intervalMs <= 0 || more.length > 0) return undefined;
  return (Number(requests) * 1000) / intervalMs;
}

/** Flags that hold readers back, as libprocess does for Mesos. */
export const rateFlags = {
  metrics_snapshot_rate_limit: z
    .string()
    .refine((rate) => perSecond(rate) !== undefined, {
      error: 'expected requests and the time for them, as in 2/1secs, or nothing for no limit',
    })
    .default('2/1secs')
    .describe(
      'How many requests of /metrics/snapshot are answered in which time; others wait; empty: no limit',
    ),
};

/** A line for one endpoint: each call takes the next turn, see {@link waitForTurn}. @param rate as the flag has it. */
export function createTurnstile(rate: string, clock: Clock): () => Promise<boolean> | undefined {
  const qps = perSecond(rate) ?? Number.POSITIVE_INFINITY;
  const line = new RateLine({ qps, capacity: ENDPOINT_CAPACITY });
  return () => waitForTurn(line.enter(clock.now()), clock);
}
