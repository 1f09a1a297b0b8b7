import { expect, test } from 'vitest';
import { createFakeClock } from './clock.ts';
import { createTurnstile, rateFlags } from './turns.ts';

const flag = rateFlags.metrics_snapshot_rate_limit;

test('metrics_snapshot_rate_limit takes a rate or nothing', () => {
  expect(flag.parse(undefined)).toBe('2/1secs');
  expect(['10/1mins', ''].map((rate) => flag.safeParse(rate).success)).toEqual([true, true]);
  for (const rate of ['2', '2/', '/1secs', '0/1secs', '2/0secs', '-1/1secs', '2/1secs/3', 'x/y']) {
    expect(flag.safeParse(rate).success, rate).toBe(false);
  }
});

test('createTurnstile answers two a second in the order they came, and turns away what is too much', async () => {
  const clock = createFakeClock();
  const enter = createTurnstile('2/1secs', clock);
  const done: number[] = [];
  expect(enter()).toBeUndefined();
  const waiting = Array.from({ length: 100 }, (_, index) =>
    enter()?.then((came) => came && done.push(index)),
  );
  expect(await enter()).toBe(false);
  await clock.advance(499);
  expect(done).toEqual([]);
  await clock.advance(501);
  expect(done).toEqual([0, 1]);
  await clock.advance(49_000);
  await Promise.all(waiting);
  expect(done).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('createTurnstile without a rate lets everybody through', () => {
  const enter = createTurnstile('', createFakeClock());
  expect(Array.from({ length: 1000 }, enter).every((turn) => turn === undefined)).toBe(true);
});
