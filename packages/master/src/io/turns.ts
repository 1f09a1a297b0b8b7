/** Makes requests wait until their principal's rate limit lets them through, or turns them away. */
import { type Clock, RateLimiter, waitForTurn } from '@stoke/kit';
import type { MasterConfig } from '../config.ts';

/** Resolves to whether the request may go on; undefined: at once. Nobody of a principal overtakes another. */
export type Turns = (principal: string | undefined) => Promise<boolean> | undefined;

/** Lines of `--rate_limits`; without them nobody waits. */
export function turnsOf(
  { rate_limits: limits }: Pick<MasterConfig, 'rate_limits'>,
  clock: Clock,
): Turns {
  if (limits === undefined) return () => undefined;
  const limiter = new RateLimiter(limits);
  /** Whom the next of a principal has to let pass: a framework's calls come several at a time. */
  const last = new Map<string | undefined, Promise<boolean>>();
  return (principal) => {
    const turn = limiter.enter(principal, clock.now());
    const before = last.get(principal);
    const due = waitForTurn(turn, clock);
    if (turn.kind === 'never' || (due === undefined && before === undefined)) return due;
    const passed = Promise.all([due, before]).then(() => {
      if (last.get(principal) === passed) last.delete(principal);
      return true;
    });
    last.set(principal, passed);
    return passed;
  };
}
