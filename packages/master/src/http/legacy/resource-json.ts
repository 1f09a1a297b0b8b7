/** Sums of resources of agents and frameworks, and their legacy JSON. */
import { Resource, toJsonValue } from '@stoke/protocol';
import {
  addResources,
  NO_RESOURCES,
  type Resources,
  reservationsByRole,
  resourceSummary,
  toEndpoint,
  unallocate,
} from '@stoke/resources';
import type { Agent, Framework, MasterState } from '../../core/state.ts';

export type Json = Record<string, unknown>;

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

/** `{cpus, gpus, mem, disk, ports: "[…]"}`, whoever it is allocated to. */
export function summaryOf(resources: Resources): Json {
  return resourceSummary(unallocate(resources));
}

/** Resource messages as JSON, in the form that has both ways to say a reservation. */
export function fullOf(resources: Resources): unknown[] {
  return toEndpoint(resources).map((resource) => toJsonValue(Resource, resource));
}

/** Summaries of what is reserved, by role. */
export function reservedSummaries(total: Resources): Json {
  return Object.fromEntries(
    [...reservationsByRole(total)].map(([role, resources]) => [role, summaryOf(resources)]),
  );
}
