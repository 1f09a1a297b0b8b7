/** Scalar names as small numbers, and vectors of milli-units indexed by them: the fast form of quantities. */

import type { Quantities, ResourceItem, Resources } from '@stoke/resources';

/** Milli-units by slot; a slot beyond the end means zero. */
export type ScalarVector = number[];

/** Gives each scalar name a slot, for the life of an allocator. */
export interface ScalarSlots {
  readonly names: readonly string[];
  slotOf(name: string): number;
}

export function createScalarSlots(): ScalarSlots {
  const names = ['cpus', 'mem', 'disk', 'gpus'];
  const slots = new Map(names.map((name, slot) => [name, slot]));
  return {
    names,
    slotOf(name) {
      // Comparing with the usual names is several times faster than looking them up.
      if (name === 'cpus') return 0;
      if (name === 'mem') return 1;
      if (name === 'disk') return 2;
      const known = slots.get(name);
      if (known !== undefined) return known;
      slots.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}

/** Sums the scalars of the items that pass. Each use of a shared resource counts: they come and go one by one. */
export function vectorOf(
  slots: ScalarSlots,
  resources: Resources,
  keep?: (item: ResourceItem) => boolean,
): ScalarVector {
  const vector: ScalarVector = [0, 0, 0, 0];
  for (const item of resources.items) {
    if (item.kind !== 'SCALAR' || (keep !== undefined && !keep(item))) continue;
    const slot = slots.slotOf(item.name);
    while (vector.length <= slot) vector.push(0);
    vector[slot] = at(vector, slot) + item.milli * item.count;
  }
  return vector;
}

export function vectorFrom(slots: ScalarSlots, quantities: Quantities): ScalarVector {
  const vector: ScalarVector = [0, 0, 0, 0];
  for (const [name, milli] of quantities) setAt(vector, slots.slotOf(name), milli);
  return vector;
}

export function quantitiesFromVector(slots: ScalarSlots, vector: ScalarVector): Quantities {
  const quantities = new Map<string, number>();
  slots.names.forEach((name, slot) => {
    if (at(vector, slot) > 0) quantities.set(name, at(vector, slot));
  });
  return quantities;
}

export function at(vector: ScalarVector, slot: number): number {
  return vector[slot] ?? 0;
}

export function setAt(vector: ScalarVector, slot: number, value: number): void {
  while (vector.length <= slot) vector.push(0);
  vector[slot] = value;
}

/** Adds `sign` times `change` in place. */
export function accumulate(vector: ScalarVector, change: ScalarVector, sign: 1 | -1): void {
  while (vector.length < change.length) vector.push(0);
  for (let slot = 0; slot < change.length; slot++) {
    vector[slot] = at(vector, slot) + sign * at(change, slot);
  }
}

export function isZero(vector: ScalarVector): boolean {
  return vector.every((value) => value === 0);
}
