/** Resources as legacy JSON. */
import { Resource, toJsonValue } from '@stoke/protocol';
import {
  type Resources,
  reservationsByRole,
  resourceSummary,
  toEndpoint,
  unallocate,
} from '@stoke/resources';

export type Json = Record<string, unknown>;

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
