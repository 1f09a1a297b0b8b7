/** Frameworks come, change, pause, suppress, revive and go. */

import { byAllocation } from '@stoke/resources';
import type { FrameworkSpec } from './allocator-api.ts';
import {
  type AgentRecord,
  type Client,
  type ClusterState,
  type FrameworkRecord,
  minimumFrom,
} from './cluster-state.ts';
import { OBSTACLE } from './decide.ts';
import { forgetNotices } from './inverse-offers.ts';
import { adopt, heldOn, release } from './ledger.ts';
import { activateClient, deactivateClient, releaseNode, roleNode } from './role-tree.ts';

export function addFramework(state: ClusterState, spec: FrameworkSpec): void {
  const framework = frameworkFor(state, spec.frameworkId);
  framework.active = spec.active ?? true;
  framework.known = true;
  describe(state, framework, spec);
  for (const [agentId, resources] of spec.used ?? []) {
    const agent = state.agents.get(agentId);
    if (agent === undefined || holdsAnything(agent, framework)) continue;
    for (const [role, part] of byAllocation(resources)) {
      const client = clientFor(state, framework, role ?? spec.roles[0] ?? '*');
      adopt(state, client, agent, { resources: part, countsInTies: true });
    }
  }
  state.allTriggered = true;
}

export function updateFramework(state: ClusterState, spec: FrameworkSpec): void {
  const framework = state.frameworks.get(spec.frameworkId);
  if (framework === undefined) return;
  framework.active = spec.active ?? framework.active;
  describe(state, framework, spec);
  state.allDirty = true;
}

export function removeFramework(state: ClusterState, frameworkId: string): void {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  for (const client of [...framework.clients.values()]) {
    client.subscribed = false;
    client.gone = true;
    deactivateClient(state, client);
    releaseAll(state, client);
    dropIfIdle(state, client);
  }
  forgetNotices(state, framework);
  state.frameworks.delete(frameworkId);
  state.minimumOverriders.delete(frameworkId);
}

function releaseAll(state: ClusterState, client: Client): void {
  for (const agent of state.agents.values()) {
    if (client.holdingCount === 0) return;
    const held = heldOn(agent, client);
    if (held !== undefined) release(state, client, agent, held.resources);
  }
}

function holdsAnything(agent: AgentRecord, framework: FrameworkRecord): boolean {
  return agent.holdings.some(({ client }) => client.framework === framework);
}

export function setFrameworkActive(
  state: ClusterState,
  frameworkId: string,
  active: boolean,
): void {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined || framework.active === active) return;
  framework.active = active;
  for (const client of framework.clients.values()) settleActivity(state, client);
  if (active) state.allTriggered = true;
}

export function suppress(
  state: ClusterState,
  frameworkId: string,
  roles: readonly string[] | undefined,
): void {
  for (const client of clientsIn(state, frameworkId, roles)) {
    client.suppressed = true;
    settleActivity(state, client);
  }
}

export function revive(
  state: ClusterState,
  frameworkId: string,
  roles: readonly string[] | undefined,
): void {
  const clients = clientsIn(state, frameworkId, roles);
  for (const client of clients) {
    client.suppressed = false;
    client.revivals++;
    settleActivity(state, client);
  }
  const framework = state.frameworks.get(frameworkId);
  if (framework !== undefined) framework.revivals++;
  if (clients.length > 0) state.allTriggered = true;
}

/** The record of a framework; made as merely heard of when missing. */
export function frameworkFor(state: ClusterState, frameworkId: string): FrameworkRecord {
  const existing = state.frameworks.get(frameworkId);
  if (existing !== undefined) return existing;
  const framework: FrameworkRecord = {
    frameworkId,
    spec: { frameworkId, roles: [], capabilities: [] },
    known: false,
    active: false,
    revivals: 0,
    clients: new Map(),
  };
  state.frameworks.set(frameworkId, framework);
  return framework;
}

/** The framework in one role; made when missing, so that it can hold resources there. */
export function clientFor(state: ClusterState, framework: FrameworkRecord, role: string): Client {
  const existing = framework.clients.get(role);
  if (existing !== undefined) return existing;
  const node = roleNode(state, role);
  node.dependents++;
  const client: Client = {
    path: framework.frameworkId,
    weight: 1,
    held: [0, 0, 0, 0],
    grants: 0,
    share: 0,
    orderedGrants: 0,
    framework,
    role,
    node,
    holdingCount: 0,
    subscribed: false,
    suppressed: false,
    active: false,
    gone: false,
    revivals: 0,
    intolerances: 0,
    accepts: undefined,
    minimum: state.minimum,
    takesShared: false,
    takesRevocable: false,
    takesRefined: false,
  };
  framework.clients.set(role, client);
  return client;
}

/** Forgets a client that neither subscribes nor holds anything, and a framework only heard of. */
export function dropIfIdle(state: ClusterState, client: Client): void {
  if (client.subscribed || client.holdingCount > 0) return;
  const { framework } = client;
  if (framework.clients.get(client.role) !== client) return;
  client.gone = true;
  framework.clients.delete(client.role);
  client.node.dependents--;
  releaseNode(state, client.node);
  if (!framework.known && framework.clients.size === 0) {
    state.frameworks.delete(framework.frameworkId);
  }
}

function describe(state: ClusterState, framework: FrameworkRecord, spec: FrameworkSpec): void {
  framework.spec = spec;
  const suppressed = new Set(spec.suppressedRoles ?? []);
  if ((spec.minAllocatable?.size ?? 0) > 0) state.minimumOverriders.add(spec.frameworkId);
  else state.minimumOverriders.delete(spec.frameworkId);
  const roles = new Set(spec.roles);
  for (const role of roles) clientFor(state, framework, role);
  for (const client of [...framework.clients.values()]) {
    client.subscribed = roles.has(client.role);
    client.suppressed = suppressed.has(client.role);
    describeClient(state, client, spec);
    settleActivity(state, client);
    dropIfIdle(state, client);
  }
}

function describeClient(state: ClusterState, client: Client, spec: FrameworkSpec): void {
  const can = (capability: string): boolean => spec.capabilities.includes(capability);
  const override = spec.minAllocatable?.get(client.role);
  client.minimum = override === undefined ? state.minimum : minimumFrom(state.slots, override);
  client.accepts = spec.accepts;
  client.takesShared = can('SHARED_RESOURCES');
  client.takesRevocable = can('REVOCABLE_RESOURCES');
  client.takesRefined = can('RESERVATION_REFINEMENT');
  client.intolerances =
    (can('GPU_RESOURCES') ? 0 : OBSTACLE.gpu) |
    (can('REGION_AWARE') ? 0 : OBSTACLE.region) |
    (can('MULTI_ROLE') ? OBSTACLE.noMultiRole : 0) |
    (client.role.includes('/') ? OBSTACLE.noHierarchicalRole : 0);
}

function settleActivity(state: ClusterState, client: Client): void {
  const wanted = client.framework.active && client.subscribed && !client.suppressed;
  if (wanted) activateClient(state, client);
  else deactivateClient(state, client);
}

function clientsIn(
  state: ClusterState,
  frameworkId: string,
  roles: readonly string[] | undefined,
): Client[] {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return [];
  const clients = [...framework.clients.values()].filter((client) => client.subscribed);
  if (roles === undefined || roles.length === 0) return clients;
  return clients.filter((client) => roles.includes(client.role));
}
