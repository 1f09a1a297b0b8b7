/** Oversubscription: agents tell what revocable resources they have on top of their own. */
import type { LinkAgentMessage_UpdateAgent } from '@stoke/protocol';
import { addResources, filterResources, resourcesFromWire, unallocate } from '@stoke/resources';
import type { Context } from './context.ts';
import { log } from './context.ts';
import { offersOf, rescindOffer } from './offers.ts';
import type { Agent } from './state.ts';

/**
 * The agent has other revocable resources now. Offers that hold some of the old ones are rescinded;
 * what tasks use already stays theirs.
 */
export function handleUpdateAgent(
  ctx: Context,
  agent: Agent,
  update: LinkAgentMessage_UpdateAgent,
): void {
  if (update.update_oversubscribed_resources !== true) return;
  const told = resourcesFromWire(update.oversubscribed_resources ?? []);
  const problems = told.ok ? [] : told.problems;
  if (!told.ok || told.resources.items.some(({ revocable }) => !revocable)) {
    const message = 'agent sent oversubscribed resources that are invalid or not revocable';
    log(ctx, 'warn', { message, agentId: agent.id, problems });
    return;
  }
  for (const offer of offersOf(ctx, agent.offers)) {
    if (offer.resources.traits.revocable) rescindOffer(ctx, offer);
  }
  const own = filterResources(agent.total, ({ revocable }) => !revocable);
  agent.total = addResources(own, unallocate(told.resources));
  ctx.state.allocator.updateAgent({ agentId: agent.id, total: agent.total });
  log(ctx, 'info', { message: 'agent has other oversubscribed resources', agentId: agent.id });
}
