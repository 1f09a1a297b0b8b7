/** Quota arithmetic: unmet guarantees, what limits and headroom leave, and cutting resources to fit. */

import { type ResourceItem, type Resources, resourcesOf, withAmount } from '@stoke/resources';
import type { Quota } from './allocator-api.ts';
import type { ClusterState, QuotaVectors, RoleNode } from './cluster-state.ts';
import { consumedBy } from './role-tree.ts';
import { at, type ScalarSlots, type ScalarVector, setAt, vectorFrom } from './scalar-slots.ts';

export function quotaVectors(slots: ScalarSlots, quota: Quota): QuotaVectors {
  const limits = vectorFrom(slots, quota.limits);
  const limited = new Set([...quota.limits.keys()].map((name) => slots.slotOf(name)));
  return {
    guarantees: vectorFrom(slots, quota.guarantees),
    limitOf: (slot) => (limited.has(slot) ? at(limits, slot) : Number.POSITIVE_INFINITY),
  };
}

/** Guarantee not yet consumed, by slot; undefined when all is met or nothing is guaranteed. */
export function unmetGuarantee(state: ClusterState, top: RoleNode): ScalarVector | undefined {
  if (top.quota === undefined) return undefined;
  const { guarantees } = top.quota;
  const consumed = consumedBy(state, top.path);
  let unmet: ScalarVector | undefined;
  for (let slot = 0; slot < guarantees.length; slot++) {
    const missing = at(guarantees, slot) - at(consumed, slot);
    if (missing <= 0) continue;
    unmet ??= [0, 0, 0, 0];
    setAt(unmet, slot, missing);
  }
  return unmet;
}

/** How much more of a scalar the role may hold: Infinity without a limit. */
export function allowanceOf(state: ClusterState, top: RoleNode, slot: number): number {
  if (top.quota === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, top.quota.limitOf(slot) - at(consumedBy(state, top.path), slot));
}

/** Free scalars that no unmet guarantee needs, by slot; never negative. */
export interface Surplus {
  of(slot: number): number;
  /** Recomputes the sum of unmet guarantees: after anything but a grant. */
  reset(): void;
  /** A grant met this much of a guarantee. */
  met(amounts: ScalarVector): void;
}

export function createSurplus(state: ClusterState): Surplus {
  let required: ScalarVector = [];
  return {
    of: (slot) => Math.max(0, at(state.headroom, slot) - at(required, slot)),
    reset() {
      required = [];
      for (const top of state.quotas.values()) {
        unmetGuarantee(state, top)?.forEach((missing, slot) => {
          setAt(required, slot, at(required, slot) + missing);
        });
      }
    },
    met(amounts) {
      amounts.forEach((amount, slot) => {
        if (amount > 0) setAt(required, slot, at(required, slot) - amount);
      });
    },
  };
}

/** What quota counts: unreserved and not revocable. */
export function countsForQuota(item: ResourceItem): boolean {
  return item.reservations.length === 0 && !item.revocable;
}

/**
 * Cuts the unreserved, non-revocable scalars of `resources` to `cap` per slot; the rest stays whole.
 * All-or-nothing items go in only where they fit. Returns the same value when nothing is cut.
 */
export function chop(
  state: ClusterState,
  resources: Resources,
  cap: (slot: number) => number,
): Resources {
  const left = new Map<number, number>();
  let isCut = false;
  const items: ResourceItem[] = [];
  for (const item of inRandomOrder(resources.items, state.options.random)) {
    const part = isQuotaScalar(item) ? cut(state.slots, item, { left, cap }) : item;
    if (part !== undefined) items.push(part);
    if (part !== item) isCut = true;
  }
  return isCut ? resourcesOf(items) : resources;
}

function isQuotaScalar(item: ResourceItem): boolean {
  return item.kind === 'SCALAR' && countsForQuota(item);
}

/** The part of an item that still fits; `left` remembers the room per slot. */
function cut(
  slots: ScalarSlots,
  item: ResourceItem,
  { left, cap }: { left: Map<number, number>; cap: (slot: number) => number },
): ResourceItem | undefined {
  const slot = slots.slotOf(item.name);
  const room = left.get(slot) ?? cap(slot);
  if (item.milli <= room) {
    left.set(slot, room - item.milli);
    return item;
  }
  if (item.solo || room <= 0) return undefined;
  left.set(slot, 0);
  return withAmount(item, { milli: room });
}

// Several disks of one name: which of them is cut is a matter of chance.
function inRandomOrder(
  items: readonly ResourceItem[],
  random: () => number,
): readonly ResourceItem[] {
  const names = new Set(items.map((item) => item.name));
  return names.size === items.length ? items : shuffle(items, random);
}

/** A shuffled copy. */
export function shuffle<Item>(items: Iterable<Item>, random: () => number): Item[] {
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const [left, right] = [copy[index], copy[other]];
    if (left === undefined || right === undefined) continue;
    copy[index] = right;
    copy[other] = left;
  }
  return copy;
}
