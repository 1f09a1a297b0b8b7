import { expect, test } from 'vitest';
import { allowedAgeMs } from './sandbox-gc.ts';

test.each([
  [0, 0.9],
  [0.4, 0.5],
  [0.9, 0],
  [1, 0],
])('allowedAgeMs() of a disk %f full is %f of the delay', (usage, part) => {
  expect(allowedAgeMs({ delayMs: 1000, headroom: 0.1 }, usage)).toBeCloseTo(part * 1000);
});
