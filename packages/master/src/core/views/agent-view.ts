/** An agent as the operator API shows it. */
import type { MasterResponse_GetAgents, MasterResponse_GetAgents_Agent } from '@stoke/protocol';
import { toEndpoint } from '@stoke/resources';
import { drainInfo, drainStart } from '../drain-records.ts';
import { offeredResources, usedResources } from '../owned-resources.ts';
import type { Agent, DrainRecord, MasterState } from '../state.ts';
import { isActive } from '../state.ts';
import { timeInfo } from './time-info.ts';

type View = MasterResponse_GetAgents_Agent;

function resourcesView(state: MasterState, agent: Agent): Partial<View> {
  const allocated = toEndpoint(usedResources(agent));
  const offered = toEndpoint(offeredResources(state, agent));
  return {
    total_resources: toEndpoint(agent.total),
    ...(allocated.length === 0 ? {} : { allocated_resources: allocated }),
    ...(offered.length === 0 ? {} : { offered_resources: offered }),
  };
}

function drainView(drain: DrainRecord | undefined): Partial<View> {
  if (drain === undefined) return {};
  return { drain_info: drainInfo(drain), estimated_drain_start_time: drainStart(drain) };
}

/** Mesos operator API, GET_AGENTS and AGENT_ADDED. */
export function agentView(state: MasterState, agent: Agent): View {
  const { info, reregisteredMs } = agent;
  return {
    agent_info: info,
    active: isActive(agent),
    deactivated: agent.deactivated,
    version: agent.version,
    pid: `slave(1)@${agent.ip}:${info.port ?? 5051}`,
    registered_time: timeInfo(agent.registeredMs),
    ...(reregisteredMs === undefined ? {} : { reregistered_time: timeInfo(reregisteredMs) }),
    ...resourcesView(state, agent),
    capabilities: agent.capabilities.map((type) => ({ type })),
    ...drainView(state.draining.get(agent.id)),
  };
}

/** Agents always checkpoint; upstream says so in lists, and not in events. */
function listedAgent(state: MasterState, agent: Agent): View {
  const view = agentView(state, agent);
  return { ...view, agent_info: { checkpoint: true, ...view.agent_info } };
}

/** Agents that are there, and those of the registry that have not come back yet. */
export function agentsView(state: MasterState): MasterResponse_GetAgents {
  return {
    agents: [...state.agents.values()].map((agent) => listedAgent(state, agent)),
    recovered_agents: [...state.recoveredAgents.values()].map(({ id, info }) => ({
      ...info,
      id: { value: id },
    })),
  };
}
