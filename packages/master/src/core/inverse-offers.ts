/** Inverse offers: frameworks on machines with planned maintenance say whether they will leave in time. */
import type { InverseAllocation } from '@stoke/allocator';
import type { Filters, InverseOffer, OfferID } from '@stoke/protocol';
import { refuseSeconds } from './accept.ts';
import type { Context } from './context.ts';
import { emit, log, sendEvent } from './context.ts';
import { agentUrl } from './offer-wire.ts';
import type { Agent, Framework, InverseOfferRecord } from './state.ts';
import { isActive, isConnected } from './state.ts';

const NS_PER_MS = 1_000_000;

/** What frameworks may answer. */
export type InverseAnswer = 'ACCEPT' | 'DECLINE';

/** The allocator's wishes become inverse offers, one event for each framework. */
export function makeInverseOffers(ctx: Context, wishes: readonly InverseAllocation[]): void {
  const byFramework = new Map<Framework, InverseOffer[]>();
  for (const wish of wishes) {
    const framework = ctx.state.frameworks.get(wish.frameworkId);
    const agent = ctx.state.agents.get(wish.agentId);
    if (framework === undefined || agent === undefined) continue;
    const offer = enterInverseOffer(ctx, framework, agent);
    if (offer === undefined) {
      ctx.state.allocator.answerInverse({ ...wish, nowMs: ctx.nowMs });
      continue;
    }
    byFramework.set(framework, [...(byFramework.get(framework) ?? []), offer]);
  }
  for (const [framework, inverse_offers] of byFramework) {
    sendEvent(ctx, framework, { type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers } });
  }
}

/** Undefined when one of them left meanwhile, or the plan is off. */
function enterInverseOffer(
  ctx: Context,
  framework: Framework,
  agent: Agent,
): InverseOffer | undefined {
  const { unavailability } = agent;
  if (unavailability === undefined || !isConnected(framework) || !isActive(agent)) return undefined;
  const { state } = ctx;
  const id = `${state.info.id}-O${state.nextOffer++}`;
  const wire: InverseOffer = {
    id: { value: id },
    url: agentUrl(agent),
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    unavailability,
  };
  state.inverseOffers.set(id, { id, frameworkId: framework.id, agentId: agent.id, wire });
  framework.inverseOffers.add(id);
  agent.inverseOffers.add(id);
  const { offerTimeoutMs } = state.settings;
  if (offerTimeoutMs !== undefined) {
    const event = { type: 'OFFER_TIMEOUT', offerId: id } as const;
    emit(ctx, { type: 'SET_TIMER', key: `offer/${id}`, delayMs: offerTimeoutMs, event });
  }
  return wire;
}

/** Takes an inverse offer out of the books; another may follow after `seconds`. */
function forgetInverseOffer(ctx: Context, offer: InverseOfferRecord, seconds = 0): void {
  const { state } = ctx;
  const { id, frameworkId, agentId } = offer;
  state.inverseOffers.delete(id);
  state.frameworks.get(frameworkId)?.inverseOffers.delete(id);
  state.agents.get(agentId)?.inverseOffers.delete(id);
  if (state.settings.offerTimeoutMs !== undefined) {
    emit(ctx, { type: 'CANCEL_TIMER', key: `offer/${id}` });
  }
  const { nowMs } = ctx;
  state.allocator.answerInverse({ frameworkId, agentId, refuseSeconds: seconds, nowMs });
}

/** Forgets an inverse offer and tells its framework. */
export function rescindInverseOffer(ctx: Context, offer: InverseOfferRecord): void {
  forgetInverseOffer(ctx, offer);
  const framework = ctx.state.frameworks.get(offer.frameworkId);
  if (framework === undefined) return;
  const inverse_offer_id = { value: offer.id };
  sendEvent(ctx, framework, {
    type: 'RESCIND_INVERSE_OFFER',
    rescind_inverse_offer: { inverse_offer_id },
  });
}

function inverseOffersOf(ctx: Context, ids: Iterable<string>): InverseOfferRecord[] {
  return [...ids].flatMap((id) => ctx.state.inverseOffers.get(id) ?? []);
}

/** The agent left, or what is planned for it changed. */
export function rescindInverseOffers(ctx: Context, agent: Agent): void {
  for (const offer of inverseOffersOf(ctx, agent.inverseOffers)) rescindInverseOffer(ctx, offer);
}

/** The framework is not there to be told. */
export function dropInverseOffers(ctx: Context, framework: Framework): void {
  for (const offer of inverseOffersOf(ctx, framework.inverseOffers)) forgetInverseOffer(ctx, offer);
}

/** ACCEPT_INVERSE_OFFERS and DECLINE_INVERSE_OFFERS: noted for the operator; nothing else follows. */
export function handleInverseAnswer(
  ctx: Context,
  framework: Framework,
  call: {
    readonly answer: InverseAnswer;
    readonly inverse_offer_ids?: readonly OfferID[];
    readonly filters?: Filters;
  },
): void {
  for (const { value } of call.inverse_offer_ids ?? []) {
    const offer = ctx.state.inverseOffers.get(value);
    if (offer?.frameworkId !== framework.id) {
      log(ctx, 'warn', { message: 'inverse offer is no longer valid', offerId: value });
      continue;
    }
    forgetInverseOffer(ctx, offer, refuseSeconds(call.filters));
    ctx.state.agents.get(offer.agentId)?.inverseAnswers.set(framework.id, {
      status: call.answer,
      framework_id: { value: framework.id },
      timestamp: { nanoseconds: ctx.nowMs * NS_PER_MS },
    });
  }
}
