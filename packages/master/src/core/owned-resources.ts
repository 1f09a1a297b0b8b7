/** Sums of what agents and frameworks hold. */
import { addResources, NO_RESOURCES, type Resources } from '@stoke/resources';
import type { Agent, Framework, MasterState } from './state.ts';

export function sumOf(parts: Iterable<Resources>): Resources {
  let sum = NO_RESOURCES;
  for (const part of parts) sum = addResources(sum, part);
  return sum;
}

/** What live tasks and executors hold. */
export function usedResources(owner: Pick<Framework | Agent, 'tasks' | 'executors'>): Resources {
  const tasks = [...owner.tasks.values()].filter((record) => !record.released);
  return sumOf([...tasks, ...owner.executors.values()].map((record) => record.resources));
}

/** What open offers hold. */
export function offeredResources(
  state: MasterState,
  owner: Pick<Framework | Agent, 'offers'>,
): Resources {
  return sumOf([...owner.offers].flatMap((id) => state.offers.get(id)?.resources ?? []));
}
