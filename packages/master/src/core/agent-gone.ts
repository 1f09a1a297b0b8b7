/** MARK_AGENT_GONE: an operator knows that an agent never comes back. */
import { agentKey } from './agent-admission.ts';
import { handleRemovalStored } from './agent-removal.ts';
import { deactivatedKey } from './agent-service.ts';
import type { Context } from './context.ts';
import { emit, log, sendAgent } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent } from './events.ts';
import { refuse, reply } from './replies.ts';
import type { MasterState } from './state.ts';

type EventOf<T extends MasterEvent['type']> = Extract<MasterEvent, { type: T }>;

const NS_PER_MS = 1_000_000;
const MESSAGE = 'Agent has been marked gone';

function isKnown(state: MasterState, agentId: string): boolean {
  const places = [state.agents, state.recoveredAgents, state.unreachableAgents, state.goneAgents];
  return places.some((place) => place.has(agentId));
}

/** The registry is writing something else about the agent. */
function isInTransition(state: MasterState, agentId: string): boolean {
  return state.admissions.has(agentId) || state.agents.get(agentId)?.removing === true;
}

/** Mesos operator API, MARK_AGENT_GONE: works for agents that are out of reach too, and more than once. */
export function handleMarkAgentGone(ctx: Context, event: EventOf<'MARK_AGENT_GONE'>): void {
  const { request, agentId } = event;
  const { state } = ctx;
  if (!isKnown(state, agentId)) {
    refuse(ctx, request, { status: 404, reason: `Agent '${agentId}' not found` });
    return;
  }
  const goneNs = state.goneAgents.get(agentId);
  if (goneNs !== undefined) {
    // An earlier request may still wait for its commit: this one is answered after it, too.
    storeGone(ctx, { agentId, atNs: goneNs, request });
    return;
  }
  if (isInTransition(state, agentId)) {
    const reason = `Cannot mark agent '${agentId}' gone: it is registering or leaving right now; try again`;
    refuse(ctx, request, { status: 503, reason });
    return;
  }
  markGone(ctx, agentId, request);
}

/** Begins it for an agent that is known and not in transition; `request` waits for the end. */
export function markGone(ctx: Context, agentId: string, request?: string): void {
  const { state } = ctx;
  const agent = state.agents.get(agentId);
  if (agent !== undefined) {
    agent.removing = true;
    state.allocator.setAgentActive(agentId, false);
  }
  const atNs = ctx.nowMs * NS_PER_MS;
  // From now on it is refused, should it come back while the registry writes.
  state.goneAgents.set(agentId, atNs);
  storeGone(ctx, { agentId, atNs, request });
}

function storeGone(
  ctx: Context,
  { agentId, atNs, request }: Omit<EventOf<'AGENT_GONE_STORED'>, 'type'>,
): void {
  emit(ctx, {
    type: 'STORE',
    writes: [
      { key: agentKey(agentId), value: undefined },
      { key: `unreachable/${agentId}`, value: undefined },
      { key: deactivatedKey(agentId), value: undefined },
      { key: drainKey(agentId), value: undefined },
      { key: `gone/${agentId}`, value: { timeNs: atNs } },
    ],
    after: { type: 'AGENT_GONE_STORED', request, agentId, atNs },
  });
}

/** The registry holds it: the agent stops all it runs, its tasks are gone for their frameworks. */
export function handleAgentGoneStored(ctx: Context, event: EventOf<'AGENT_GONE_STORED'>): void {
  const { request, agentId, atNs } = event;
  const { state } = ctx;
  const agent = state.agents.get(agentId);
  if (agent !== undefined) {
    sendAgent(ctx, agent, { type: 'SHUTDOWN', shutdown: { message: MESSAGE } });
    const cause = { kind: 'gone', message: MESSAGE, atNs } as const;
    handleRemovalStored(ctx, { type: 'AGENT_REMOVAL_STORED', agentId, cause });
  }
  state.recoveredAgents.delete(agentId);
  state.unreachableAgents.delete(agentId);
  state.deactivatedAgents.delete(agentId);
  state.draining.delete(agentId);
  log(ctx, 'info', { message: 'agent marked gone', agentId });
  if (request !== undefined) reply(ctx, request);
}
