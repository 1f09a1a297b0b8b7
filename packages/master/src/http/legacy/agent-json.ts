/** Agents in the legacy endpoints: `slaves`. */
import { type Attribute, DomainInfo, DrainInfo, toJsonValue } from '@stoke/protocol';
import {
  filterResources,
  formatRanges,
  type Resources,
  reservationsByRole,
  unreservedOf,
} from '@stoke/resources';
import { drainInfo } from '../../core/drain-records.ts';
import { offeredResources, usedResources } from '../../core/owned-resources.ts';
import type { Agent, DrainRecord, MasterState } from '../../core/state.ts';
import { isActive } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { Rendering } from '../json-document.ts';
import type { Json } from './resource-json.ts';
import { fullOf, reservedSummaries, summaryOf } from './resource-json.ts';

function attributeValue(attribute: Attribute): unknown {
  switch (attribute.type) {
    case 'SCALAR':
      return attribute.scalar?.value ?? 0;
    case 'RANGES':
      return formatRanges(attribute.ranges?.range ?? []);
    case 'SET':
      return `{${(attribute.set?.item ?? []).join(', ')}}`;
    default:
      return attribute.text?.value ?? '';
  }
}

function attributesJson(attributes: readonly Attribute[] | undefined): Json {
  return Object.fromEntries((attributes ?? []).map((entry) => [entry.name, attributeValue(entry)]));
}

function drainJson(drain: DrainRecord | undefined): Json {
  if (drain === undefined) return {};
  return {
    drain_info: toJsonValue(DrainInfo, drainInfo(drain)),
    estimated_drain_start_time_seconds: drain.startedMs / 1000,
  };
}

/** Entries of roles that may be seen. */
function byVisibleRole(byRole: Json, viewer: Viewer): Json {
  if (viewer.seesAll) return byRole;
  return Object.fromEntries(Object.entries(byRole).filter(([role]) => viewer.role(role)));
}

/** Resources that are nobody's, and those of roles that may be seen. */
function visibleTo(viewer: Viewer, resources: Resources): Resources {
  if (viewer.seesAll) return resources;
  return filterResources(resources, ({ reservations }) => {
    const owner = reservations.at(-1)?.role;
    return owner === undefined || viewer.role(owner);
  });
}

/** An agent as `/state` and `/state-summary` show it. */
export function agentJson(state: MasterState, agent: Agent, viewer: Viewer): Json {
  const { info, reregisteredMs, scheme } = agent;
  const port = info.port ?? 5051;
  return {
    id: agent.id,
    hostname: info.hostname,
    port,
    attributes: attributesJson(info.attributes),
    ...(info.domain === undefined ? {} : { domain: toJsonValue(DomainInfo, info.domain) }),
    pid: `slave(1)@${agent.ip}:${port}`,
    // Where it is not said it is the master's own, as everywhere in Mesos.
    ...(scheme === undefined || scheme === state.settings.scheme ? {} : { scheme }),
    registered_time: agent.registeredMs / 1000,
    ...(reregisteredMs === undefined ? {} : { reregistered_time: reregisteredMs / 1000 }),
    resources: summaryOf(agent.total),
    used_resources: summaryOf(usedResources(agent)),
    offered_resources: summaryOf(offeredResources(state, agent)),
    reserved_resources: byVisibleRole(reservedSummaries(agent.total), viewer),
    unreserved_resources: summaryOf(unreservedOf(agent.total)),
    active: isActive(agent),
    deactivated: agent.deactivated,
    version: agent.version,
    capabilities: agent.capabilities,
    ...drainJson(state.draining.get(agent.id)),
  };
}

const renderings = new WeakMap<MasterState, Rendering<Agent>>();

/** Agents in long lists: rendered again when anything of theirs is another value than before. */
export function agentRendering(state: MasterState, viewer: Viewer): Rendering<Agent> {
  const text = (agent: Agent): string => JSON.stringify(agentJson(state, agent, viewer));
  if (!viewer.seesAll) return { text, stamp: undefined };
  const known = renderings.get(state) ?? {
    text,
    stamp: (agent: Agent) => [...Object.values(agent), state.draining.get(agent.id)],
  };
  renderings.set(state, known);
  return known;
}

/** An agent as `/slaves` shows it: with whole resources beside the summaries. */
export function agentFullJson(state: MasterState, agent: Agent, viewer: Viewer): Json {
  return {
    ...agentJson(state, agent, viewer),
    reserved_resources_full: byVisibleRole(
      Object.fromEntries(
        [...reservationsByRole(agent.total)].map(([role, part]) => [role, fullOf(part)]),
      ),
      viewer,
    ),
    unreserved_resources_full: fullOf(unreservedOf(agent.total)),
    used_resources_full: fullOf(visibleTo(viewer, usedResources(agent))),
    offered_resources_full: fullOf(visibleTo(viewer, offeredResources(state, agent))),
  };
}

/** Agents of the registry that have not come back yet. */
export function recoveredAgentsJson(state: MasterState): Json[] {
  return [...state.recoveredAgents.values()].map(({ id, info }) => ({
    id,
    hostname: info.hostname,
    port: info.port ?? 5051,
    attributes: attributesJson(info.attributes),
  }));
}
