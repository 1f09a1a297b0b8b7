/** The end of an offer: answered, rescinded or discarded. */
import type { Context } from './context.ts';
import { emit, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { changeHoldings } from './owned-resources.ts';
import type { OfferRecord } from './state.ts';

/** Takes an offer out of the books; what becomes of its resources is the caller's business. */
export function forgetOffer(ctx: Context, offer: OfferRecord): void {
  const { state } = ctx;
  state.offers.delete(offer.id);
  const framework = state.frameworks.get(offer.frameworkId);
  const agent = state.agents.get(offer.agentId);
  framework?.offers.delete(offer.id);
  agent?.offers.delete(offer.id);
  changeHoldings(framework, agent);
  if (state.settings.offerTimeoutMs !== undefined) {
    emit(ctx, { type: 'CANCEL_TIMER', key: `offer/${offer.id}` });
  }
}

/** Takes an offer out of the books and gives its resources back, hidden for `refuseSeconds`. */
export function discardOffer(ctx: Context, offer: OfferRecord, refuseSeconds = 0): void {
  forgetOffer(ctx, offer);
  ctx.state.allocator.recoverResources({
    frameworkId: offer.frameworkId,
    agentId: offer.agentId,
    resources: offer.resources,
    refuseSeconds,
    nowMs: ctx.nowMs,
  });
}

/** Discards an offer and tells its framework. */
export function rescindOffer(ctx: Context, offer: OfferRecord): void {
  discardOffer(ctx, offer);
  const framework = ctx.state.frameworks.get(offer.frameworkId);
  if (framework === undefined) return;
  count(framework.counters, 'offers/rescinded');
  sendEvent(ctx, framework, { type: 'RESCIND', rescind: { offer_id: { value: offer.id } } });
}

/** The offers behind a set of ids, as a list that survives their removal. */
export function offersOf(ctx: Context, ids: Iterable<string>): OfferRecord[] {
  return [...ids].flatMap((id) => ctx.state.offers.get(id) ?? []);
}
