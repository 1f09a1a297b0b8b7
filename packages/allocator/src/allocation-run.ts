/**
 * One allocation run: visits the agents where something changed, in random order, and gives each to
 * the fairest framework that may have it. A run can be cut into pieces; between two pieces the
 * allocator may be told anything. Within one agent the order of fairness stands still.
 */

import { addResources, isEmpty } from '@stoke/resources';
import type {
  AllocateRequest,
  AllocateResult,
  Allocation,
  InverseAllocation,
} from './allocator-api.ts';
import type { AgentRecord, ClusterState, Holding, RoleNode } from './cluster-state.ts';
import { decide, meetsMinimum, type Situation } from './decide.ts';
import {
  createFairOrder,
  type FairOrder,
  refresh,
  reposition,
  repositionInAll,
} from './fair-order.ts';
import { askHolders } from './inverse-offers.ts';
import { grant, release } from './ledger.ts';
import { shuffle, unmetGuarantee } from './quota.ts';
import { createQuotaStages, type QuotaStages } from './quota-stages.ts';
import { expireRefusals } from './refusals.ts';
import { leafOf, siblingsOf, topOf, walkRoles } from './role-tree.ts';

/** A run under way. */
interface Run {
  readonly number: number;
  readonly isBatch: boolean;
  readonly agents: readonly AgentRecord[];
  /** 1: guarantees; 2: everybody. */
  stage: 1 | 2;
  queue: readonly AgentRecord[];
  next: number;
}

/** What one call of `allocate` works with. */
interface Pass {
  readonly state: ClusterState;
  readonly run: Run;
  readonly quota: QuotaStages | undefined;
  /** Top-level roles with an unmet guarantee. */
  readonly unmet: FairOrder<RoleNode>;
  /** Top-level roles that may still take unreserved resources. */
  readonly open: FairOrder<RoleNode>;
  readonly allocations: Allocation[];
}

/** What one visit granted, in that order; at most one for each client. */
type Grants = Holding[];

/** Starts runs and continues them; see AllocateRequest. */
export function createRunner(state: ClusterState): (request: AllocateRequest) => AllocateResult {
  let run: Run | undefined;
  let runs = 0;
  return (request) => {
    expireRefusals(state, request.nowMs);
    if (run === undefined) {
      runs++;
      run = startRun(state, runs, request.scope ?? 'batch');
    }
    const pass = startPass(state, run);
    const done = visitAgents(pass, request.maxAgents ?? Number.POSITIVE_INFINITY);
    const inverse = done ? inverseOf(state, run, request.nowMs) : [];
    if (done) run = undefined;
    return { allocations: pass.allocations, inverse, done };
  };
}

/** A batch asks about all agents that are going away, a prompt run about those it was for. */
function inverseOf(state: ClusterState, run: Run, nowMs: number): InverseAllocation[] {
  if (state.goingAway.size === 0) return [];
  return askHolders(state, run.isBatch ? state.goingAway.keys() : run.agents, nowMs);
}

function startRun(state: ClusterState, number: number, scope: 'batch' | 'events'): Run {
  const agents = candidates(state, scope);
  const needsGuarantees = [...state.quotas.values()].some(
    (top) => unmetGuarantee(state, top) !== undefined,
  );
  return {
    number,
    isBatch: scope === 'batch',
    agents,
    stage: needsGuarantees ? 1 : 2,
    queue: shuffle(agents, state.options.random),
    next: 0,
  };
}

/** Takes the agents to visit off the lists of what changed. */
function candidates(state: ClusterState, scope: 'batch' | 'events'): AgentRecord[] {
  const isBatch = scope === 'batch';
  if (isBatch && state.quotaMoved) {
    for (const agent of state.quotaBlocked) state.dirty.add(agent);
    state.quotaBlocked.clear();
    state.quotaMoved = false;
  }
  if (state.allTriggered || (isBatch && state.allDirty)) return takeAll(state);
  if (isBatch) for (const agent of state.dirty) state.triggered.add(agent);
  const agents = [...state.triggered];
  if (isBatch) state.dirty.clear();
  else for (const agent of agents) state.dirty.delete(agent);
  state.triggered.clear();
  return agents;
}

function takeAll(state: ClusterState): AgentRecord[] {
  state.allTriggered = false;
  state.allDirty = false;
  state.triggered.clear();
  state.dirty.clear();
  return [...state.agents.values()];
}

function startPass(state: ClusterState, run: Run): Pass {
  const quota = state.quotas.size === 0 ? undefined : createQuotaStages(state);
  quota?.reset();
  refresh(state.topRoles, state.basis);
  return {
    state,
    run,
    quota,
    unmet: subOrder(state, run.stage === 1, (top) => unmetGuarantee(state, top) !== undefined),
    open: subOrder(state, quota !== undefined, (top) => quota?.isExhausted(top) === false),
    allocations: [],
  };
}

/** The members of the top order that pass, already sorted. */
function subOrder(
  state: ClusterState,
  isNeeded: boolean,
  keep: (top: RoleNode) => boolean,
): FairOrder<RoleNode> {
  const order = createFairOrder<RoleNode>(state.topRoles.random);
  order.epoch = state.basis.epoch;
  if (isNeeded) order.members.push(...state.topRoles.members.filter(keep));
  return order;
}

/** True when the run is over. */
function visitAgents(pass: Pass, maxAgents: number): boolean {
  const { run } = pass;
  for (let visits = 0; ; visits++) {
    if (run.next >= run.queue.length && !nextStage(pass)) return true;
    if (visits >= maxAgents) return false;
    const agent = run.queue[run.next++];
    if (agent === undefined || agent.removed) continue;
    if (run.stage === 1) visitForGuarantees(pass, agent);
    else visitForAll(pass, agent);
  }
}

function nextStage(pass: Pass): boolean {
  if (pass.run.stage === 2) return false;
  pass.run.stage = 2;
  pass.run.queue = shuffle(pass.run.agents, pass.state.options.random);
  pass.run.next = 0;
  return pass.run.queue.length > 0;
}

function visitForGuarantees(pass: Pass, agent: AgentRecord): void {
  if (pass.unmet.members.length === 0 || !agent.active || isSpent(pass.state, agent)) return;
  const grants: Grants = [];
  serve({
    pass,
    agent,
    situation: situationOf(pass, pass.quota?.guarantee),
    grants,
    order: pass.unmet,
  });
  settle(pass, grants);
  if (grants.length > 0) agent.pending = merge(agent.pending ?? [], grants);
}

function visitForAll(pass: Pass, agent: AgentRecord): void {
  const pending = agent.pending === undefined ? [] : stillWanted(pass, agent, agent.pending);
  agent.pending = undefined;
  const grants: Grants = [];
  if (agent.active && !isSpent(pass.state, agent)) {
    const isPlain = !agent.available.traits.reserved && !agent.available.traits.revocable;
    const order = pass.quota !== undefined && isPlain ? pass.open : pass.state.topRoles;
    serve({ pass, agent, situation: situationOf(pass, pass.quota?.surplus), grants, order });
    settle(pass, grants);
  }
  for (const { client, resources } of merge(pending, grants)) {
    pass.allocations.push({
      frameworkId: client.framework.frameworkId,
      role: client.role,
      agentId: agent.agentId,
      resources,
    });
  }
  keepInSight(pass, agent);
}

/** Takes back what was granted to those who left while the run was paused. */
function stillWanted(pass: Pass, agent: AgentRecord, pending: Grants): Grants {
  const isLost = ({ client }: Holding): boolean => !client.active || !agent.active;
  for (const grant of pending.filter(isLost)) {
    if (!grant.client.gone) release(pass.state, grant.client, agent, grant.resources);
  }
  return pending.filter((grant) => !isLost(grant));
}

/** One entry for each client: an agent is told once to each, whatever the stages. */
function merge(left: Grants, right: Grants): Grants {
  if (left.length === 0) return right;
  const merged = [...left];
  for (const grant of right) {
    const index = merged.findIndex(({ client }) => client === grant.client);
    const before = merged[index];
    if (before === undefined) merged.push(grant);
    else merged[index] = { ...before, resources: addResources(before.resources, grant.resources) };
  }
  return merged;
}

interface Visit {
  readonly pass: Pass;
  readonly agent: AgentRecord;
  readonly situation: Situation;
  readonly grants: Grants;
  readonly order: FairOrder<RoleNode>;
}

/** Offers the agent down the order until nothing useful is left of it. */
function serve(visit: Visit): void {
  const { state } = visit.pass;
  if (visit.order.random !== undefined) refresh(visit.order, state.basis);
  for (const top of visit.order.members) {
    if (walkRoles(state, top, (role) => serveRole(visit, role))) return;
  }
}

/** True when the agent is spent. */
function serveRole(visit: Visit, role: RoleNode): boolean {
  const { pass, agent, situation, grants } = visit;
  refresh(role.clients, pass.state.basis);
  for (const client of role.clients.members) {
    const outcome = decide(situation, agent, client);
    if (typeof outcome === 'string') continue;
    const top = topOf(role);
    const before = pass.quota === undefined ? undefined : unmetGuarantee(pass.state, top);
    if (outcome.traits.shared) agent.sharedOfferedIn = pass.run.number;
    grants.push({ client, resources: grant(pass.state, client, agent, outcome) });
    pass.quota?.noteGrant(top, before);
    if (isSpent(pass.state, agent)) return true;
  }
  return false;
}

/** Moves those that got something to their new places in the orders. */
function settle(pass: Pass, grants: Grants): void {
  const { state } = pass;
  for (const { client } of grants) {
    reposition(client.node.clients, client, state.basis);
    reposition(client.node.children, leafOf(client.node), state.basis);
    for (let node: RoleNode | undefined = client.node; node !== undefined; node = node.parent) {
      if (node.parent === undefined) settleTop(pass, node);
      else reposition(siblingsOf(state, node), node, state.basis);
    }
  }
}

function settleTop(pass: Pass, top: RoleNode): void {
  const { state, quota } = pass;
  if (quota === undefined) {
    reposition(state.topRoles, top, state.basis);
    return;
  }
  repositionInAll([state.topRoles, pass.unmet, pass.open], top, state.basis);
  if (unmetGuarantee(state, top) === undefined) drop(pass.unmet, top);
  if (quota.isExhausted(top)) drop(pass.open, top);
}

function drop(order: FairOrder<RoleNode>, top: RoleNode): void {
  const index = order.members.indexOf(top);
  if (index >= 0) order.members.splice(index, 1);
}

/** Decides whether the agent must be visited again though nothing will have changed on it. */
function keepInSight(pass: Pass, agent: AgentRecord): void {
  // Shared resources stay available while in use: they are offered again in each run.
  if (agent.available.traits.shared) pass.state.dirty.add(agent);
  if (pass.quota !== undefined && !isSpent(pass.state, agent)) pass.state.quotaBlocked.add(agent);
}

/** True when what is left is too little for anybody. */
function isSpent(state: ClusterState, agent: AgentRecord): boolean {
  if (isEmpty(agent.available)) return true;
  return state.minimumOverriders.size === 0 && !meetsMinimum(state.minimum, agent.scalars);
}

function situationOf(pass: Pass, quota: Situation['quota']): Situation {
  return { state: pass.state, run: pass.run.number, quota };
}
