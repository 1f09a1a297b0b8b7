/** The allocator's answers become offers. */
import type { Allocation } from '@stoke/allocator';
import type { Offer } from '@stoke/protocol';
import type { Context } from './context.ts';
import { emit, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { makeInverseOffers, rescindInverseOffer } from './inverse-offers.ts';
import { agentUrl, offerFor } from './offer-wire.ts';
import { rescindOffer } from './offers.ts';
import { changeHoldings } from './owned-resources.ts';
import type { Agent, Framework, OfferRecord } from './state.ts';
import { isActive, isConnected } from './state.ts';

/** Agent visits per run: one run must not hold up the event loop for long. */
const AGENTS_PER_RUN = 400;

function wireOffer(ctx: Context, allocation: Allocation, agent: Agent): Offer {
  const { info, unavailability } = agent;
  const id = `${ctx.state.info.id}-O${ctx.state.nextOffer++}`;
  const executorIds = [...agent.executors.values()]
    .filter((record) => record.frameworkId === allocation.frameworkId)
    .map((record) => record.info.executor_id);
  return {
    id: { value: id },
    framework_id: { value: allocation.frameworkId },
    agent_id: { value: agent.id },
    hostname: info.hostname,
    url: agentUrl(agent),
    ...(info.domain === undefined ? {} : { domain: info.domain }),
    ...(info.attributes === undefined ? {} : { attributes: info.attributes }),
    ...(executorIds.length === 0 ? {} : { executor_ids: executorIds }),
    ...(unavailability === undefined ? {} : { unavailability }),
    allocation_info: { role: allocation.role },
  };
}

function enterOffer(ctx: Context, allocation: Allocation, agent: Agent): OfferRecord {
  const wire = wireOffer(ctx, allocation, agent);
  const offer: OfferRecord = { id: wire.id.value, wire, ...allocation };
  ctx.state.offers.set(offer.id, offer);
  agent.offers.add(offer.id);
  const { offerTimeoutMs } = ctx.state.settings;
  if (offerTimeoutMs !== undefined) {
    emit(ctx, {
      type: 'SET_TIMER',
      key: `offer/${offer.id}`,
      delayMs: offerTimeoutMs,
      event: { type: 'OFFER_TIMEOUT', offerId: offer.id },
    });
  }
  return offer;
}

/** An allocation for somebody who is gone meanwhile goes back. */
function giveBack(ctx: Context, allocation: Allocation): void {
  const { frameworkId, agentId, resources } = allocation;
  ctx.state.allocator.recoverResources({ frameworkId, agentId, resources, nowMs: ctx.nowMs });
}

function sendOffers(ctx: Context, framework: Framework, offers: readonly OfferRecord[]): void {
  count(framework.counters, 'offers/sent', offers.length);
  sendEvent(ctx, framework, {
    type: 'OFFERS',
    offers: { offers: offers.map((offer) => offerFor(framework, offer)) },
  });
}

function makeOffers(ctx: Context, allocations: readonly Allocation[]): void {
  const byFramework = new Map<Framework, OfferRecord[]>();
  for (const allocation of allocations) {
    const framework = ctx.state.frameworks.get(allocation.frameworkId);
    const agent = ctx.state.agents.get(allocation.agentId);
    if (framework === undefined || agent === undefined) continue;
    if (!isConnected(framework) || !isActive(agent)) {
      giveBack(ctx, allocation);
      continue;
    }
    const offer = enterOffer(ctx, allocation, agent);
    framework.offers.add(offer.id);
    changeHoldings(framework, agent);
    const offers = byFramework.get(framework) ?? [];
    offers.push(offer);
    byFramework.set(framework, offers);
  }
  for (const [framework, offers] of byFramework) sendOffers(ctx, framework, offers);
}

/** One bounded run of the allocator; asks for the next when agents are left. */
export function handleAllocate(ctx: Context): void {
  const scope = ctx.state.queuedAllocation ?? 'events';
  ctx.state.queuedAllocation = undefined;
  count(ctx.state.counters, 'allocation_runs');
  const { allocations, inverse, done } = ctx.state.allocator.allocate({
    nowMs: ctx.nowMs,
    scope,
    maxAgents: AGENTS_PER_RUN,
  });
  makeOffers(ctx, allocations);
  makeInverseOffers(ctx, inverse);
  if (!done) requestAllocation(ctx, scope);
}

function requestAllocation(ctx: Context, scope: 'batch' | 'events'): void {
  const queued = ctx.state.queuedAllocation;
  if (queued === undefined) emit(ctx, { type: 'ALLOCATE' });
  ctx.state.queuedAllocation = queued === 'batch' ? queued : scope;
}

/** Queues a prompt run when something that just happened asks for one. */
export function requestPromptAllocation(ctx: Context): void {
  if (ctx.state.allocator.wantsRun()) requestAllocation(ctx, 'events');
}

/** The allocation interval is over: run, and start the next. */
export function handleBatchDue(ctx: Context): void {
  emit(ctx, {
    type: 'SET_TIMER',
    key: 'batch',
    delayMs: ctx.state.settings.allocationIntervalMs,
    event: { type: 'BATCH_DUE' },
  });
  requestAllocation(ctx, 'batch');
}

/** `--offer_timeout`: nobody answered. */
export function handleOfferTimeout(ctx: Context, offerId: string): void {
  const offer = ctx.state.offers.get(offerId);
  if (offer !== undefined) rescindOffer(ctx, offer);
  const inverse = ctx.state.inverseOffers.get(offerId);
  if (inverse !== undefined) rescindInverseOffer(ctx, inverse);
}
