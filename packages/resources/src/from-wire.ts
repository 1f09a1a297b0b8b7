/** From wire resources to the algebra: checks everything, and lists every problem it finds. */

import type { Resource, Resource_ReservationInfo } from '@stoke/protocol';
import { coalesce } from './ranges.ts';
import { createItem, type ResourceItem } from './resource-item.ts';
import { resourceProblems } from './resource-problems.ts';
import { type Resources, resourcesOf } from './resources.ts';
import { UNRESERVED_ROLE } from './roles.ts';
import { toMilli } from './scalar.ts';

/** Either a value, or all that is wrong with the input, one sentence each. */
export type ResourcesResult =
  | { readonly ok: true; readonly resources: Resources }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Accepts the formats before (`role`, `reservation`) and after (`reservations`) reservation
 * refinement; a list that mixes them is an error. Amounts of zero are dropped.
 */
export function resourcesFromWire(wire: readonly Resource[]): ResourcesResult {
  const problems = wire.flatMap(resourceProblems);
  if (wire.some(hasOldReservation) && wire.some(hasReservationStack)) {
    problems.push(
      "resources with 'reservations' must not be mixed with resources that set 'role' or 'reservation'",
    );
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, resources: resourcesOf(wire.map(itemFromWire)) };
}

/** For input that has been checked before: problems are a bug of the caller, bad items are left out. */
export function resourcesFromTrustedWire(wire: readonly Resource[]): Resources {
  return resourcesOf(
    wire.filter((resource) => resourceProblems(resource).length === 0).map(itemFromWire),
  );
}

function hasOldReservation(resource: Resource): boolean {
  return (
    resource.reservation !== undefined ||
    (resource.role !== undefined && resource.role !== UNRESERVED_ROLE)
  );
}

function hasReservationStack(resource: Resource): boolean {
  return (resource.reservations?.length ?? 0) > 0;
}

function itemFromWire(resource: Resource): ResourceItem {
  return createItem({
    name: resource.name,
    kind: resource.type === 'TEXT' ? 'SCALAR' : resource.type,
    milli: toMilli(resource.scalar?.value ?? 0),
    ranges: coalesce(resource.ranges?.range ?? []),
    members: [...new Set(resource.set?.item ?? [])].sort(),
    reservations: reservationsOf(resource),
    allocatedTo: resource.allocation_info?.role,
    providerId: resource.provider_id?.value,
    disk: resource.disk,
    revocable: resource.revocable !== undefined,
    shared: resource.shared !== undefined,
    count: 1,
  });
}

function reservationsOf(resource: Resource): readonly Resource_ReservationInfo[] {
  if (hasReservationStack(resource)) return resource.reservations ?? [];
  const role = resource.role ?? UNRESERVED_ROLE;
  if (role === UNRESERVED_ROLE) return [];
  if (resource.reservation === undefined) return [{ type: 'STATIC', role }];
  const { principal, labels } = resource.reservation;
  return [
    {
      type: 'DYNAMIC',
      role,
      ...(principal === undefined ? {} : { principal }),
      ...(labels === undefined ? {} : { labels }),
    },
  ];
}
