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

test('refresh draws a random order anew each time, by weight', () => {
  const random = lehmer(7);
  const order = createFairOrder<Contender>(random);
  const heavy = contender('heavy', 3);
  for (const member of [heavy, contender('light')]) joinOrder(order, member);
  let firsts = 0;
  for (let round = 0; round < 4000; round++) {
    refresh(order, basis);
    if (order.members[0] === heavy) firsts++;
  }
  expect(firsts / 4000).toBeCloseTo(0.75, 1);
});

test('reposition leaves a random order as it was drawn', () => {
  const order = createFairOrder<Contender>(lehmer(3));
  const all = ['a', 'b', 'c'].map((path) => contender(path));
  for (const member of all) joinOrder(order, member);
  refresh(order, basis);
  const drawn = order.members.map(({ path }) => path);
  for (const member of all) {
    member.held[0] = 4000;
    reposition(order, member, basis);
  }
  expect(order.members.map(({ path }) => path)).toEqual(drawn);
});

/** Repeatable chance in (0, 1). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
