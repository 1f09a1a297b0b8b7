/** Laws of the resource algebra, tried on random values. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourcesFromWire } from './from-wire.ts';
import { quantitiesOf } from './quantities.ts';
import { coalesce } from './ranges.ts';
import { allocatableTo } from './reservation.ts';
import { createItem, PLAIN_FIELDS, type ResourceItem } from './resource-item.ts';
import {
  addResources,
  allocate,
  containsResources,
  equalResources,
  isEmpty,
  type Resources,
  resourcesOf,
  subtractResources,
  unallocate,
} from './resources.ts';
import { toPostRefinement } from './to-wire.ts';

const reservations = fc.constantFrom<ResourceItem['reservations']>(
  [],
  [],
  [{ type: 'STATIC', role: 'eng' }],
  [{ type: 'DYNAMIC', role: 'eng', principal: 'ann' }],
  [
    { type: 'STATIC', role: 'eng' },
    { type: 'DYNAMIC', role: 'eng/dev', labels: { labels: [{ key: 'k', value: 'v' }] } },
  ],
);

const scalar = fc
  .record({
    name: fc.constantFrom('cpus', 'mem', 'disk', 'custom'),
    milli: fc.integer({ min: 0, max: 5000 }),
    reservations,
    revocable: fc.boolean(),
  })
  .map((fields) => createItem({ ...PLAIN_FIELDS, kind: 'SCALAR', ...fields }));

const ranges = fc
  .record({
    ranges: fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 }))
        .map(([begin, length]) => ({ begin, end: begin + length })),
      { maxLength: 4 },
    ),
    reservations,
  })
  .map(({ ranges: list, reservations: stack }) => ({ list, stack }));

const set = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
  .map((members) =>
    createItem({ ...PLAIN_FIELDS, kind: 'SET', name: 'tags', members: members.sort() }),
  );

const volume = fc
  .record({
    id: fc.constantFrom('v1', 'v2'),
    milli: fc.constantFrom(1000, 2000),
    shared: fc.boolean(),
  })
  .map(({ id, milli, shared }) =>
    createItem({
      ...PLAIN_FIELDS,
      kind: 'SCALAR',
      name: 'disk',
      milli,
      shared,
      reservations: [{ type: 'DYNAMIC', role: 'eng' }],
      disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
    }),
  );

/** Scalars, ranges, sets, reserved, revocable, volumes and shared volumes, in any mixture. */
const arbitraryItem: fc.Arbitrary<ResourceItem> = fc.oneof(scalar, set, volume);

/** Such items, gathered into a value, with ports. */
const arbitraryResources: fc.Arbitrary<Resources> = fc
  .tuple(fc.array(arbitraryItem, { maxLength: 6 }), fc.array(ranges, { maxLength: 2 }))
  .map(([items, portLists]) => {
    const ports = portLists.map(({ list, stack }) =>
      createItem({
        ...PLAIN_FIELDS,
        kind: 'RANGES',
        name: 'ports',
        ranges: coalesce(list),
        reservations: stack,
      }),
    );
    return resourcesOf([...items, ...ports]);
  });

/** Ranges and sets hold each element once, so `a + b - b = a` needs values that do not overlap. */
function overlaps(left: Resources, right: Resources): boolean {
  const sharesElements = (resources: Resources): Resources => ({
    ...resources,
    items: resources.items.filter((item) => item.kind !== 'SCALAR'),
  });
  const elements = sharesElements(right);
  return !equalResources(subtractResources(sharesElements(left), elements), sharesElements(left));
}

test('addResources is undone by subtractResources', () => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      fc.pre(!overlaps(a, b));
      expect(equalResources(subtractResources(addResources(a, b), b), a)).toBe(true);
    }),
  );
});

test('addResources is commutative and associative', () => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, arbitraryResources, (a, b, c) => {
      expect(equalResources(addResources(a, b), addResources(b, a))).toBe(true);
      const left = addResources(addResources(a, b), c);
      expect(equalResources(left, addResources(a, addResources(b, c)))).toBe(true);
    }),
  );
});

test('containsResources holds for each part of a sum', () => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      expect(containsResources(addResources(a, b), a)).toBe(true);
      expect(containsResources(addResources(a, b), b)).toBe(true);
    }),
  );
});

test('containsResources means that subtracting and adding back changes nothing', () => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      fc.pre(containsResources(a, b));
      expect(equalResources(addResources(subtractResources(a, b), b), a)).toBe(true);
    }),
  );
});

test('subtractResources of a value from itself leaves nothing', () => {
  fc.assert(
    fc.property(arbitraryResources, (a) => {
      expect(isEmpty(subtractResources(a, { ...a }))).toBe(true);
    }),
  );
});

test('quantitiesOf a sum of unshared scalars is the sum of the quantities', () => {
  fc.assert(
    fc.property(arbitraryResources, arbitraryResources, (a, b) => {
      fc.pre(!a.traits.shared && !b.traits.shared);
      const total = quantitiesOf(addResources(a, b));
      for (const [name, milli] of total) {
        const parts = (quantitiesOf(a).get(name) ?? 0) + (quantitiesOf(b).get(name) ?? 0);
        expect(milli).toBe(parts);
      }
    }),
  );
});

test('unallocate undoes allocate', () => {
  fc.assert(
    fc.property(arbitraryResources, (a) => {
      const allocated = allocate(a, 'eng/dev');
      expect(unallocate(allocated)).toBe(a);
      expect(equalResources(unallocate({ ...allocated }), a)).toBe(true);
      expect(isEmpty(a) || !containsResources(a, allocated)).toBe(true);
    }),
  );
});

test('allocatableTo takes a part, and the same part again', () => {
  fc.assert(
    fc.property(arbitraryResources, fc.constantFrom('eng', 'eng/dev', 'ops', '*'), (a, role) => {
      const part = allocatableTo(a, role);
      expect(containsResources(a, part)).toBe(true);
      expect(allocatableTo(part, role)).toBe(part);
    }),
  );
});

test('resourcesFromWire undoes toPostRefinement', () => {
  fc.assert(
    fc.property(arbitraryResources, (a) => {
      const result = resourcesFromWire(toPostRefinement(a));
      expect(result.ok && equalResources(result.resources, a)).toBe(true);
    }),
  );
});
