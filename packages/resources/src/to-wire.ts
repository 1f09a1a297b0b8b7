/** From the algebra to wire resources, in the three formats of reservations that Mesos knows. */

import type { Resource } from '@stoke/protocol';
import { isStaticallyReserved, type ResourceItem, reservationRole } from './resource-item.ts';
import type { Resources } from './resources.ts';
import { UNRESERVED_ROLE } from './roles.ts';
import { fromMilli } from './scalar.ts';

/** For clients with RESERVATION_REFINEMENT, agents and the store: `reservations`, never `role`. */
export function toPostRefinement(resources: Resources): Resource[] {
  return toWire(resources, withStack);
}

/**
 * For clients without RESERVATION_REFINEMENT: `role` always, `reservation` when dynamic.
 * Only the topmost reservation can be told, so refined resources must be filtered out before.
 */
export function toPreRefinement(resources: Resources): Resource[] {
  return toWire(resources, withRole);
}

/** For legacy endpoints: both `role` (and `reservation`) and `reservations`. */
export function toEndpoint(resources: Resources): Resource[] {
  return toWire(resources, (resource, item) => {
    withRole(resource, item);
    withStack(resource, item);
  });
}

type WriteReservation = (resource: Resource, item: ResourceItem) => void;

function toWire(resources: Resources, write: WriteReservation): Resource[] {
  return resources.items.flatMap((item) => {
    const resource = withoutReservation(item);
    write(resource, item);
    return item.count === 1 ? [resource] : Array.from({ length: item.count }, () => resource);
  });
}

function withoutReservation(item: ResourceItem): Resource {
  const resource: Resource = { name: item.name, type: item.kind };
  if (item.kind === 'SCALAR') resource.scalar = { value: fromMilli(item.milli) };
  else if (item.kind === 'RANGES')
    resource.ranges = { range: item.ranges.map((range) => ({ ...range })) };
  else resource.set = { item: [...item.members] };
  if (item.allocatedTo !== undefined) resource.allocation_info = { role: item.allocatedTo };
  if (item.providerId !== undefined) resource.provider_id = { value: item.providerId };
  if (item.disk !== undefined) resource.disk = item.disk;
  if (item.revocable) resource.revocable = {};
  if (item.shared) resource.shared = {};
  return resource;
}

function withStack(resource: Resource, item: ResourceItem): void {
  if (item.reservations.length > 0) resource.reservations = [...item.reservations];
}

function withRole(resource: Resource, item: ResourceItem): void {
  resource.role = reservationRole(item) ?? UNRESERVED_ROLE;
  const top = item.reservations.at(-1);
  if (top === undefined || isStaticallyReserved(item)) return;
  resource.reservation = {
    ...(top.principal === undefined ? {} : { principal: top.principal }),
    ...(top.labels === undefined ? {} : { labels: top.labels }),
  };
}
