/** Resources in the words of Mesos's messages: `cpus(allocated: web):0.5; ports(allocated: web):[1-2]`. */
import type { Resource, Resource_ReservationInfo } from '@stoke/protocol';
import {
  containsResources,
  formatRanges,
  fromMilli,
  type ResourceItem,
  type Resources,
  resourcesOf,
} from '@stoke/resources';

function amountText(item: ResourceItem): string {
  if (item.kind === 'SCALAR') return String(fromMilli(item.milli));
  return item.kind === 'RANGES' ? formatRanges(item.ranges) : `{${item.members.join(', ')}}`;
}

function reservationText({ type, role, principal, labels }: Resource_ReservationInfo): string {
  const pairs = (labels?.labels ?? []).map(({ key, value }) =>
    value === undefined ? key : `${key}: ${value}`,
  );
  const parts = [type ?? 'STATIC', role ?? ''];
  if (principal !== undefined) parts.push(principal);
  if (pairs.length > 0) parts.push(`{${pairs.join(', ')}}`);
  return `(${parts.join(',')})`;
}

function volumeText({ disk }: ResourceItem): string {
  if (disk?.persistence === undefined) return '';
  return `[${disk.persistence.id}:${disk.volume?.container_path ?? ''}]`;
}

function itemText(item: ResourceItem): string {
  const allocated = item.allocatedTo === undefined ? '' : `(allocated: ${item.allocatedTo})`;
  const stack = item.reservations.map(reservationText);
  const reserved = stack.length === 0 ? '' : `(reservations: [${stack.join(',')}])`;
  return `${item.name}${allocated}${reserved}${volumeText(item)}:${amountText(item)}`;
}

export function resourcesText(resources: Resources): string {
  return resources.items.map(itemText).join('; ');
}

/** Why `available` is too little: Mesos names the first resource that is not there. */
export function shortfallText(
  available: string,
  [held, wanted]: readonly [Resources, Resources],
): string {
  const missing = wanted.items.find((item) => !containsResources(held, resourcesOf([item])));
  const text = missing === undefined ? resourcesText(wanted) : itemText(missing);
  return `${available} does not contain ${text}`;
}

/** What is offered, in the order in which Mesos lists an offer: ranges and sets come first. */
export function offeredText(resources: Resources): string {
  const isScalar = (item: ResourceItem): boolean => item.kind === 'SCALAR';
  const rest = resources.items.filter((item) => !isScalar(item));
  return [...rest, ...resources.items.filter(isScalar)].map(itemText).join('; ');
}

/** A wire resource that may be invalid, named for a message. */
export function wireResourceText(resource: Resource): string {
  const ranges = (resource.ranges?.range ?? []).map(({ begin, end }) => `${begin}-${end}`);
  const amount =
    resource.scalar?.value ??
    (resource.type === 'RANGES'
      ? `[${ranges.join(', ')}]`
      : `{${(resource.set?.item ?? []).join(', ')}}`);
  return `${resource.name}:${amount}`;
}
