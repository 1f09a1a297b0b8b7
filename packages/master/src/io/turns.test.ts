import type { Clock } from '@stoke/kit';
import { expect, test } from 'vitest';
import { turnsOf } from './turns.ts';

const rate_limits = { principals: { p: { qps: 1, capacity: 2 } }, others: undefined };

/** Timers run when the test says so, however late. */
function lateClock(): { readonly clock: Clock; nowMs: number; readonly due: (() => void)[] } {
  const due: (() => void)[] = [];
  const late = {
    nowMs: 0,
    due,
    clock: {
      now: () => late.nowMs,
      setTimer: (_delayMs: number, run: () => void) => {
        due.push(run);
        return { cancel: () => undefined };
      },
    },
  };
  return late;
}

test('turnsOf() lets nobody overtake who waits already, also when timers are late', async () => {
  const late = lateClock();
  const turns = turnsOf({ rate_limits }, late.clock);
  const order: string[] = [];
  expect(turns('p')).toBeUndefined();
  const second = turns('p')?.then(() => order.push('second'));
  late.nowMs = 5000;
  const third = turns('p')?.then(() => order.push('third'));
  expect(order).toEqual([]);
  for (const run of late.due.splice(0)) run();
  await Promise.all([second, third]);
  expect(order).toEqual(['second', 'third']);
  late.nowMs = 10_000;
  expect(turns('p')).toBeUndefined();
});

test('turnsOf() turns away whom the line has no room for, and lets others be', async () => {
  const turns = turnsOf({ rate_limits }, lateClock().clock);
  expect(turns('p')).toBeUndefined();
  expect(turns('p')).toBeDefined();
  expect(turns('p')).toBeDefined();
  expect(await turns('p')).toBe(false);
  expect(turns('q')).toBeUndefined();
});
