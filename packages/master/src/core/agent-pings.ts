/** Health of agents: PING and PONG, and the time an agent has to come back. */
import { removeAgent } from './agent-removal.ts';
import type { Context } from './context.ts';
import { emit, sendAgent } from './context.ts';
import { count } from './counters.ts';
import type { Agent } from './state.ts';

function pingTimerKey(agentId: string): string {
  return `ping/${agentId}`;
}

/** Sends a PING now, and one each `--agent_ping_timeout` from here on. */
export function startPings(ctx: Context, agent: Agent): void {
  agent.missedPings = 0;
  ping(ctx, agent);
}

function ping(ctx: Context, agent: Agent): void {
  sendAgent(ctx, agent, { type: 'PING', ping: { connected: true } });
  agent.awaitingPong = true;
  emit(ctx, {
    type: 'SET_TIMER',
    key: pingTimerKey(agent.id),
    delayMs: ctx.state.settings.agentPingTimeoutMs,
    event: { type: 'PING_DUE', agentId: agent.id },
  });
}

export function handlePong(agent: Agent): void {
  agent.awaitingPong = false;
  agent.missedPings = 0;
}

/** One interval is over: without PONG it counts as missed, also while the link is down. */
export function handlePingDue(ctx: Context, agentId: string): void {
  const agent = ctx.state.agents.get(agentId);
  if (agent === undefined || agent.removing) return;
  if (agent.awaitingPong) agent.missedPings++;
  if (agent.missedPings < ctx.state.settings.maxAgentPingTimeouts) {
    ping(ctx, agent);
    return;
  }
  count(ctx.state.counters, 'slave_unreachable_scheduled');
  removeAgent(ctx, agent, { kind: 'unreachable', message: 'health check timed out' });
}
