import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isSliceOver } from './turn-slices.ts';

/** Longer than a slice. */
function work(): void {
  const end = performance.now() + 5;
  while (performance.now() < end);
}

test('isSliceOver() lets others have turns between the parts of many', async () => {
  let turn = 0;
  const turnsOfParts: number[] = [];
  const count = (): void => {
    turn++;
    if (turnsOfParts.length < 6) setImmediate(count);
  };
  await nextTurn();
  count();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      while (isSliceOver()) await nextTurn();
      turnsOfParts.push(turn);
      work();
    }),
  );
  expect(new Set(turnsOfParts).size).toBe(6);
});
