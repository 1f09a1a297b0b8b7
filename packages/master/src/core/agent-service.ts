/** Agents that an operator takes out of service: they run what they have and are offered to nobody. */
import type { Context } from './context.ts';
import { log } from './context.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { isActive } from './state.ts';

/** "Agent deactivation" of Mesos 1.9: open offers end, new ones wait until the agent is reactivated. */
export function handleAgentService(ctx: Context, agentId: string, deactivated: boolean): void {
  const agent = ctx.state.agents.get(agentId);
  if (agent === undefined || agent.deactivated === deactivated) return;
  agent.deactivated = deactivated;
  ctx.state.allocator.setAgentActive(agentId, isActive(agent));
  if (deactivated) {
    for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  }
  log(ctx, 'info', { message: deactivated ? 'agent deactivated' : 'agent reactivated', agentId });
}
