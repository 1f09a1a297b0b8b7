/** The allocator's tables: agents, frameworks, roles and who holds what. Mutable, private to the package. */

import type { Quantities, Resources } from '@stoke/resources';
import type {
  AgentSpec,
  AgentView,
  AllocatorOptions,
  FrameworkSpec,
  Sorter,
} from './allocator-api.ts';
import { createExpiryQueue, type ExpiryQueue } from './expiry-queue.ts';
import { type Contender, createFairOrder, type FairOrder, type ShareBasis } from './fair-order.ts';
import type { Notice } from './inverse-offers.ts';
import { createScalarSlots, type ScalarSlots, type ScalarVector } from './scalar-slots.ts';

/** A minimum: alternatives, each a list of amounts that must all be there. None: anything will do. */
export type Minimum = readonly (readonly { readonly slot: number; readonly milli: number }[])[];

/** A refusal: up to these resources (unallocated) of one agent are hidden from one client. */
export interface Refusal {
  readonly resources: Resources;
  readonly untilMs: number;
  /** Void once the client's own count of revivals has moved on. */
  readonly revival: number;
}

/** What a client holds of an agent, in allocated form. */
export interface Holding {
  readonly client: Client;
  resources: Resources;
}

export interface AgentRecord {
  readonly agentId: string;
  view: AgentView;
  spec: AgentSpec;
  total: Resources;
  /** Free now: total less what is held; shared resources always stay. */
  available: Resources;
  /** All scalars of `available`. */
  scalars: ScalarVector;
  /** Unreserved, non-revocable scalars of `available`: what quota is about. */
  free: ScalarVector;
  /** Holders hold more than the total (it shrank under them). */
  overcommitted: boolean;
  active: boolean;
  /** False: a whitelist is in force and does not name its host. */
  listed: boolean;
  removed: boolean;
  /** Bits of `Obstacle` that stand on this agent. */
  obstacles: number;
  /** Who holds what of it; few, so that a list is faster than a map. */
  readonly holdings: Holding[];
  readonly refusals: Map<Client, Refusal[]>;
  /** Stage 1 grants of the run under way that are not told yet. */
  pending: Holding[] | undefined;
  /** Run in which its shared resources were offered last. */
  sharedOfferedIn: number;
}

export interface FrameworkRecord {
  readonly frameworkId: string;
  spec: FrameworkSpec;
  /** False: only heard of, as a holder of resources on an agent that came before it. */
  known: boolean;
  active: boolean;
  /** Counts REVIVEs in any role. */
  revivals: number;
  readonly clients: Map<string, Client>;
}

/** A framework in one of its roles; contends with the other frameworks of that role. */
export interface Client extends Contender {
  readonly framework: FrameworkRecord;
  readonly role: string;
  readonly node: RoleNode;
  /** On how many agents it holds something. */
  holdingCount: number;
  /** In the framework's list of roles now. */
  subscribed: boolean;
  suppressed: boolean;
  /** Member of its role's order. */
  active: boolean;
  gone: boolean;
  /** Counts REVIVEs: refusals of an earlier count are void. */
  revivals: number;
  /** Bits of `Obstacle` it cannot live with. */
  intolerances: number;
  accepts: FrameworkSpec['accepts'];
  minimum: Minimum;
  takesShared: boolean;
  takesRevocable: boolean;
  takesRefined: boolean;
}

/** A role. Its frameworks form a virtual child `leaf` that contends with its sub-roles. */
export interface RoleNode extends Contender {
  readonly parent: RoleNode | undefined;
  readonly isLeaf: boolean;
  readonly children: FairOrder<RoleNode>;
  readonly clients: FairOrder<Client>;
  leaf: RoleNode | undefined;
  /** Frameworks and sub-roles that keep the node alive, active or not. */
  dependents: number;
  /** Top-level only: its quota and what counts against it. */
  quota: QuotaVectors | undefined;
}

export interface QuotaVectors {
  readonly guarantees: ScalarVector;
  /** Infinity where there is no limit. */
  limitOf(slot: number): number;
}

export interface ClusterState {
  readonly options: AllocatorOptions;
  readonly slots: ScalarSlots;
  readonly agents: Map<string, AgentRecord>;
  readonly frameworks: Map<string, FrameworkRecord>;
  readonly topRoles: FairOrder<RoleNode>;
  readonly roles: Map<string, RoleNode>;
  readonly basis: ShareBasis;
  weights: ReadonlyMap<string, number>;
  readonly minimum: Minimum;
  /** Frameworks that override the minimum in some role. */
  readonly minimumOverriders: Set<string>;
  /** Top-level role → scalars that count against its quota: reservations and unreserved holdings. */
  readonly consumed: Map<string, ScalarVector>;
  readonly quotas: Map<string, RoleNode>;
  /** Unreserved, non-revocable and free, over all agents. */
  readonly headroom: ScalarVector;
  /** Agents where something changed since their last visit. */
  readonly dirty: Set<AgentRecord>;
  /** Agents named by an event that asks for a prompt run. */
  readonly triggered: Set<AgentRecord>;
  /** The same for all agents at once: a framework came or revived. */
  allTriggered: boolean;
  /** All agents changed at once, without haste: weights, quota, roles of a framework. */
  allDirty: boolean;
  /** Agents where quota alone kept something back; visited again once `quotaMoved`. */
  readonly quotaBlocked: Set<AgentRecord>;
  quotaMoved: boolean;
  readonly expiries: ExpiryQueue;
  /** Agents with a planned absence, and what their holders were told of it. */
  readonly goingAway: Map<AgentRecord, Map<FrameworkRecord, Notice>>;
  /** Hosts whose agents may be offered; undefined: all. */
  whitelist: ReadonlySet<string> | undefined;
}

const DEFAULT_MINIMUM: readonly Quantities[] = [
  new Map([['cpus', 10]]),
  new Map([['mem', 32_000]]),
];

export function createClusterState(options: AllocatorOptions): ClusterState {
  const slots = createScalarSlots();
  const excluded = new Set(options.fairSharingExcluded ?? []);
  return {
    options,
    slots,
    agents: new Map(),
    frameworks: new Map(),
    topRoles: createFairOrder(chanceFor(options, options.roleSorter)),
    roles: new Map(),
    basis: {
      totals: [],
      isCounted:
        excluded.size === 0 ? () => true : (slot) => !excluded.has(slots.names[slot] ?? ''),
      epoch: 0,
    },
    weights: new Map(),
    minimum: minimumFrom(slots, options.minAllocatable ?? DEFAULT_MINIMUM),
    minimumOverriders: new Set(),
    consumed: new Map(),
    quotas: new Map(),
    headroom: [],
    dirty: new Set(),
    triggered: new Set(),
    allTriggered: false,
    allDirty: false,
    quotaBlocked: new Set(),
    quotaMoved: false,
    expiries: createExpiryQueue(),
    goingAway: new Map(),
    whitelist: undefined,
  };
}

/** The source of chance of an order, when its sorter is random. */
export function chanceFor(
  options: AllocatorOptions,
  sorter: Sorter | undefined,
): (() => number) | undefined {
  return sorter === 'random' ? options.random : undefined;
}

/** An empty alternative asks for nothing and so is always met. */
export function minimumFrom(slots: ScalarSlots, alternatives: readonly Quantities[]): Minimum {
  return alternatives.map((quantities) =>
    [...quantities].map(([name, milli]) => ({ slot: slots.slotOf(name), milli })),
  );
}
