/** Agents that an operator takes out of service: they run what they have and are offered to nobody. */
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent } from './events.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { refuse, reply } from './replies.ts';
import type { Agent, MasterState } from './state.ts';
import { isActive } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

/** Key of a deactivation in the registry: it outlives the master, and times out of reach. */
export function deactivatedKey(agentId: string): string {
  return `deactivated/${agentId}`;
}

function isKnown({ agents, recoveredAgents, unreachableAgents }: MasterState, id: string): boolean {
  return agents.has(id) || recoveredAgents.has(id) || unreachableAgents.has(id);
}

function refusalOf(state: MasterState, id: string, deactivated: boolean): string | undefined {
  if (!isKnown(state, id)) return deactivated ? 'Unknown agent' : 'Agent is not deactivated';
  if (state.goneAgents.has(id)) return 'Agent is being marked gone';
  if (deactivated) return undefined;
  if (!state.deactivatedAgents.has(id)) return 'Agent is not deactivated';
  if (state.draining.get(id)?.state === 'DRAINING') return 'Agent is still in the DRAINING state';
  return undefined;
}

/** "Agent deactivation" of Mesos 1.9: asked for; it counts once the registry has it. */
export function handleAgentService(ctx: Context, event: EventOf<'AGENT_SERVICE'>): void {
  const { request, agentId, deactivated } = event;
  const reason = refusalOf(ctx.state, agentId, deactivated);
  if (reason !== undefined) {
    refuse(ctx, request, { status: reason.includes('gone') ? 409 : 400, reason });
    return;
  }
  emit(ctx, {
    type: 'STORE',
    writes: deactivated
      ? [{ key: deactivatedKey(agentId), value: true }]
      : [deactivatedKey(agentId), drainKey(agentId)].map((key) => ({ key, value: undefined })),
    after: { type: 'AGENT_SERVICE_STORED', request, agentId, deactivated },
  });
}

/** Deactivated: no offers; reactivated: as if nothing had been, also after it was drained. */
export function handleAgentServiceStored(
  ctx: Context,
  event: EventOf<'AGENT_SERVICE_STORED'>,
): void {
  const { request, agentId, deactivated } = event;
  const { state } = ctx;
  const agent = state.agents.get(agentId);
  if (deactivated) {
    state.deactivatedAgents.add(agentId);
    if (agent !== undefined) takeOutOfService(ctx, agent);
  } else {
    state.deactivatedAgents.delete(agentId);
    state.draining.delete(agentId);
    if (agent !== undefined) putIntoService(ctx, agent);
  }
  log(ctx, 'info', { message: deactivated ? 'agent deactivated' : 'agent reactivated', agentId });
  reply(ctx, request);
}

/** Nothing new goes to the agent: its offers end, and none are made. */
export function takeOutOfService(ctx: Context, agent: Agent): void {
  if (agent.deactivated) return;
  agent.deactivated = true;
  ctx.state.allocator.setAgentActive(agent.id, false);
  for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  rescindInverseOffers(ctx, agent);
}

function putIntoService(ctx: Context, agent: Agent): void {
  agent.deactivated = false;
  ctx.state.allocator.setAgentActive(agent.id, isActive(agent));
}
