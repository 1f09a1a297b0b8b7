/** Puts the allocator together: tables, ledger, runs and explanations behind one interface. */

import {
  addResources,
  byAllocation,
  equalResources,
  type Quantities,
  type Resources,
  subtractResources,
  unallocate,
} from '@stoke/resources';
import { addAgent, removeAgent, setAgentActive, setWhitelist, updateAgent } from './agent-table.ts';
import { createRunner } from './allocation-run.ts';
import type {
  AddUsesRequest,
  Allocator,
  AllocatorOptions,
  Quota,
  RecoverRequest,
  UpdateAllocationRequest,
} from './allocator-api.ts';
import { type Client, type ClusterState, createClusterState } from './cluster-state.ts';
import {
  addFramework,
  clientFor,
  dropIfIdle,
  removeFramework,
  revive,
  setFrameworkActive,
  suppress,
  updateFramework,
} from './framework-table.ts';
import { roleGauges } from './gauges.ts';
import { answerInverse, setUnavailable } from './inverse-offers.ts';
import { adopt, release, setTotal } from './ledger.ts';
import { quotaVectors } from './quota.ts';
import { expireRefusals, refuse } from './refusals.ts';
import { releaseNode, roleNode, setWeights } from './role-tree.ts';
import { accumulate, quantitiesFromVector, type ScalarVector } from './scalar-slots.ts';
import { explain } from './why.ts';

/** An empty allocator. */
export function createAllocator(options: AllocatorOptions): Allocator {
  const state = createClusterState(options);
  return {
    addAgent: (spec) => addAgent(state, spec),
    updateAgent: (update) => updateAgent(state, update),
    removeAgent: (agentId) => removeAgent(state, agentId),
    setAgentActive: (agentId, active) => setAgentActive(state, agentId, active),
    addFramework: (spec) => addFramework(state, spec),
    updateFramework: (spec) => updateFramework(state, spec),
    removeFramework: (frameworkId) => removeFramework(state, frameworkId),
    setFrameworkActive: (frameworkId, active) => setFrameworkActive(state, frameworkId, active),
    setUnavailable: (agentId, unavailable) => setUnavailable(state, agentId, unavailable),
    allocate: createRunner(state),
    wantsRun: () => state.allTriggered || state.triggered.size > 0,
    recoverResources: (request) => recover(state, request),
    answerInverse: (request) => answerInverse(state, request),
    updateAllocation: (request) => updateAllocation(state, request),
    addUses: (request) => addUses(state, request),
    suppress: (frameworkId, roles) => suppress(state, frameworkId, roles),
    revive: (frameworkId, roles) => revive(state, frameworkId, roles),
    setWeights(weights) {
      setWeights(state, weights);
      state.allDirty = true;
    },
    setWhitelist: (hostnames) => setWhitelist(state, hostnames),
    setQuota: (role, quota) => setQuota(state, role, quota),
    expireFilters: (nowMs) => expireRefusals(state, nowMs),
    nextExpiryMs: () => state.expiries.nextMs(),
    heldBy: (frameworkId, role) => heldBy(state, frameworkId, role),
    why: (frameworkId, nowMs) => explain(state, frameworkId, nowMs),
    roleGauges: () => roleGauges(state),
  };
}

function recover(state: ClusterState, request: RecoverRequest): void {
  const agent = state.agents.get(request.agentId);
  if (agent === undefined) return;
  for (const [role, resources] of byAllocation(request.resources)) {
    const client = findClient(state, request.frameworkId, role ?? request.role);
    if (client === undefined) continue;
    const returned = release(state, client, agent, resources);
    const { refuseSeconds = 0, nowMs } = request;
    if (refuseSeconds > 0 && client.subscribed) {
      refuse(state, { agent, client, resources: unallocate(resources), refuseSeconds, nowMs });
    }
    if (returned.items.length > 0) dropIfIdle(state, client);
  }
}

/** The agent's total changes with it: a reservation or volume stays on the agent when freed. */
function updateAllocation(state: ClusterState, request: UpdateAllocationRequest): void {
  const agent = state.agents.get(request.agentId);
  const framework = state.frameworks.get(request.frameworkId);
  if (agent === undefined || framework === undefined) return;
  const { offered, converted } = request;
  if (equalResources(offered, converted)) return;
  for (const [role, resources] of byAllocation(offered)) {
    const client = findClient(state, request.frameworkId, role);
    if (client !== undefined) release(state, client, agent, resources);
  }
  setTotal(state, agent, exchange(agent.total, unallocate(offered), unallocate(converted)));
  addUses(state, { ...request, resources: converted });
}

function addUses(state: ClusterState, { agentId, frameworkId, resources }: AddUsesRequest): void {
  const agent = state.agents.get(agentId);
  const framework = state.frameworks.get(frameworkId);
  if (agent === undefined || framework === undefined) return;
  for (const [role, part] of byAllocation(resources)) {
    if (role === undefined) continue;
    const client = clientFor(state, framework, role);
    adopt(state, client, agent, { resources: part, countsInTies: false });
  }
}

function exchange(total: Resources, out: Resources, into: Resources): Resources {
  return addResources(subtractResources(total, out), into);
}

function findClient(
  state: ClusterState,
  frameworkId: string,
  role: string | undefined,
): Client | undefined {
  const clients = state.frameworks.get(frameworkId)?.clients;
  if (role !== undefined) return clients?.get(role);
  return clients?.size === 1 ? clients.values().next().value : undefined;
}

function setQuota(state: ClusterState, role: string, quota: Quota | undefined): void {
  const node = roleNode(state, role);
  node.quota = quota === undefined ? undefined : quotaVectors(state.slots, quota);
  if (quota === undefined) state.quotas.delete(role);
  else state.quotas.set(role, node);
  releaseNode(state, node);
  state.allDirty = true;
}

function heldBy(state: ClusterState, frameworkId: string, role: string | undefined): Quantities {
  const held: ScalarVector = [];
  for (const client of state.frameworks.get(frameworkId)?.clients.values() ?? []) {
    if (role === undefined || client.role === role) accumulate(held, client.held, 1);
  }
  return quantitiesFromVector(state.slots, held);
}
