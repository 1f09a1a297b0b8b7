/** Sums of many resources at once: what a hundred thousand tasks hold, in milliseconds. */
import { coalesce, type Range } from './ranges.ts';
import { type ResourceItem, withAmount } from './resource-item.ts';
import { NO_RESOURCES, type Resources, resourcesOf } from './resources.ts';

/** Equal to adding one after the other; each amount is collected first and made into an item once. */
export function sumResources(parts: Iterable<Resources>): Resources {
  const tallies = new Map<string, Tally>();
  const others: ResourceItem[] = [];
  let only: Resources | undefined;
  let count = 0;
  for (const part of parts) {
    if (part.items.length === 0) continue;
    only = part;
    count++;
    for (const item of part.items) {
      if (item.solo || item.kind === 'SET') others.push(item);
      else add(tallies, item);
    }
  }
  if (count <= 1) return only ?? NO_RESOURCES;
  return resourcesOf([...Array.from(tallies.values(), itemOf), ...others]);
}

interface Tally {
  readonly first: ResourceItem;
  milli: number;
  readonly ranges: Range[];
}

function add(tallies: Map<string, Tally>, item: ResourceItem): void {
  const tally = tallies.get(item.key);
  if (tally === undefined) {
    tallies.set(item.key, { first: item, milli: item.milli, ranges: [...item.ranges] });
    return;
  }
  tally.milli += item.milli;
  for (const range of item.ranges) tally.ranges.push(range);
}

function itemOf({ first, milli, ranges }: Tally): ResourceItem {
  return withAmount(first, first.kind === 'SCALAR' ? { milli } : { ranges: coalesce(ranges) });
}
