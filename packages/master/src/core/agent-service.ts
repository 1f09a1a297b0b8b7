/** Agents that an operator takes out of service: they run what they have and are offered to nobody. */
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import type { MasterEvent } from './events.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { refuse, reply } from './replies.ts';
import type { Agent, MasterState } from './state.ts';
import { isActive } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

/** Key of a deactivation in the registry: it outlives the master, and times out of reach. */
export function deactivatedKey(agentId: string): string {
  return `deactivated/${agentId}`;
}

function refusalOf(state: MasterState, agent: Agent | undefined, deactivated: boolean) {
  if (agent === undefined && deactivated) return 'Unknown agent';
  if (agent === undefined || (!deactivated && !agent.deactivated)) {
    return 'Agent is not deactivated';
  }
  if (state.goneAgents.has(agent.id)) return 'Agent is being marked gone';
  return undefined;
}

/** "Agent deactivation" of Mesos 1.9: asked for; it counts once the registry has it. */
export function handleAgentService(ctx: Context, event: EventOf<'AGENT_SERVICE'>): void {
  const { request, agentId, deactivated } = event;
  const agent = ctx.state.agents.get(agentId);
  const reason = refusalOf(ctx.state, agent, deactivated);
  if (reason !== undefined) {
    refuse(ctx, request, { status: reason.includes('gone') ? 409 : 400, reason });
    return;
  }
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: deactivatedKey(agentId), value: deactivated ? true : undefined }],
    after: { type: 'AGENT_SERVICE_STORED', request, agentId, deactivated },
  });
}

/** Open offers of a deactivated agent end, new ones wait until the agent is reactivated. */
export function handleAgentServiceStored(
  ctx: Context,
  event: EventOf<'AGENT_SERVICE_STORED'>,
): void {
  const { request, agentId, deactivated } = event;
  const { state } = ctx;
  if (deactivated) state.deactivatedAgents.add(agentId);
  else state.deactivatedAgents.delete(agentId);
  const agent = state.agents.get(agentId);
  if (agent !== undefined && agent.deactivated !== deactivated) {
    agent.deactivated = deactivated;
    state.allocator.setAgentActive(agentId, isActive(agent));
    if (deactivated) {
      for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
    }
  }
  log(ctx, 'info', { message: deactivated ? 'agent deactivated' : 'agent reactivated', agentId });
  reply(ctx, request);
}
