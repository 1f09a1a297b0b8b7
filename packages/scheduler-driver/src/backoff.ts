/** How long to wait before the next try. */

const firstMs = 100;
const longestMs = 10_000;

/**
 * Milliseconds before try number `attempt` (from 1): doubling from 100 ms to 10 s, spread over the
 * upper half so that many frameworks do not come back in step.
 * @param random a number in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const span = Math.min(firstMs * 2 ** (attempt - 1), longestMs);
  return Math.round(span / 2 + (span / 2) * random);
}
