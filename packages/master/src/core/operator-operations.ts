/** Operations of operators: they take what is free, and just as many offers as are in the way. */
import {
  addResources,
  applyExchange,
  containsResources,
  exchangeOf,
  NO_RESOURCES,
  type Resources,
  subtractResources,
  unallocate,
} from '@stoke/resources';
import { usedByFramework } from './agent-records.ts';
import type { Context } from './context.ts';
import type { MasterEvent } from './events.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { operationProblem } from './operation-validation.ts';
import { type Refusal, refuse } from './replies.ts';
import { agentText, sendOperation } from './resource-operations.ts';
import { resourcesText, shortfallText } from './resource-text.ts';
import type { Agent, OfferRecord } from './state.ts';

type OperateEvent = Extract<MasterEvent, { type: 'OPERATE' }>;

/** Operations whose messages name the agent, as in Mesos. */
const NAMES_AGENT: ReadonlySet<string | undefined> = new Set(['RESERVE', 'CREATE']);

function unusedOf(agent: Agent): Resources {
  let unused = agent.total;
  for (const used of usedByFramework(agent).values()) {
    unused = subtractResources(unused, unallocate(used));
  }
  return unused;
}

function refusalOf(agent: Agent, event: OperateEvent): Refusal | undefined {
  const { operation, principal } = event;
  const problem = operationProblem(operation, {
    agent,
    framework: undefined,
    role: undefined,
    principal,
  });
  if (problem !== undefined) {
    const where = NAMES_AGENT.has(operation.type) ? ` ${agentText(agent)}` : '';
    return { status: 400, reason: `Invalid ${operation.type} operation${where}: ${problem}` };
  }
  if (agent.link === undefined) {
    return { status: 409, reason: `Agent ${agent.id} is disconnected; try again when it is back` };
  }
  const unused = unusedOf(agent);
  const consumed = exchangeOf(operation)?.consumed ?? NO_RESOURCES;
  if (containsResources(unused, consumed)) return undefined;
  const reason = shortfallText(resourcesText(unused), [unused, consumed]);
  return { status: 409, reason };
}

/** Offers that hold something of it: the others may stay. */
function contributes(offer: OfferRecord, wanted: Resources): boolean {
  const names = new Set(offer.resources.items.map(({ name }) => name));
  return wanted.items.some(({ name }) => names.has(name));
}

function rescindUntilFree(ctx: Context, agent: Agent, consumed: Resources): void {
  const offers = offersOf(ctx, agent.offers);
  let offered = NO_RESOURCES;
  for (const offer of offers) offered = addResources(offered, unallocate(offer.resources));
  let free = subtractResources(unusedOf(agent), offered);
  for (const offer of offers) {
    if (containsResources(free, consumed)) return;
    if (!contributes(offer, subtractResources(consumed, free))) continue;
    rescindOffer(ctx, offer);
    free = addResources(free, unallocate(offer.resources));
  }
}

/** An operation of an operator: checked, done in the books, sent; answered when the agent has it on disk. */
export function handleOperate(ctx: Context, event: OperateEvent): void {
  const { operation, request } = event;
  const agent = ctx.state.agents.get(event.agentId);
  if (agent === undefined || agent.removing) {
    refuse(ctx, request, { status: 400, reason: 'No agent found with specified ID' });
    return;
  }
  const refusal = refusalOf(agent, event);
  const exchange = exchangeOf(operation);
  if (refusal !== undefined || exchange === undefined) {
    const reason = 'The operation changes nothing';
    refuse(ctx, request, refusal ?? { status: 400, reason });
    return;
  }
  rescindUntilFree(ctx, agent, exchange.consumed);
  agent.total = applyExchange(agent.total, exchange) ?? agent.total;
  ctx.state.allocator.updateAgent({ agentId: agent.id, total: agent.total });
  const key = sendOperation(ctx, agent, { operation, frameworkId: undefined });
  agent.waiting.set(key, request);
}
