/** The two quota stages of a run: guarantees first, then everybody within limits and headroom. */

import type { Resources } from '@stoke/resources';
import type { ClusterState, RoleNode } from './cluster-state.ts';
import { meetsMinimum, type QuotaStage } from './decide.ts';
import { allowanceOf, chop, createSurplus, type Surplus, unmetGuarantee } from './quota.ts';
import { topOf } from './role-tree.ts';
import { at, type ScalarVector, vectorOf } from './scalar-slots.ts';

/** What a run asks about quota; consistent while only `noteGrant` happens between two resets. */
export interface QuotaStages {
  /** Stage 1: up to the unmet guarantee, and beyond it what limit and headroom leave. */
  readonly guarantee: QuotaStage;
  /** Stage 2: what limit and headroom leave. */
  readonly surplus: QuotaStage;
  /** Call before the first question, and after any change that is no grant of the run. */
  reset(): void;
  /** Books the part of a guarantee that a grant met; `before` is what was unmet before the grant. */
  noteGrant(top: RoleNode, before: ScalarVector | undefined): void;
  /** True when a role can take nothing unreserved of any agent any more. */
  isExhausted(top: RoleNode): boolean;
}

export function createQuotaStages(state: ClusterState): QuotaStages {
  const surplus = createSurplus(state);
  return {
    guarantee: guaranteeStage(state, surplus),
    surplus: surplusStage(state, surplus),
    reset: surplus.reset,
    noteGrant(top, before) {
      if (before === undefined) return;
      const after = unmetGuarantee(state, top) ?? [];
      surplus.met(before.map((amount, slot) => amount - at(after, slot)));
    },
    isExhausted: (top) =>
      state.minimumOverriders.size === 0 &&
      state.minimum.length > 0 &&
      state.minimum.every((alternative) =>
        alternative.some(
          ({ slot, milli }) => Math.min(allowanceOf(state, top, slot), surplus.of(slot)) < milli,
        ),
      ),
  };
}

function guaranteeStage(state: ClusterState, surplus: Surplus): QuotaStage {
  return (resources, client) => {
    const top = topOf(client.node);
    const unmet = unmetGuarantee(state, top);
    if (unmet === undefined) return 'quota-limit';
    const scalars = vectorOf(state.slots, resources);
    if (!unmet.some((amount, slot) => Math.min(amount, at(scalars, slot)) > 0))
      return 'quota-limit';
    const granted = chop(state, resources, (slot) => {
      const beyond = Math.min(allowanceOf(state, top, slot) - at(unmet, slot), surplus.of(slot));
      return at(unmet, slot) + Math.max(0, beyond);
    });
    return isEnough(state, granted, client.minimum) ? granted : 'quota-limit';
  };
}

function surplusStage(state: ClusterState, surplus: Surplus): QuotaStage {
  return (resources, client) => {
    const top = topOf(client.node);
    const limited =
      top.quota === undefined
        ? resources
        : chop(state, resources, (slot) => allowanceOf(state, top, slot));
    if (limited !== resources && !isEnough(state, limited, client.minimum)) return 'quota-limit';
    const granted = chop(state, limited, surplus.of);
    if (granted !== limited && !isEnough(state, granted, client.minimum)) return 'quota-headroom';
    return granted;
  };
}

function isEnough(
  state: ClusterState,
  resources: Resources,
  minimum: Parameters<typeof meetsMinimum>[0],
): boolean {
  return resources.items.length > 0 && meetsMinimum(minimum, vectorOf(state.slots, resources));
}
