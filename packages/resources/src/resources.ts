/**
 * The algebra of resources: immutable values that add, subtract and compare exactly.
 *
 * Always true of a `Resources` value: no item is empty or negative; items that may merge have been
 * merged, so divisible items have distinct keys; ranges are coalesced, sets sorted. Values come from
 * `resourcesFromWire` and `parseResources`, the only places that check input; arithmetic never
 * throws: what is subtracted without being there is ignored. `subtract(add(a, b), b)` equals `a`.
 * Operations return an argument unchanged where they can, so identity is a cheap test of equality.
 */

import { containsRanges, subtractRanges, uniteRanges } from './ranges.ts';
import {
  isEmptyItem,
  type ResourceItem,
  reservationRole,
  withAllocatedTo,
  withAmount,
} from './resource-item.ts';

/** An immutable bag of resources; see the invariants at the top of the file. */
export interface Resources {
  readonly items: readonly ResourceItem[];
  /** Union of the traits of its items. */
  readonly traits: ResourceTraits;
}

/** What at least one item is; lets callers skip whole questions. */
export interface ResourceTraits {
  readonly reserved: boolean;
  /** Reserved more than once (needs RESERVATION_REFINEMENT). */
  readonly refined: boolean;
  readonly revocable: boolean;
  readonly shared: boolean;
  readonly allocated: boolean;
  /** Some item is all or nothing. */
  readonly solo: boolean;
}

const NO_TRAITS: ResourceTraits = {
  reserved: false,
  refined: false,
  revocable: false,
  shared: false,
  allocated: false,
  solo: false,
};

/** Nothing at all. */
export const NO_RESOURCES: Resources = { items: [], traits: NO_TRAITS };

/** Collects items into a value: drops empty ones and merges what may merge. */
export function resourcesOf(items: Iterable<ResourceItem>): Resources {
  const merged: ResourceItem[] = [];
  for (const item of items) mergeInto(merged, item);
  return wrap(merged);
}

export function isEmpty(resources: Resources): boolean {
  return resources.items.length === 0;
}

/** Everything in either. */
export function addResources(left: Resources, right: Resources): Resources {
  if (isEmpty(left)) return right;
  if (isEmpty(right)) return left;
  const items = [...left.items];
  for (const item of right.items) mergeInto(items, item);
  return wrap(items);
}

/** `left` without `right`; parts of `right` that are not in `left` are ignored. */
export function subtractResources(left: Resources, right: Resources): Resources {
  if (isEmpty(right)) return left;
  if (left === right) return NO_RESOURCES;
  const items = [...left.items];
  for (const item of right.items) removeFrom(items, item);
  return wrap(items);
}

/** True when `left` holds all of `right`, object by object. */
export function containsResources(left: Resources, right: Resources): boolean {
  if (left === right) return true;
  return right.items.every((item) => containsItem(left.items, right.items, item));
}

/** Same contents, whatever the order. */
export function equalResources(left: Resources, right: Resources): boolean {
  return (
    left === right ||
    (left.items.length === right.items.length &&
      containsResources(left, right) &&
      containsResources(right, left))
  );
}

/** The items that pass; the same value when all do. */
export function filterResources(
  resources: Resources,
  keep: (item: ResourceItem) => boolean,
): Resources {
  const items = resources.items.filter(keep);
  return items.length === resources.items.length ? resources : wrap(items);
}

/** The same resources allocated to `role`. Remembered, so that asking again is cheap. */
export function allocate(resources: Resources, role: string): Resources {
  if (isEmpty(resources)) return resources;
  const plain = unallocate(resources);
  const known = Bag.allocatedFormOf(plain, role);
  if (known !== undefined) return known;
  const result = wrap(plain.items.map((item) => withAllocatedTo(item, role)));
  Bag.remember({ plain, allocated: result });
  return result;
}

/** The same resources allocated to nobody. Undoes {@link allocate} and returns the original value. */
export function unallocate(resources: Resources): Resources {
  if (!resources.traits.allocated) return resources;
  return (
    Bag.plainFormOf(resources) ??
    resourcesOf(resources.items.map((item) => withAllocatedTo(item, undefined)))
  );
}

/** Splits allocated resources by role; unallocated items come under undefined. */
export function byAllocation(resources: Resources): ReadonlyMap<string | undefined, Resources> {
  const first = resources.items[0]?.allocatedTo;
  if (resources.items.every((item) => item.allocatedTo === first)) {
    return new Map([[first, resources]]);
  }
  const roles = new Set(resources.items.map((item) => item.allocatedTo));
  return new Map(
    [...roles].map((role) => [
      role,
      filterResources(resources, (item) => item.allocatedTo === role),
    ]),
  );
}

/** Copies of the shared items count as one; everything else is as before. */
export function uniqueResources(resources: Resources): Resources {
  if (!resources.traits.shared) return resources;
  return wrap(
    resources.items.map((item) => (item.count === 1 ? item : withAmount(item, { count: 1 }))),
  );
}

function wrap(items: readonly ResourceItem[]): Resources {
  if (items.length === 0) return NO_RESOURCES;
  return new Bag(items, traitsOf(items));
}

/** The value behind `Resources`; remembers its other form, which is asked for again and again. */
class Bag implements Resources {
  readonly items: readonly ResourceItem[];
  readonly traits: ResourceTraits;
  /** Of a plain value: its latest allocated form. Of an allocated one: the plain form. */
  #other: Resources | undefined;

  constructor(items: readonly ResourceItem[], traits: ResourceTraits) {
    this.items = items;
    this.traits = traits;
  }

  static allocatedFormOf(plain: Resources, role: string): Resources | undefined {
    const other = #other in plain ? plain.#other : undefined;
    return other?.items[0]?.allocatedTo === role ? other : undefined;
  }

  static plainFormOf(allocated: Resources): Resources | undefined {
    return #other in allocated ? allocated.#other : undefined;
  }

  static remember(forms: { plain: Resources; allocated: Resources }): void {
    if (#other in forms.plain) forms.plain.#other = forms.allocated;
    if (#other in forms.allocated) forms.allocated.#other = forms.plain;
  }
}

function traitsOf(items: readonly ResourceItem[]): ResourceTraits {
  const allocated = items[0]?.allocatedTo !== undefined;
  if (items.every((item) => isOrdinary(item, allocated))) {
    return allocated ? PLAIN_ALLOCATED : NO_TRAITS;
  }
  return {
    reserved: items.some((item) => reservationRole(item) !== undefined),
    refined: items.some((item) => item.reservations.length > 1),
    revocable: items.some((item) => item.revocable),
    shared: items.some((item) => item.shared),
    allocated: items.some((item) => item.allocatedTo !== undefined),
    solo: items.some((item) => item.solo),
  };
}

const PLAIN_ALLOCATED: ResourceTraits = { ...NO_TRAITS, allocated: true };

function isOrdinary(item: ResourceItem, allocated: boolean): boolean {
  return (
    item.reservations.length === 0 &&
    !item.revocable &&
    !item.solo &&
    (item.allocatedTo !== undefined) === allocated
  );
}

function mergeInto(items: ResourceItem[], item: ResourceItem): void {
  if (isEmptyItem(item)) return;
  const index = items.findIndex((other) => canMerge(other, item));
  const other = items[index];
  if (other === undefined) items.push(item);
  else items[index] = sum(other, item);
}

function canMerge(left: ResourceItem, right: ResourceItem): boolean {
  if (left.key !== right.key) return false;
  return !left.solo || (left.shared && sameAmount(left, right));
}

function sum(left: ResourceItem, right: ResourceItem): ResourceItem {
  if (left.shared) return withAmount(left, { count: left.count + right.count });
  if (left.kind === 'SCALAR') return withAmount(left, { milli: left.milli + right.milli });
  if (left.kind === 'RANGES') {
    return withAmount(left, { ranges: uniteRanges(left.ranges, right.ranges) });
  }
  return withAmount(left, {
    members: [...new Set([...left.members, ...right.members])].sort(),
  });
}

function removeFrom(items: ResourceItem[], item: ResourceItem): void {
  const index = items.findIndex((other) =>
    item.solo ? other.key === item.key && sameAmount(other, item) : other.key === item.key,
  );
  const other = items[index];
  if (other === undefined) return;
  const rest = difference(other, item);
  if (rest === undefined) items.splice(index, 1);
  else items[index] = rest;
}

function difference(left: ResourceItem, right: ResourceItem): ResourceItem | undefined {
  if (left.solo) {
    const count = left.count - right.count;
    return count > 0 ? withAmount(left, { count }) : undefined;
  }
  const rest = divisibleDifference(left, right);
  return isEmptyItem(rest) ? undefined : rest;
}

function divisibleDifference(left: ResourceItem, right: ResourceItem): ResourceItem {
  if (left.kind === 'SCALAR') return withAmount(left, { milli: left.milli - right.milli });
  if (left.kind === 'RANGES') {
    return withAmount(left, { ranges: subtractRanges(left.ranges, right.ranges) });
  }
  const gone = new Set(right.members);
  return withAmount(left, { members: left.members.filter((member) => !gone.has(member)) });
}

function containsItem(
  left: readonly ResourceItem[],
  right: readonly ResourceItem[],
  item: ResourceItem,
): boolean {
  if (item.solo && !item.shared) return countSame(left, item) >= countSame(right, item);
  const other = left.find((candidate) => canMerge(candidate, item));
  if (other === undefined) return false;
  if (other === item) return true;
  if (item.shared) return other.count >= item.count;
  if (item.kind === 'SCALAR') return other.milli >= item.milli;
  if (item.kind === 'RANGES') return containsRanges(other.ranges, item.ranges);
  const members = new Set(other.members);
  return item.members.every((member) => members.has(member));
}

function countSame(items: readonly ResourceItem[], item: ResourceItem): number {
  return items.filter((other) => other.key === item.key && sameAmount(other, item)).length;
}

function sameAmount(left: ResourceItem, right: ResourceItem): boolean {
  return (
    left.milli === right.milli &&
    containsRanges(left.ranges, right.ranges) &&
    containsRanges(right.ranges, left.ranges) &&
    left.members.join() === right.members.join()
  );
}
