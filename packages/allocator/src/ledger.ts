/**
 * Who holds what: every grant and every return passes here, so that the sums per framework, role,
 * agent and cluster always agree. For each agent: total = available + everything held (shared
 * resources apart, which stay available while held).
 */

import {
  addResources,
  allocate,
  containsResources,
  filterResources,
  isEmpty,
  NO_RESOURCES,
  type Resources,
  reservationRole,
  subtractResources,
  unallocate,
  uniqueResources,
} from '@stoke/resources';
import type { AgentRecord, Client, ClusterState, Holding, RoleNode } from './cluster-state.ts';
import { countsForQuota } from './quota.ts';
import { consumedBy, leafOf, siblingsOf, topOf } from './role-tree.ts';
import { accumulate, at, type ScalarVector, setAt, vectorOf } from './scalar-slots.ts';

/** Books `resources` (unallocated, available on the agent) to the client; returns the allocated form. */
export function grant(
  state: ClusterState,
  client: Client,
  agent: AgentRecord,
  resources: Resources,
): Resources {
  const allocated = allocate(resources, client.role);
  const whole = resources === agent.available;
  const amounts = whole ? agent.scalars : vectorOf(state.slots, resources);
  const counted = whole ? agent.free : countedFor(state, resources, amounts);
  hold(client, agent, allocated);
  book(client, amounts, 1);
  countGrant(client);
  accumulate(consumedBy(state, topOf(client.node).path), counted, 1);
  setAvailable(state, agent, subtractResources(agent.available, withoutShared(resources)));
  return allocated;
}

/**
 * Books resources that are in use already, which need not fit: the truth of the agent counts.
 * It counts as an allocation in ties, an update of what was allocated before does not.
 */
export function adopt(
  state: ClusterState,
  client: Client,
  agent: AgentRecord,
  { resources, countsInTies }: { resources: Resources; countsInTies: boolean },
): void {
  if (isEmpty(resources)) return;
  const amounts = vectorOf(state.slots, resources);
  hold(client, agent, allocate(resources, client.role));
  book(client, amounts, 1);
  if (countsInTies) countGrant(client);
  accumulate(consumedBy(state, topOf(client.node).path), countedFor(state, resources, amounts), 1);
  recomputeAvailable(state, agent);
  markStale(state, client);
}

/**
 * Takes resources (either form) back from the client; what it does not hold is ignored.
 * Returns what came back, unallocated.
 */
export function release(
  state: ClusterState,
  client: Client,
  agent: AgentRecord,
  resources: Resources,
): Resources {
  const held = heldOn(agent, client)?.resources;
  if (held === undefined) return NO_RESOURCES;
  const asked = resources.traits.allocated ? resources : allocate(resources, client.role);
  const returned = containsResources(held, asked)
    ? asked
    : subtractResources(held, subtractResources(held, asked));
  const plain = unallocate(returned);
  unhold(client, agent, subtractResources(held, returned));
  const amounts = vectorOf(state.slots, plain);
  book(client, amounts, -1);
  accumulate(consumedBy(state, topOf(client.node).path), countedFor(state, plain, amounts), -1);
  if (agent.overcommitted) recomputeAvailable(state, agent);
  else {
    const available = addResources(agent.available, withoutShared(plain));
    setAvailable(state, agent, available, available === plain ? amounts : undefined);
  }
  markStale(state, client);
  if (!agent.removed) state.dirty.add(agent);
  state.quotaMoved = true;
  return plain;
}

/** Sets what is free on an agent (with its scalars, if known), and with it the cluster's headroom. */
function setAvailable(
  state: ClusterState,
  agent: AgentRecord,
  available: Resources,
  scalars = isEmpty(available) ? [] : vectorOf(state.slots, available),
): void {
  accumulate(state.headroom, agent.free, -1);
  agent.available = available;
  agent.scalars = scalars;
  const { reserved, revocable } = available.traits;
  agent.free =
    reserved || revocable ? vectorOf(state.slots, available, countsForQuota) : agent.scalars;
  accumulate(state.headroom, agent.free, 1);
}

/** Works out anew what is free: after a change of the total, or when more is held than there is. */
function recomputeAvailable(state: ClusterState, agent: AgentRecord): void {
  let held = NO_RESOURCES;
  for (const { resources } of agent.holdings) {
    held = addResources(held, withoutShared(unallocate(resources)));
  }
  agent.overcommitted = !containsResources(agent.total, held);
  setAvailable(state, agent, uniqueResources(subtractResources(agent.total, held)));
}

/** Changes the total of an agent: cluster totals, reservations that count for quota, what is free. */
export function setTotal(state: ClusterState, agent: AgentRecord, total: Resources): void {
  bookTotal(state, agent.total, -1);
  agent.total = total;
  bookTotal(state, total, 1);
  state.basis.epoch++;
  state.quotaMoved = true;
  recomputeAvailable(state, agent);
}

/** All shares along the client's branch changed: sort before the next reading. */
function markStale(state: ClusterState, client: Client): void {
  client.node.clients.stale = true;
  client.node.children.stale = true;
  for (let node: RoleNode | undefined = client.node; node !== undefined; node = node.parent) {
    siblingsOf(state, node).stale = true;
  }
}

function bookTotal(state: ClusterState, total: Resources, sign: 1 | -1): void {
  accumulate(state.basis.totals, vectorOf(state.slots, total), sign);
  if (!total.traits.reserved) return;
  for (const item of total.items) {
    const owner = reservationRole(item);
    if (owner === undefined || item.kind !== 'SCALAR') continue;
    const consumed = consumedBy(state, owner);
    const slot = state.slots.slotOf(item.name);
    setAt(consumed, slot, at(consumed, slot) + sign * item.milli);
  }
}

/** What the client holds of the agent, if anything. */
export function heldOn(agent: AgentRecord, client: Client): Holding | undefined {
  return agent.holdings.find((holding) => holding.client === client);
}

function hold(client: Client, agent: AgentRecord, allocated: Resources): void {
  const holding = heldOn(agent, client);
  if (holding !== undefined) {
    holding.resources = addResources(holding.resources, allocated);
    return;
  }
  agent.holdings.push({ client, resources: allocated });
  client.holdingCount++;
}

function unhold(client: Client, agent: AgentRecord, rest: Resources): void {
  const index = agent.holdings.findIndex((holding) => holding.client === client);
  const holding = agent.holdings[index];
  if (holding === undefined) return;
  holding.resources = rest;
  if (!isEmpty(rest)) return;
  agent.holdings.splice(index, 1);
  client.holdingCount--;
}

/** Adds to the client, its role's leaf and all roles above. */
function book(client: Client, amounts: ScalarVector, sign: 1 | -1): void {
  accumulate(client.held, amounts, sign);
  accumulate(leafOf(client.node).held, amounts, sign);
  for (let node: RoleNode | undefined = client.node; node !== undefined; node = node.parent) {
    accumulate(node.held, amounts, sign);
  }
}

/** Each allocation counts once for the client and for all roles above it. */
function countGrant(client: Client): void {
  client.grants++;
  leafOf(client.node).grants++;
  for (let node: RoleNode | undefined = client.node; node !== undefined; node = node.parent) {
    node.grants++;
  }
}

function countedFor(
  state: ClusterState,
  resources: Resources,
  amounts: ScalarVector,
): ScalarVector {
  const { reserved, revocable } = resources.traits;
  return reserved || revocable ? vectorOf(state.slots, resources, countsForQuota) : amounts;
}

function withoutShared(resources: Resources): Resources {
  return resources.traits.shared ? filterResources(resources, (item) => !item.shared) : resources;
}
