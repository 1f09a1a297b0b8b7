/** Agents come, change, pause and go. */

import { byAllocation, NO_RESOURCES, type Resources } from '@stoke/resources';
import type { AgentSpec, AgentUpdate } from './allocator-api.ts';
import type { AgentRecord, ClusterState } from './cluster-state.ts';
import { OBSTACLE } from './decide.ts';
import { clientFor, dropIfIdle, frameworkFor } from './framework-table.ts';
import { adopt, release, setTotal } from './ledger.ts';

/** A known id is replaced: what its frameworks held there is forgotten first. */
export function addAgent(state: ClusterState, spec: AgentSpec): void {
  removeAgent(state, spec.agentId);
  const agent = createAgent(spec);
  state.agents.set(agent.agentId, agent);
  describe(state, agent, spec);
  setTotal(state, agent, spec.total);
  for (const [frameworkId, resources] of spec.used ?? []) {
    adoptUse(state, agent, frameworkId, resources);
  }
  if (spec.unavailable === true) state.goingAway.set(agent, new Map());
  state.triggered.add(agent);
}

export function updateAgent(state: ClusterState, update: AgentUpdate): void {
  const agent = state.agents.get(update.agentId);
  if (agent === undefined) return;
  describe(state, agent, { ...agent.spec, ...update, total: update.total ?? agent.total });
  if (update.attributes !== undefined || 'domain' in update) agent.refusals.clear();
  if (update.total !== undefined) setTotal(state, agent, update.total);
  state.triggered.add(agent);
}

export function removeAgent(state: ClusterState, agentId: string): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return;
  agent.removed = true;
  for (const { client, resources } of [...agent.holdings]) {
    release(state, client, agent, resources);
    dropIfIdle(state, client);
  }
  setTotal(state, agent, NO_RESOURCES);
  agent.refusals.clear();
  agent.pending = undefined;
  state.agents.delete(agentId);
  state.goingAway.delete(agent);
  for (const set of [state.dirty, state.triggered, state.quotaBlocked]) set.delete(agent);
}

export function setAgentActive(state: ClusterState, agentId: string, active: boolean): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined || agent.active === active) return;
  agent.active = active;
  if (active) state.triggered.add(agent);
}

export function setWhitelist(
  state: ClusterState,
  hostnames: ReadonlySet<string> | undefined,
): void {
  state.whitelist = hostnames;
  for (const agent of state.agents.values()) agent.listed = isListed(state, agent);
  state.allTriggered = true;
}

function isListed({ whitelist }: ClusterState, { view }: AgentRecord): boolean {
  return whitelist === undefined || whitelist.has(view.hostname);
}

function adoptUse(
  state: ClusterState,
  agent: AgentRecord,
  frameworkId: string,
  resources: Resources,
): void {
  const framework = frameworkFor(state, frameworkId);
  for (const [role, part] of byAllocation(resources)) {
    const client = clientFor(state, framework, role ?? framework.spec.roles[0] ?? '*');
    adopt(state, client, agent, { resources: part, countsInTies: true });
  }
}

function createAgent(spec: AgentSpec): AgentRecord {
  return {
    agentId: spec.agentId,
    view: { agentId: spec.agentId, hostname: spec.hostname, attributes: spec.attributes ?? [] },
    spec,
    total: NO_RESOURCES,
    available: NO_RESOURCES,
    scalars: [],
    free: [],
    overcommitted: false,
    active: spec.active ?? true,
    listed: true,
    removed: false,
    obstacles: 0,
    holdings: [],
    refusals: new Map(),
    pending: undefined,
    sharedOfferedIn: 0,
  };
}

function describe(state: ClusterState, agent: AgentRecord, spec: AgentSpec): void {
  const { agentId, hostname, attributes = [] } = spec;
  agent.spec = spec;
  agent.view = { agentId, hostname, attributes };
  agent.listed = isListed(state, agent);
  agent.obstacles = obstaclesOf(state, spec);
}

function obstaclesOf(state: ClusterState, spec: AgentSpec): number {
  const { masterRegion, filterGpu } = state.options;
  const region = spec.domain?.fault_domain?.region.name;
  const can = (capability: string): boolean =>
    spec.capabilities === undefined || spec.capabilities.includes(capability);
  const hasGpus = spec.total.items.some((item) => item.name === 'gpus');
  let obstacles = 0;
  if (hasGpus && filterGpu !== false) obstacles |= OBSTACLE.gpu;
  const isRemote = region !== undefined && masterRegion !== undefined && region !== masterRegion;
  if (isRemote) obstacles |= OBSTACLE.region;
  if (!can('MULTI_ROLE')) obstacles |= OBSTACLE.noMultiRole;
  if (!can('HIERARCHICAL_ROLE')) obstacles |= OBSTACLE.noHierarchicalRole;
  return obstacles;
}
