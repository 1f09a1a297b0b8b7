/** The compact resource object of Mesos's legacy JSON endpoints. */

import { formatRanges } from './ranges.ts';
import { createItem, PLAIN_FIELDS, type ResourceItem } from './resource-item.ts';
import { type Resources, resourcesOf } from './resources.ts';
import { fromMilli } from './scalar.ts';

/**
 * `{"cpus":2,"gpus":0,"mem":1024,"disk":0,"ports":"[31000-31005, 31010-31010]"}`: these four are
 * always numbers, ranges and sets are text, revocable resources have their own `<name>_revocable`.
 */
export function resourceSummary(resources: Resources): Record<string, number | string> {
  const summary: Record<string, number | string> = { cpus: 0, gpus: 0, mem: 0, disk: 0 };
  for (const item of bareResources(resources).items) {
    const name = item.revocable ? `${item.name}_revocable` : item.name;
    summary[name] = summaryValue(item);
  }
  return summary;
}

// Only name, kind and revocability tell resources apart here.
function bareResources(resources: Resources): Resources {
  return resourcesOf(
    resources.items.map(({ name, kind, milli, ranges, members, revocable }) =>
      createItem({ ...PLAIN_FIELDS, name, kind, milli, ranges, members, revocable }),
    ),
  );
}

function summaryValue(item: ResourceItem): number | string {
  if (item.kind === 'SCALAR') return fromMilli(item.milli);
  return item.kind === 'RANGES' ? formatRanges(item.ranges) : `{${item.members.join(', ')}}`;
}
