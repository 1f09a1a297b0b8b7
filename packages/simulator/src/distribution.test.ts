import { expect, test } from 'vitest';
import { type Distribution, drawMs, namedRandom } from './distribution.ts';

function meanMs(distribution: Distribution): number {
  const random = namedRandom(7, 'mean');
  const draws = Array.from({ length: 20_000 }, () => drawMs(distribution, random));
  return draws.reduce((sum, each) => sum + each, 0) / draws.length;
}

test.each([
  [2, 2000],
  [{ uniform: [1, 3] }, 2000],
  [{ exponential: { mean: 2 } }, 2000],
  [{ normal: { mean: 2, deviation: 0.5 } }, 2000],
] satisfies [Distribution, number][])('drawMs of %j has the mean it says', (distribution, mean) => {
  expect(meanMs(distribution)).toBeGreaterThan(0.97 * mean);
  expect(meanMs(distribution)).toBeLessThan(1.03 * mean);
});

test('drawMs is never negative', () => {
  const random = namedRandom(1, 'x');
  const wide: Distribution = { normal: { mean: 0, deviation: 5 } };
  expect(Array.from({ length: 1000 }, () => drawMs(wide, random)).every((ms) => ms >= 0)).toBe(
    true,
  );
});

test('namedRandom gives the same numbers for the same seed and name, and others for others', () => {
  const first = (seed: number, name: string): number => namedRandom(seed, name)();
  expect(first(1, 'batch-1')).toBe(first(1, 'batch-1'));
  expect(first(1, 'batch-1')).not.toBe(first(2, 'batch-1'));
  expect(first(1, 'batch-1')).not.toBe(first(1, 'batch-2'));
});
