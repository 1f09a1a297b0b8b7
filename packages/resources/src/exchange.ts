/** Offer operations as exchanges: each takes some resources of an agent away and puts others there. */

import type { Offer_Operation, Resource } from '@stoke/protocol';
import { resourcesFromTrustedWire } from './from-wire.ts';
import { popReservation } from './reservation.ts';
import { createItem, isPersistentVolume, type ResourceItem, withAmount } from './resource-item.ts';
import {
  addResources,
  containsResources,
  filterResources,
  type Resources,
  resourcesOf,
  subtractResources,
  unallocate,
} from './resources.ts';
import { toMilli } from './scalar.ts';

/** `consumed` becomes `converted`: the same amounts, reserved or made into volumes differently. */
export interface Exchange {
  readonly consumed: Resources;
  readonly converted: Resources;
}

/**
 * What an operation does, in unallocated form; undefined for one that exchanges nothing here
 * (launches, disks of resource providers). The operation is trusted: invalid resources are left out.
 */
export function exchangeOf(operation: Offer_Operation): Exchange | undefined {
  switch (operation.type) {
    case 'RESERVE':
      return reserve(plain(operation.reserve?.source), plain(operation.reserve?.resources));
    case 'UNRESERVE':
      return unreserve(plain(operation.unreserve?.resources));
    case 'CREATE':
      return inverse(destroy(plain(operation.create?.volumes)));
    case 'DESTROY':
      return destroy(plain(operation.destroy?.volumes));
    case 'GROW_VOLUME':
      return grow(plain([operation.grow_volume?.volume]), plain([operation.grow_volume?.addition]));
    case 'SHRINK_VOLUME':
      return shrink(
        plain([operation.shrink_volume?.volume]),
        toMilli(operation.shrink_volume?.subtract.value ?? 0),
      );
    default:
      return undefined;
  }
}

/** `resources` after the exchange, or undefined when it does not hold what is consumed. */
export function applyExchange(resources: Resources, exchange: Exchange): Resources | undefined {
  if (!containsResources(resources, exchange.consumed)) return undefined;
  return addResources(subtractResources(resources, exchange.consumed), exchange.converted);
}

/** What an agent has to remember: everything that operations have made of its configured resources. */
export function checkpointedOf(total: Resources): Resources {
  return filterResources(unallocate(total), isMadeByOperation);
}

/**
 * The total of an agent: its configured resources, of which operations have made `checkpointed`.
 * What the configured ones do not hold (any more) is left out.
 */
export function withCheckpointed(configured: Resources, checkpointed: Resources): Resources {
  let total = configured;
  for (const item of checkpointed.items) {
    const consumed = resourcesOf([configuredForm(item)]);
    const next = applyExchange(total, { consumed, converted: resourcesOf([item]) });
    total = next ?? total;
  }
  return total;
}

function plain(wire: readonly (Resource | undefined)[] | undefined): Resources {
  const known = (wire ?? []).filter((resource) => resource !== undefined);
  return unallocate(resourcesFromTrustedWire(known));
}

function inverse({ consumed, converted }: Exchange): Exchange {
  return { consumed: converted, converted: consumed };
}

/** With a source, what is reserved already gets other reservations. */
function reserve(source: Resources, reserved: Resources): Exchange {
  if (source.items.length > 0) return { consumed: source, converted: reserved };
  return inverse(unreserve(reserved));
}

function unreserve(reserved: Resources): Exchange {
  return { consumed: reserved, converted: popReservation(reserved) };
}

function destroy(volumes: Resources): Exchange {
  return { consumed: volumes, converted: resourcesOf(volumes.items.map(withoutVolume)) };
}

function grow(volume: Resources, addition: Resources): Exchange {
  const more = milliOf(addition);
  return {
    consumed: addResources(volume, addition),
    converted: resourcesOf(
      volume.items.map((item) => withAmount(item, { milli: item.milli + more })),
    ),
  };
}

function shrink(volume: Resources, less: number): Exchange {
  const parts = volume.items.flatMap((item) => [
    withAmount(item, { milli: item.milli - less }),
    withAmount(withoutVolume(item), { milli: less }),
  ]);
  return { consumed: volume, converted: resourcesOf(parts) };
}

function milliOf(resources: Resources): number {
  return resources.items.reduce((sum, item) => sum + item.milli, 0);
}

/** The disk a volume lies on. */
function withoutVolume(item: ResourceItem): ResourceItem {
  const source = item.disk?.source;
  const disk = source === undefined ? undefined : { source };
  return createItem({ ...item, disk, shared: false, count: 1 });
}

function isMadeByOperation(item: ResourceItem): boolean {
  return isPersistentVolume(item) || item.reservations.some(({ type }) => type === 'DYNAMIC');
}

function configuredForm(item: ResourceItem): ResourceItem {
  const reservations = item.reservations.filter(({ type }) => type === 'STATIC');
  const base = isPersistentVolume(item) ? withoutVolume(item) : item;
  return createItem({ ...base, reservations });
}
