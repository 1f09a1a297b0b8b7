/** Hands an event that needs no acknowledgement to the handler that is for it. */
import type { SchedulerEvent } from '@stoke/protocol';
import type { SchedulerHandlers } from './scheduler-driver.ts';

/** Events of types unknown to us are dropped, as the API asks of clients. */
export function dispatchEvent(
  event: SchedulerEvent,
  handlers: SchedulerHandlers,
): void | Promise<void> {
  if (event.offers !== undefined) return handlers.offers?.(event.offers.offers ?? []);
  if (event.inverse_offers !== undefined) {
    return handlers.inverseOffers?.(event.inverse_offers.inverse_offers ?? []);
  }
  if (event.rescind !== undefined) return handlers.rescind?.(event.rescind.offer_id.value);
  if (event.rescind_inverse_offer !== undefined) {
    return handlers.rescindInverseOffer?.(event.rescind_inverse_offer.inverse_offer_id.value);
  }
  if (event.message !== undefined) {
    const { agent_id, executor_id, data } = event.message;
    return handlers.message?.({ agentId: agent_id.value, executorId: executor_id.value, data });
  }
  if (event.failure !== undefined) {
    const { agent_id, executor_id, status } = event.failure;
    return handlers.failure?.({ agentId: agent_id?.value, executorId: executor_id?.value, status });
  }
}
