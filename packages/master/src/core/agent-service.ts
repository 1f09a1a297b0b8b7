/** Agents that an operator takes out of service: they run what they have and are offered to nobody. */
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent } from './events.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { offersOf, rescindOffer } from './offers.ts';
import type { Refusal } from './replies.ts';
import { refuse, reply } from './replies.ts';
import type { Agent, MasterState } from './state.ts';
import { isActive } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

/** Key of a deactivation in the registry: it outlives the master, and times out of reach. */
export function deactivatedKey(agentId: string): string {
  return `deactivated/${agentId}`;
}

/** Here, or expected back: a word about it is worth keeping. */
export function isKnown(
  { agents, recoveredAgents, unreachableAgents }: MasterState,
  id: string,
): boolean {
  return agents.has(id) || recoveredAgents.has(id) || unreachableAgents.has(id);
}

/** What keeps any order about a known agent from being taken now. */
export function transitionRefusal(state: MasterState, agentId: string): Refusal | undefined {
  if (state.goneAgents.has(agentId)) return { status: 409, reason: 'Agent is being marked gone' };
  if (state.agents.get(agentId)?.removing !== true) return undefined;
  return { status: 503, reason: `Agent '${agentId}' is leaving right now; try again` };
}

function refusalOf(state: MasterState, id: string, deactivated: boolean): Refusal | undefined {
  const wrong = (reason: string): Refusal => ({ status: 400, reason });
  if (!isKnown(state, id)) return wrong(deactivated ? 'Unknown agent' : 'Agent is not deactivated');
  const transition = transitionRefusal(state, id);
  if (transition !== undefined || deactivated) return transition;
  if (!state.deactivatedAgents.has(id)) return wrong('Agent is not deactivated');
  const isDraining = state.draining.get(id)?.state === 'DRAINING';
  return isDraining ? wrong('Agent is still in the DRAINING state') : undefined;
}

/**
 * "Agent deactivation" of Mesos 1.9. The books change at once, so that requests at a time are judged
 * one after the other; offers follow them when the registry has it.
 */
export function handleAgentService(ctx: Context, event: EventOf<'AGENT_SERVICE'>): void {
  const { request, agentId, deactivated } = event;
  const { state } = ctx;
  const refusal = refusalOf(state, agentId, deactivated);
  if (refusal !== undefined) {
    refuse(ctx, request, refusal);
    return;
  }
  if (deactivated) state.deactivatedAgents.add(agentId);
  else {
    state.deactivatedAgents.delete(agentId);
    state.draining.delete(agentId);
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
  const agent = ctx.state.agents.get(agentId);
  if (agent !== undefined) {
    if (ctx.state.deactivatedAgents.has(agentId)) takeOutOfService(ctx, agent);
    else putIntoService(ctx, agent);
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
