/** New agents: admitted to the registry first, told so afterwards. */
import type { AgentInfo, LinkAgentMessage_Register } from '@stoke/protocol';
import { agentKey, isAcceptable, totalPingTimeoutSeconds } from './agent-admission.ts';
import { startPings } from './agent-pings.ts';
import type { AgentFacts, LinkEnd } from './agent-records.ts';
import { addressOf, agentSpec, createAgent, enterAgent } from './agent-records.ts';
import { removeAgent } from './agent-removal.ts';
import { admitReturning } from './agent-reregistration.ts';
import { announceAgent } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent } from './context.ts';
import { count } from './counters.ts';
import { isRefusedAsDown } from './maintenance.ts';
import type { Agent } from './state.ts';

function sendRegistered(ctx: Context, agent: Agent): void {
  sendAgent(ctx, agent, {
    type: 'REGISTERED',
    registered: {
      agent_id: { value: agent.id },
      master_info: ctx.state.info,
      total_ping_timeout_seconds: totalPingTimeoutSeconds(ctx),
    },
  });
}

/** An agent at the same address must have lost its memory: the old one is gone. */
function removeNamesake(ctx: Context, end: LinkEnd, info: AgentInfo): void {
  const address = addressOf({ ip: end.peer, info });
  const agent = ctx.state.agents.get(ctx.state.addresses.get(address) ?? '');
  if (agent === undefined || addressOf(agent) !== address) return;
  removeAgent(ctx, agent, {
    kind: 'replaced',
    message: `Agent ${info.hostname} removed: a new agent registered at the same address`,
  });
}

export function handleRegister(
  ctx: Context,
  end: LinkEnd,
  register: LinkAgentMessage_Register,
): void {
  const { state } = ctx;
  const known = state.agents.get(state.links.get(end.link) ?? '');
  if (known !== undefined) {
    sendRegistered(ctx, known);
    return;
  }
  if ([...state.admissions.values()].some((entry) => entry.agent.link === end.link)) return;
  if (isRefusedAsDown(ctx, end, register.agent_info)) return;
  if (!isAcceptable(ctx, end, register.agent_info)) return;
  removeNamesake(ctx, end, register.agent_info);
  const id = `${state.info.id}-S${state.nextAgent++}`;
  const agent = createAgent(id, register satisfies AgentFacts, { ...end, nowMs: ctx.nowMs });
  state.admissions.set(id, { agent, report: undefined, wasUnreachable: false });
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: agentKey(id), value: agent.info }],
    after: { type: 'AGENT_ADMITTED', agentId: id },
  });
}

/** The registry holds the agent: it may be told, and used. */
export function handleAgentAdmitted(ctx: Context, agentId: string): void {
  const { state } = ctx;
  const admission = state.admissions.get(agentId);
  if (admission === undefined) return;
  state.admissions.delete(agentId);
  const { link, info, ip: peer } = admission.agent;
  if (link !== undefined && isRefusedAsDown(ctx, { link, peer }, info)) {
    forgetUntold(ctx, admission.agent);
    return;
  }
  if (admission.report !== undefined) {
    admitReturning(ctx, admission, admission.report);
    return;
  }
  const { agent } = admission;
  if (agent.link === undefined) {
    forgetUntold(ctx, agent);
    return;
  }
  enterAgent(state, agent, agent.link);
  state.allocator.addAgent(agentSpec(agent));
  count(state.counters, 'slave_registrations');
  sendRegistered(ctx, agent);
  startPings(ctx, agent);
  announceAgent(ctx, agent);
  log(ctx, 'info', { message: 'agent registered', agentId, hostname: agent.info.hostname });
}

/** The agent went, or had to go, before it was told its id: nobody will ever use it. */
function forgetUntold(ctx: Context, agent: Agent): void {
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: agentKey(agent.id), value: undefined }],
    after: { type: 'REGISTRY_GC_STORED' },
  });
}
