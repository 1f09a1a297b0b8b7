/** Resources in the words of Mesos's messages: `cpus(allocated: web):0.5; ports(allocated: web):[1-2]`. */
import type { Resource } from '@stoke/protocol';
import { formatRanges, fromMilli, type ResourceItem, type Resources } from '@stoke/resources';

function amountText(item: ResourceItem): string {
  if (item.kind === 'SCALAR') return String(fromMilli(item.milli));
  return item.kind === 'RANGES' ? formatRanges(item.ranges) : `{${item.members.join(', ')}}`;
}

function itemText(item: ResourceItem): string {
  const allocated = item.allocatedTo === undefined ? '' : `(allocated: ${item.allocatedTo})`;
  const stack = item.reservations.map((entry) => `(${entry.type ?? 'STATIC'},${entry.role ?? ''})`);
  const reserved = stack.length === 0 ? '' : `(reservations: [${stack.join(',')}])`;
  return `${item.name}${allocated}${reserved}:${amountText(item)}`;
}

export function resourcesText(resources: Resources): string {
  return resources.items.map(itemText).join('; ');
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
