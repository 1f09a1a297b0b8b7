/** Makes requests wait until their principal's rate limit lets them through, or turns them away. */
import { type Clock, RateLimiter, waitForTurn } from '@stoke/kit';
import type { MasterConfig } from '../config.ts';

/** Resolves to whether the request may go on; undefined: at once. */
export type Turns = (principal: string | undefined) => Promise<boolean> | undefined;

/** Lines of `--rate_limits`; without them nobody waits. */
export function turnsOf({ rate_limits: limits }: MasterConfig, clock: Clock): Turns {
  if (limits === undefined) return () => undefined;
  const limiter = new RateLimiter(limits);
  return (principal) => waitForTurn(limiter.enter(principal, clock.now()), clock);
}
