/**
 * Quantities: scalar totals per resource name, blind to reservations, roles and disks.
 *
 * Always true: values are milli-units, finite and positive; a missing name means zero (in limits the
 * caller decides that it means "no limit").
 */

import type { Value_Scalar } from '@stoke/protocol';
import type { Resources } from './resources.ts';
import { fromMilli, toMilli } from './scalar.ts';

/** Milli-units per scalar name. */
export type Quantities = ReadonlyMap<string, number>;

export const NO_QUANTITIES: Quantities = new Map();

/** Sums the scalars per name; a shared resource counts once however many use it. */
export function quantitiesOf(resources: Resources): Quantities {
  const sums = new Map<string, number>();
  for (const item of resources.items) {
    if (item.kind === 'SCALAR') sums.set(item.name, (sums.get(item.name) ?? 0) + item.milli);
  }
  return sums;
}

/** From plain numbers per name, `{cpus: 0.5}`; what is not above zero is left out. */
export function quantitiesFrom(amounts: Readonly<Record<string, number>>): Quantities {
  const entries = Object.entries(amounts).map(([name, amount]) => [name, toMilli(amount)] as const);
  return new Map(entries.filter(([, milli]) => milli > 0));
}

/** From the wire's `map<string, Value.Scalar>`. */
export function quantitiesFromWire(amounts: Readonly<Record<string, Value_Scalar>>): Quantities {
  const plain = Object.entries(amounts).map(([name, scalar]) => [name, scalar.value] as const);
  return quantitiesFrom(Object.fromEntries(plain));
}

export function addQuantities(left: Quantities, right: Quantities): Quantities {
  const sums = new Map(left);
  for (const [name, milli] of right) sums.set(name, (sums.get(name) ?? 0) + milli);
  return sums;
}

/** True when every amount of `right` is there in `left`. */
export function containsQuantities(left: Quantities, right: Quantities): boolean {
  for (const [name, milli] of right) {
    if ((left.get(name) ?? 0) < milli) return false;
  }
  return true;
}

/** `cpus 2, mem 1024`: for messages to people. */
export function formatQuantities(quantities: Quantities): string {
  if (quantities.size === 0) return 'nothing';
  return [...quantities].map(([name, milli]) => `${name} ${fromMilli(milli)}`).join(', ');
}
