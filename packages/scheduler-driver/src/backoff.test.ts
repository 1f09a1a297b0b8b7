/** Retries slow down, spread, and stay bounded. */
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('backoffMs doubles from 100 ms to 10 s, over the upper half', () => {
  expect([1, 2, 3, 8, 50].map((attempt) => backoffMs(attempt, 0))).toEqual([
    50, 100, 200, 5000, 5000,
  ]);
  expect([1, 2, 3, 8, 50].map((attempt) => backoffMs(attempt, 1))).toEqual([
    100, 200, 400, 10_000, 10_000,
  ]);
});
