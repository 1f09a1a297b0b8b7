/** DRAIN_AGENT: an agent is emptied, for a while or for good; in the registry before anybody is told. */
import { markGone } from './agent-gone.ts';
import { deactivatedKey, isKnown, takeOutOfService, transitionRefusal } from './agent-service.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent } from './events.ts';
import type { Refusal } from './replies.ts';
import { refuse, reply } from './replies.ts';
import type { Agent, DrainRecord, MasterState } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

function refusalOf(state: MasterState, agentId: string): Refusal | undefined {
  if (!isKnown(state, agentId)) return { status: 400, reason: 'Unknown agent' };
  const transition = transitionRefusal(state, agentId);
  if (transition !== undefined) return transition;
  const agent = state.agents.get(agentId);
  if (agent !== undefined && !agent.capabilities.includes('AGENT_DRAINING')) {
    return { status: 400, reason: 'Agent is not capable of draining; deactivate it instead' };
  }
  return undefined;
}

/**
 * Mesos operator API, DRAIN_AGENT: also for agents out of reach; again, it changes how.
 * The books change at once, so that requests at a time are judged one after the other.
 */
export function handleDrainAgent(ctx: Context, event: EventOf<'DRAIN_AGENT'>): void {
  const { request, agentId, config } = event;
  const { state } = ctx;
  const refusal = refusalOf(state, agentId);
  if (refusal !== undefined) {
    refuse(ctx, request, refusal);
    return;
  }
  const drain: DrainRecord = { state: 'DRAINING', config, startedMs: ctx.nowMs };
  state.draining.set(agentId, drain);
  state.deactivatedAgents.add(agentId);
  state.drainChecks.add(agentId);
  const agent = state.agents.get(agentId);
  if (agent !== undefined) takeOutOfService(ctx, agent);
  emit(ctx, {
    type: 'STORE',
    writes: [
      { key: drainKey(agentId), value: drain },
      { key: deactivatedKey(agentId), value: true },
    ],
    after: { type: 'DRAIN_STORED', request, agentId },
  });
}

/** The registry holds it: what is on the agent ends. */
export function handleDrainStored(ctx: Context, event: EventOf<'DRAIN_STORED'>): void {
  const { request, agentId } = event;
  const agent = ctx.state.agents.get(agentId);
  if (agent !== undefined) tellDrain(ctx, agent);
  log(ctx, 'info', { message: 'agent draining', agentId });
  reply(ctx, request);
}

/** Tells a draining agent so, when the operator asks for it and whenever it comes back. */
export function tellDrain(ctx: Context, agent: Agent): void {
  const drain = ctx.state.draining.get(agent.id);
  if (drain === undefined) return;
  sendAgent(ctx, agent, { type: 'DRAIN', drain: { config: drain.config } });
  ctx.state.drainChecks.add(agent.id);
}

/** At the end of each step: agents on which the last task or operation ended are drained. */
export function settleDrains(ctx: Context): void {
  const { drainChecks } = ctx.state;
  if (drainChecks.size === 0) return;
  const agentIds = [...drainChecks];
  drainChecks.clear();
  for (const agentId of agentIds) settleDrain(ctx, agentId);
}

function settleDrain(ctx: Context, agentId: string): void {
  const drain = ctx.state.draining.get(agentId);
  const agent = ctx.state.agents.get(agentId);
  if (drain?.state !== 'DRAINING' || agent === undefined || agent.removing) return;
  if (agent.tasks.size > 0 || agent.operations.size > 0) return;
  if (drain.config.mark_gone === true) {
    markGone(ctx, agentId);
    return;
  }
  const drained: DrainRecord = { ...drain, state: 'DRAINED' };
  ctx.state.draining.set(agentId, drained);
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: drainKey(agentId), value: drained }],
    after: { type: 'REGISTRY_GC_STORED' },
  });
  log(ctx, 'info', { message: 'agent drained', agentId });
}
