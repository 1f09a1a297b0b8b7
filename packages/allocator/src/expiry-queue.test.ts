/** Refusals come out in the order they end, and dead ones do not pile up. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createExpiryQueue, type Expiry } from './expiry-queue.ts';

/** Only what the queue looks at: whether the agent still remembers the refusal. */
function expiry(untilMs: number, isAlive = true): Expiry {
  const refusal = { untilMs };
  const refusals = new Map<unknown, unknown>(isAlive ? [['client', [refusal]]] : []);
  return { untilMs, refusal, agent: { refusals }, client: 'client' } as unknown as Expiry;
}

test('popDue gives what has ended, first things first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100 })), fc.nat({ max: 100 }), (ends, nowMs) => {
      const queue = createExpiryQueue();
      for (const end of ends) queue.push(expiry(end));
      const due: number[] = [];
      for (let next = queue.popDue(nowMs); next !== undefined; next = queue.popDue(nowMs)) {
        due.push(next.untilMs);
      }
      expect(due).toEqual(ends.filter((end) => end <= nowMs).sort((a, b) => a - b));
      expect(queue.nextMs()).toBe(ends.filter((end) => end > nowMs).sort((a, b) => a - b)[0]);
    }),
  );
});

test('push sweeps out refusals that are gone', () => {
  const queue = createExpiryQueue();
  for (let index = 0; index < 10_000; index++) queue.push(expiry(index, index % 100 === 0));
  expect(queue.size).toBeLessThan(1200);
  expect(queue.popDue(0)?.untilMs).toBe(0);
});
