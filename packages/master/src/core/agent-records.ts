/** Building blocks of an agent's record: from its info, its report and the books. */
import type { AgentSpec } from '@stoke/allocator';
import type {
  AgentInfo,
  AgentInfo_Capability,
  AgentInfo_Capability_Type,
  ExecutorInfo,
  Resource,
  Task,
} from '@stoke/protocol';
import {
  addResources,
  allocate,
  NO_RESOURCES,
  type Resources,
  resourcesFromTrustedWire,
  withCheckpointed,
} from '@stoke/resources';
import { machineOf } from './machines.ts';
import { shapeOf } from './resource-shapes.ts';
import { sharedLabels } from './shared-parts.ts';
import type { Agent, ExecutorRecord, Framework, MasterState, TaskRecord } from './state.ts';
import { isActive } from './state.ts';
import { isTerminal, leanStatus } from './task-states.ts';

/** What a (re)registration says about an agent. */
export type AgentFacts = {
  readonly agent_info: AgentInfo;
  readonly version: string;
  readonly agent_capabilities?: readonly AgentInfo_Capability[];
  readonly checkpointed_resources?: readonly Resource[];
  readonly resource_version_uuid?: Uint8Array;
  readonly scheme?: string;
};

/** Where an agent's message came from. */
export type LinkEnd = { readonly link: string; readonly peer: string };

function capabilityNames(facts: AgentFacts): AgentInfo_Capability_Type[] {
  return (facts.agent_capabilities ?? []).flatMap((entry) => entry.type ?? []);
}

/** The version of the agent's resources that an order to it counts on. */
export function versionOf({ resourceVersion }: Agent): { resource_version_uuid?: Uint8Array } {
  return resourceVersion === undefined ? {} : { resource_version_uuid: resourceVersion };
}

/** What is configured, with the reservations and volumes that operations made of it. */
function totalResources({ agent_info, checkpointed_resources }: AgentFacts): Resources {
  return withCheckpointed(
    shapeOf(agent_info.resources ?? []).resources,
    resourcesFromTrustedWire(checkpointed_resources ?? []),
  );
}

/** As the agent told it; agents are alike, so their resources are kept once. */
function infoOf({ agent_info }: AgentFacts, id: string): AgentInfo {
  const { resources } = agent_info;
  return {
    ...agent_info,
    ...(resources === undefined ? {} : { resources: shapeOf(resources).wire }),
    id: { value: id },
  };
}

export function createAgent(
  id: string,
  facts: AgentFacts,
  end: LinkEnd & { nowMs: number },
): Agent {
  const info = infoOf(facts, id);
  return {
    id,
    info,
    link: end.link,
    ip: end.peer,
    scheme: facts.scheme,
    version: facts.version,
    capabilities: capabilityNames(facts),
    total: totalResources(facts),
    resourceVersion: facts.resource_version_uuid,
    registeredMs: end.nowMs,
    reregisteredMs: undefined,
    tasks: new Map(),
    executors: new Map(),
    offers: new Set(),
    inverseOffers: new Set(),
    inverseAnswers: new Map(),
    unavailability: undefined,
    holdings: 0,
    operations: new Map(),
    waiting: new Map(),
    killed: new Map(),
    missedPings: 0,
    awaitingPong: false,
    removing: false,
    deactivated: false,
  };
}

/** A known agent says hello again, on a new link: it may have changed what it is. */
export function refreshAgent(agent: Agent, facts: AgentFacts, end: LinkEnd): void {
  agent.info = infoOf(facts, agent.id);
  agent.total = totalResources(facts);
  agent.resourceVersion = facts.resource_version_uuid;
  agent.version = facts.version;
  agent.capabilities = capabilityNames(facts);
  agent.link = end.link;
  agent.ip = end.peer;
  agent.scheme = facts.scheme;
  agent.missedPings = 0;
  agent.awaitingPong = false;
  agent.removing = false;
}

/** Agents send resources as the master gave them, allocated; anything else goes to a role of the framework. */
function allocatedResources(resources: Resources, framework: Framework): Resources {
  if (resources.traits.allocated) return resources;
  return allocate(resources, framework.roles[0] ?? '*');
}

export function taskRecord(task: Task, framework: Framework, agentId: string): TaskRecord {
  const { wire, resources } = shapeOf(task.resources ?? []);
  return {
    task: {
      ...task,
      framework_id: framework.info.id ?? task.framework_id,
      ...(task.resources === undefined ? {} : { resources: wire }),
      ...(task.statuses === undefined
        ? {}
        : { statuses: task.statuses.map((status) => leanStatus(task, status)) }),
      ...sharedLabels(task),
    },
    frameworkId: framework.id,
    agentId,
    resources: allocatedResources(resources, framework),
    released: isTerminal(task.state),
  };
}

export function executorRecord(
  info: ExecutorInfo,
  framework: Framework,
  agentId: string,
): ExecutorRecord {
  return {
    info,
    frameworkId: framework.id,
    agentId,
    resources: allocatedResources(resourcesFromTrustedWire(info.resources ?? []), framework),
  };
}

/** What each framework uses on an agent: its live tasks and its executors. */
export function usedByFramework(agent: Agent): Map<string, Resources> {
  const used = new Map<string, Resources>();
  const add = (frameworkId: string, resources: Resources): void => {
    used.set(frameworkId, addResources(used.get(frameworkId) ?? NO_RESOURCES, resources));
  };
  for (const record of agent.tasks.values()) {
    if (!record.released) add(record.frameworkId, record.resources);
  }
  for (const record of agent.executors.values()) add(record.frameworkId, record.resources);
  return used;
}

/** Where an agent listens, as one text. */
export function addressOf(agent: Pick<Agent, 'ip' | 'info'>): string {
  return `${agent.ip} ${agent.info.hostname}:${agent.info.port ?? ''}`;
}

/** Puts an agent into the books under its id, its link and its address, with what is planned for its machine. */
export function enterAgent(state: MasterState, agent: Agent, link: string): void {
  state.agents.set(agent.id, agent);
  state.links.set(link, agent.id);
  state.addresses.set(addressOf(agent), agent.id);
  agent.unavailability = machineOf(state, agent)?.unavailability;
}

/** What the allocator needs to know of an agent. */
export function agentSpec(agent: Agent): AgentSpec {
  return {
    agentId: agent.id,
    hostname: agent.info.hostname,
    total: agent.total,
    used: usedByFramework(agent),
    capabilities: agent.capabilities,
    attributes: agent.info.attributes ?? [],
    domain: agent.info.domain,
    active: isActive(agent),
    unavailable: agent.unavailability !== undefined,
  };
}
