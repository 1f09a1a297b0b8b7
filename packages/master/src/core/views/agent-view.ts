/** An agent as the operator API shows it. */

import type {
  MasterResponse_GetAgents,
  MasterResponse_GetAgents_Agent,
  Resource,
} from '@stoke/protocol';
import { type Resources, toEndpoint } from '@stoke/resources';
import { drainInfo, drainStart } from '../drain-records.ts';
import { offeredResources, usedResources } from '../owned-resources.ts';
import type { Agent, DrainRecord, MasterState } from '../state.ts';
import { isActive } from '../state.ts';
import { seesResource, type Viewer } from '../viewer.ts';
import { timeInfo } from './time-info.ts';

type View = MasterResponse_GetAgents_Agent;

function resourcesView(state: MasterState, agent: Agent, viewer: Viewer): Partial<View> {
  const shown = (resources: Resources): Resource[] => {
    const wire = toEndpoint(resources);
    return viewer.seesAll ? wire : wire.filter((resource) => seesResource(viewer, resource));
  };
  const allocated = shown(usedResources(agent));
  const offered = shown(offeredResources(state, agent));
  return {
    total_resources: shown(agent.total),
    ...(allocated.length === 0 ? {} : { allocated_resources: allocated }),
    ...(offered.length === 0 ? {} : { offered_resources: offered }),
  };
}

function drainView(drain: DrainRecord | undefined): Partial<View> {
  if (drain === undefined) return {};
  return { drain_info: drainInfo(drain), estimated_drain_start_time: drainStart(drain) };
}

/** Mesos operator API, GET_AGENTS and AGENT_ADDED. */
export function agentView(state: MasterState, agent: Agent, viewer: Viewer): View {
  const { info, reregisteredMs } = agent;
  return {
    agent_info: info,
    active: isActive(agent),
    deactivated: agent.deactivated,
    version: agent.version,
    pid: `slave(1)@${agent.ip}:${info.port ?? 5051}`,
    registered_time: timeInfo(agent.registeredMs),
    ...(reregisteredMs === undefined ? {} : { reregistered_time: timeInfo(reregisteredMs) }),
    ...resourcesView(state, agent, viewer),
    capabilities: agent.capabilities.map((type) => ({ type })),
    ...drainView(state.draining.get(agent.id)),
  };
}

/** Agents always checkpoint; upstream says so in lists, and not in events. */
function listedAgent(state: MasterState, agent: Agent, viewer: Viewer): View {
  const view = agentView(state, agent, viewer);
  return { ...view, agent_info: { checkpoint: true, ...view.agent_info } };
}

/** Agents that are there, and those of the registry that have not come back yet. */
export function agentsView(state: MasterState, viewer: Viewer): MasterResponse_GetAgents {
  return {
    agents: [...state.agents.values()].map((agent) => listedAgent(state, agent, viewer)),
    recovered_agents: [...state.recoveredAgents.values()].map(({ id, info }) => ({
      ...info,
      id: { value: id },
    })),
  };
}
