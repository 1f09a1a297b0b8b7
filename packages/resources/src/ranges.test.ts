/** Ranges against a plain set of numbers. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  coalesce,
  containsRanges,
  countInRanges,
  formatRanges,
  type Ranges,
  subtractRanges,
  uniteRanges,
} from './ranges.ts';

const arbitraryRanges = fc
  .array(
    fc
      .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 12 }))
      .map(([begin, length]) => ({ begin, end: begin + length })),
    { maxLength: 6 },
  )
  .map(coalesce);

function numbersOf(ranges: Ranges): Set<number> {
  const numbers = ranges.flatMap(({ begin, end }) =>
    Array.from({ length: end - begin + 1 }, (_, offset) => begin + offset),
  );
  return new Set(numbers);
}

test('ranges behave like sets of numbers', () => {
  fc.assert(
    fc.property(arbitraryRanges, arbitraryRanges, (a, b) => {
      const [left, right] = [numbersOf(a), numbersOf(b)];
      expect(numbersOf(uniteRanges(a, b))).toEqual(new Set([...left, ...right]));
      expect(numbersOf(subtractRanges(a, b))).toEqual(
        new Set([...left].filter((number) => !right.has(number))),
      );
      expect(containsRanges(a, b)).toBe([...right].every((number) => left.has(number)));
      expect(countInRanges(a)).toBe(left.size);
    }),
    { numRuns: 500 },
  );
});

test('coalesce joins ranges that touch or overlap and sorts them', () => {
  const ranges = [
    { begin: 5, end: 9 },
    { begin: 1, end: 2 },
    { begin: 3, end: 4 },
    { begin: 20, end: 19 },
  ];
  expect(coalesce(ranges)).toEqual([{ begin: 1, end: 9 }]);
});

test('formatRanges writes both ends even of a single number', () => {
  const ranges = [
    { begin: 31000, end: 31005 },
    { begin: 31010, end: 31010 },
  ];
  expect(formatRanges(ranges)).toBe('[31000-31005, 31010-31010]');
});
