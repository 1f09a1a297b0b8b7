/** One resource inside a `Resources` value, with the key that decides what it may be merged with. */

import type { Labels, Resource_DiskInfo, Resource_ReservationInfo } from '@stoke/protocol';
import type { Ranges } from './ranges.ts';

export type ResourceKind = 'SCALAR' | 'RANGES' | 'SET';

/**
 * An amount of one resource with everything that sets it apart.
 * Never changed after construction; exactly one of milli, ranges, members is in use.
 */
export interface ResourceItem {
  readonly name: string;
  readonly kind: ResourceKind;
  /** SCALAR: amount in milli-units, else 0. */
  readonly milli: number;
  /** RANGES: sorted and coalesced, else empty. */
  readonly ranges: Ranges;
  /** SET: sorted, without duplicates, else empty. */
  readonly members: readonly string[];
  /** Bottom first; empty means unreserved. */
  readonly reservations: readonly Resource_ReservationInfo[];
  /** The role it is allocated to, if any. */
  readonly allocatedTo: string | undefined;
  readonly providerId: string | undefined;
  readonly disk: Resource_DiskInfo | undefined;
  readonly revocable: boolean;
  readonly shared: boolean;
  /** SHARED: how many uses this stands for, else 1. */
  readonly count: number;
  /** All or nothing: persistent volumes, MOUNT and BLOCK disks, RAW disks with an id, shared ones. */
  readonly solo: boolean;
  /** Equal keys: same name, kind, reservations, allocation, provider, disk, revocable, shared. */
  readonly key: string;
}

export type ItemFields = Omit<ResourceItem, 'key' | 'solo'>;

/** The fields of a resource that say nothing but its amount: unreserved, unallocated, ordinary. */
export const PLAIN_FIELDS: Omit<ItemFields, 'name' | 'kind'> = {
  milli: 0,
  ranges: [],
  members: [],
  reservations: [],
  allocatedTo: undefined,
  providerId: undefined,
  disk: undefined,
  revocable: false,
  shared: false,
  count: 1,
};

/** Completes an item with its key; the fields are trusted (see resourcesFromWire for checks). */
export function createItem(fields: ItemFields): ResourceItem {
  const solo = isSolo(fields);
  const base = keyWithoutAllocation(fields);
  return build(fields, { solo, key: withAllocation(base, fields.allocatedTo) });
}

/** The same resource in another amount; reuses the key. */
export function withAmount(
  item: ResourceItem,
  amount: Partial<Pick<ResourceItem, 'milli' | 'ranges' | 'members' | 'count'>>,
): ResourceItem {
  return build({ ...item, ...amount }, item);
}

/** The same resource allocated to a role, or to none. */
export function withAllocatedTo(item: ResourceItem, role: string | undefined): ResourceItem {
  const base = item.key.slice(0, item.key.length - allocationSuffix(item.allocatedTo).length);
  return build(
    { ...item, allocatedTo: role },
    { solo: item.solo, key: withAllocation(base, role) },
  );
}

/** Nothing left of it. */
export function isEmptyItem(item: ResourceItem): boolean {
  if (item.kind === 'SCALAR') return item.milli <= 0;
  return item.kind === 'RANGES' ? item.ranges.length === 0 : item.members.length === 0;
}

/** The role it is reserved to, or undefined. */
export function reservationRole(item: ResourceItem): string | undefined {
  return item.reservations.at(-1)?.role;
}

/** Reserved by the agent's own configuration: no operation can undo it. */
export function isStaticallyReserved(item: ResourceItem): boolean {
  return item.reservations.at(-1)?.type === 'STATIC';
}

export function isPersistentVolume(item: ResourceItem): boolean {
  return item.disk?.persistence !== undefined;
}

function isSolo(fields: ItemFields): boolean {
  if (fields.shared || fields.disk?.persistence !== undefined) return true;
  const source = fields.disk?.source;
  if (source === undefined) return false;
  if (source.type === 'RAW') return source.id !== undefined;
  return source.type === 'MOUNT' || source.type === 'BLOCK';
}

// One literal in one place keeps all items of one hidden class.
function build(fields: ItemFields, identity: Pick<ResourceItem, 'solo' | 'key'>): ResourceItem {
  return {
    name: fields.name,
    kind: fields.kind,
    milli: fields.milli,
    ranges: fields.ranges,
    members: fields.members,
    reservations: fields.reservations,
    allocatedTo: fields.allocatedTo,
    providerId: fields.providerId,
    disk: fields.disk,
    revocable: fields.revocable,
    shared: fields.shared,
    count: fields.count,
    solo: identity.solo,
    key: identity.key,
  };
}

function keyWithoutAllocation(fields: ItemFields): string {
  const plain = `${fields.kind} ${fields.name}`;
  const special =
    fields.reservations.length > 0 ||
    fields.providerId !== undefined ||
    fields.disk !== undefined ||
    fields.revocable ||
    fields.shared;
  if (!special) return plain;
  return `${plain} ${JSON.stringify([
    fields.reservations.map(reservationKey),
    fields.providerId ?? null,
    canonical(fields.disk),
    fields.revocable,
    fields.shared,
  ])}`;
}

function reservationKey(reservation: Resource_ReservationInfo): unknown {
  return [
    reservation.type ?? null,
    reservation.role ?? null,
    reservation.principal ?? null,
    labelsKey(reservation.labels),
  ];
}

// Labels compare as a multiset; no labels and an empty list are the same.
function labelsKey(labels: Labels | undefined): unknown {
  return (labels?.labels ?? []).map((label) => JSON.stringify([label.key, label.value])).sort();
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => [name, canonical(field)]);
}

function withAllocation(base: string, role: string | undefined): string {
  return base + allocationSuffix(role);
}

function allocationSuffix(role: string | undefined): string {
  return role === undefined ? '' : ` @${role}`;
}
