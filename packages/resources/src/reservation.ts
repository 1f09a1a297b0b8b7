/** Reservations: who may be given which resources. */

import type { Resource_ReservationInfo } from '@stoke/protocol';
import { createItem, type ResourceItem, reservationRole } from './resource-item.ts';
import { filterResources, type Resources, resourcesOf } from './resources.ts';
import { maySee } from './roles.ts';

/** True for resources that are unreserved, or reserved to `role` or one of its ancestors. */
function isAllocatableTo(item: ResourceItem, role: string): boolean {
  const owner = reservationRole(item);
  return owner === undefined || maySee(role, owner);
}

/** What may be given to `role`: unreserved resources and those of the role and its ancestors. */
export function allocatableTo(resources: Resources, role: string): Resources {
  if (!resources.traits.reserved) return resources;
  return filterResources(resources, (item) => isAllocatableTo(item, role));
}

export function unreservedOf(resources: Resources): Resources {
  if (!resources.traits.reserved) return resources;
  return filterResources(resources, (item) => item.reservations.length === 0);
}

/** Reserved to anybody, or only to exactly `role`. */
function reservedOf(resources: Resources, role?: string): Resources {
  return filterResources(resources, (item) => {
    const owner = reservationRole(item);
    return owner !== undefined && (role === undefined || owner === role);
  });
}

/** Reserved resources by the role on top of their stack. */
export function reservationsByRole(resources: Resources): ReadonlyMap<string, Resources> {
  const roles = new Set<string>();
  for (const item of resources.items) {
    const owner = reservationRole(item);
    if (owner !== undefined) roles.add(owner);
  }
  return new Map([...roles].map((role) => [role, reservedOf(resources, role)]));
}

/** The same resources with one more reservation on top of each stack. */
export function pushReservation(
  resources: Resources,
  reservation: Resource_ReservationInfo,
): Resources {
  return resourcesOf(
    resources.items.map((item) =>
      createItem({ ...item, reservations: [...item.reservations, reservation] }),
    ),
  );
}

/** The same resources with the topmost reservation taken off; unreserved ones stay as they are. */
export function popReservation(resources: Resources): Resources {
  return resourcesOf(
    resources.items.map((item) =>
      createItem({ ...item, reservations: item.reservations.slice(0, -1) }),
    ),
  );
}

/** The same resources without any reservation. */
export function toUnreserved(resources: Resources): Resources {
  if (!resources.traits.reserved) return resources;
  return resourcesOf(
    resources.items.map((item) =>
      item.reservations.length === 0 ? item : createItem({ ...item, reservations: [] }),
    ),
  );
}
