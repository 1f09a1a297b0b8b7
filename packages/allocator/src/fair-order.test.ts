/** The order of fairness against a plain sort. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Contender,
  createFairOrder,
  dominantShare,
  joinOrder,
  leaveOrder,
  refresh,
  reposition,
  type ShareBasis,
} from './fair-order.ts';

const basis: ShareBasis = { totals: [9000, 18_000], isCounted: () => true, epoch: 1 };

function contender(path: string, weight = 1): Contender {
  return { path, weight, held: [0, 0], grants: 0, share: 0, orderedGrants: 0 };
}

/** The rule in one line: share, then allocations, then name. */
function byRule(left: Contender, right: Contender): number {
  return (
    dominantShare(basis, left) - dominantShare(basis, right) ||
    left.grants - right.grants ||
    (left.path < right.path ? -1 : 1)
  );
}

test('reposition keeps the order that sorting anew would give', () => {
  const arbitraryMove = fc.record({ member: fc.nat({ max: 9 }), milli: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(fc.array(arbitraryMove, { maxLength: 60 }), (moves) => {
      const order = createFairOrder<Contender>();
      const all = Array.from({ length: 10 }, (_, index) => contender(`f${index}`, 1 + (index % 2)));
      for (const member of all) joinOrder(order, member);
      refresh(order, basis);
      for (const { member, milli } of moves) {
        const moved = all[member]!;
        moved.held[0] = milli * 1000;
        moved.grants++;
        reposition(order, moved, basis);
      }
      expect(order.members.map(({ path }) => path)).toEqual(
        [...all].sort(byRule).map(({ path }) => path),
      );
    }),
  );
});

test('dominantShare takes the largest fraction and divides by the weight', () => {
  const member = contender('f', 2);
  member.held.splice(0, 2, 3000, 3000);
  expect(dominantShare(basis, member)).toBe(3000 / 9000 / 2);
});

test('dominantShare of equal fractions is equal, so that ties go by allocations and name', () => {
  const left = contender('left');
  const right = contender('right');
  left.held[0] = 3000;
  right.held[1] = 6000;
  expect(dominantShare(basis, left)).toBe(dominantShare(basis, right));
});

test('leaveOrder takes a member out and leaves the others in place', () => {
  const order = createFairOrder<Contender>();
  const all = ['a', 'b', 'c'].map((path) => contender(path));
  for (const member of all) joinOrder(order, member);
  refresh(order, basis);
  leaveOrder(order, all[1]!);
  expect(order.members.map(({ path }) => path)).toEqual(['a', 'c']);
});
