/** DRAIN_AGENT: an agent is emptied, for a while or for good; in the registry before anybody is told. */
import { markGone } from './agent-gone.ts';
import { deactivatedKey, takeOutOfService } from './agent-service.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent } from './events.ts';
import type { Refusal } from './replies.ts';
import { refuse, reply } from './replies.ts';
import type { Agent, DrainRecord, MasterState } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

function refusalOf(state: MasterState, agentId: string): Refusal | undefined {
  const agent = state.agents.get(agentId);
  const { goneAgents, recoveredAgents, unreachableAgents } = state;
  if (agent !== undefined && goneAgents.has(agentId)) {
    return { status: 409, reason: 'Agent is being marked gone' };
  }
  if (agent === undefined && !recoveredAgents.has(agentId) && !unreachableAgents.has(agentId)) {
    return { status: 400, reason: 'Unknown agent' };
  }
  if (agent !== undefined && !agent.capabilities.includes('AGENT_DRAINING')) {
    return { status: 400, reason: 'Agent is not capable of draining; deactivate it instead' };
  }
  return undefined;
}

/** Mesos operator API, DRAIN_AGENT: also for agents out of reach; again, it changes how. */
export function handleDrainAgent(ctx: Context, event: EventOf<'DRAIN_AGENT'>): void {
  const { request, agentId, config } = event;
  const refusal = refusalOf(ctx.state, agentId);
  if (refusal !== undefined) {
    refuse(ctx, request, refusal);
    return;
  }
  const drain: DrainRecord = { state: 'DRAINING', config, startedMs: ctx.nowMs };
  emit(ctx, {
    type: 'STORE',
    writes: [
      { key: drainKey(agentId), value: drain },
      { key: deactivatedKey(agentId), value: true },
    ],
    after: { type: 'DRAIN_STORED', request, agentId, drain },
  });
}

/** The registry holds it: nothing new goes to the agent, and what is there ends. */
export function handleDrainStored(ctx: Context, event: EventOf<'DRAIN_STORED'>): void {
  const { request, agentId, drain } = event;
  const { state } = ctx;
  state.draining.set(agentId, drain);
  state.deactivatedAgents.add(agentId);
  const agent = state.agents.get(agentId);
  if (agent !== undefined) {
    takeOutOfService(ctx, agent);
    tellDrain(ctx, agent);
  }
  log(ctx, 'info', { message: 'agent draining', agentId, config: drain.config });
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
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: drainKey(agentId), value: drained }],
    after: { type: 'DRAINED_STORED', agentId, before: drain, drained },
  });
}

/** The registry holds it; unless the operator asked for something else meanwhile. */
export function handleDrainedStored(ctx: Context, event: EventOf<'DRAINED_STORED'>): void {
  const { agentId, before, drained } = event;
  if (ctx.state.draining.get(agentId) !== before) return;
  ctx.state.draining.set(agentId, drained);
  log(ctx, 'info', { message: 'agent drained', agentId });
}
