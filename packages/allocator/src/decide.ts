/**
 * Whether one framework in one role gets an offer of one agent, and of what: a chain of small
 * stages, each of which either narrows the resources or says no with a reason. The allocation run
 * and the explanation of waiting (`why`) go through the same chain.
 */

import {
  allocatableTo,
  filterResources,
  isEmpty,
  type ResourceItem,
  type Resources,
} from '@stoke/resources';
import type { WhyReason } from './allocator-api.ts';
import type { AgentRecord, Client, ClusterState, Minimum } from './cluster-state.ts';
import { findRefusal } from './refusals.ts';
import { at, type ScalarSlots, type ScalarVector, vectorOf } from './scalar-slots.ts';

/** Reasons that need no look at resources; bits, so that one AND answers for all. */
export const OBSTACLE = {
  gpu: 1,
  region: 2,
  noMultiRole: 4,
  noHierarchicalRole: 8,
} as const;

/** Narrows an offer to what quota leaves; a reason when nothing useful is left. */
export type QuotaStage = (resources: Resources, client: Client) => Resources | WhyReason;

/** What the chain needs to know about the run it serves. */
export interface Situation {
  readonly state: ClusterState;
  /** Number of the run: shared resources are offered once in each. */
  readonly run: number;
  /** Absent when no quota is set anywhere. */
  readonly quota: QuotaStage | undefined;
}

/** The resources to offer (unallocated), or why there is no offer. */
export function decide(
  situation: Situation,
  agent: AgentRecord,
  client: Client,
): Resources | WhyReason {
  const obstacle = obstacleOf(agent, client);
  if (obstacle !== undefined) return obstacle;
  if (isEmpty(agent.available)) return 'in-use';
  const fitting = fit(situation, agent, client);
  if (isEmpty(fitting)) return reasonForNothing(situation, agent, client);
  if (!isAllocatable(situation.state.slots, agent, client.minimum, fitting)) {
    return fitting === agent.available
      ? 'min-allocatable'
      : reasonForLittle(situation, agent, client);
  }
  const granted = situation.quota === undefined ? fitting : situation.quota(fitting, client);
  if (typeof granted === 'string') return granted;
  return findRefusal(agent, client, granted) === undefined ? granted : 'refused';
}

/** A reason that has nothing to do with amounts. */
function obstacleOf(agent: AgentRecord, client: Client): WhyReason | undefined {
  if (!agent.active) return 'agent-inactive';
  if (!agent.listed) return 'whitelist';
  const bits = agent.obstacles & client.intolerances;
  if (bits !== 0) return reasonOfBits(bits);
  if (client.accepts !== undefined && !client.accepts(agent.view, client.role)) return 'constraint';
  return undefined;
}

/** What of the agent the framework may take in this role, before quota and refusals. */
export function fit(situation: Situation, agent: AgentRecord, client: Client): Resources {
  const { traits } = agent.available;
  if (!traits.reserved && !traits.revocable && !traits.shared) return agent.available;
  const mayShare = client.takesShared && agent.sharedOfferedIn !== situation.run;
  return filterResources(allocatableTo(agent.available, client.role), (item) =>
    isTakeable(item, client, mayShare),
  );
}

/** True when at least one alternative of the minimum is there in full, or there is no minimum. */
export function meetsMinimum(minimum: Minimum, scalars: ScalarVector): boolean {
  if (minimum.length === 0) return true;
  for (const alternative of minimum) {
    if (alternative.every(({ slot, milli }) => at(scalars, slot) >= milli)) return true;
  }
  return false;
}

function isAllocatable(
  slots: ScalarSlots,
  agent: AgentRecord,
  minimum: Minimum,
  resources: Resources,
): boolean {
  const scalars = resources === agent.available ? agent.scalars : vectorOf(slots, resources);
  return meetsMinimum(minimum, scalars);
}

// Too little for this role: is the agent full, or is the rest kept for others?
function reasonForLittle(situation: Situation, agent: AgentRecord, client: Client): WhyReason {
  const enough = isAllocatable(situation.state.slots, agent, client.minimum, agent.available);
  return enough ? reasonForNothing(situation, agent, client) : 'min-allocatable';
}

/** There is enough for somebody else. */
function reasonForNothing({ state }: Situation, agent: AgentRecord, client: Client): WhyReason {
  if (client.takesRevocable || !agent.available.traits.revocable) return 'reserved';
  const free = allocatableTo(agent.available, client.role);
  return isAllocatable(state.slots, agent, client.minimum, free) ? 'revocable' : 'reserved';
}

function isTakeable(item: ResourceItem, client: Client, mayShare: boolean): boolean {
  if (item.shared && !mayShare) return false;
  if (item.revocable && !client.takesRevocable) return false;
  return item.reservations.length < 2 || client.takesRefined;
}

function reasonOfBits(bits: number): WhyReason {
  if ((bits & OBSTACLE.gpu) !== 0) return 'gpu';
  return (bits & OBSTACLE.region) !== 0 ? 'region' : 'agent-capability';
}
