/** Operations that change resources: done in the books at once, and by the agent right after. */
import type { Offer_Operation, Operation, Resource } from '@stoke/protocol';
import {
  addResources,
  allocate,
  applyExchange,
  containsResources,
  type Exchange,
  exchangeOf,
  filterResources,
  NO_RESOURCES,
  type Resources,
  resourcesFromTrustedWire,
  subtractResources,
  toPostRefinement,
} from '@stoke/resources';
import { versionOf } from './agent-records.ts';
import type { Context } from './context.ts';
import { log, sendAgent } from './context.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { operationProblem } from './operation-validation.ts';
import { offeredText, shortfallText } from './resource-text.ts';
import type { Agent, Framework } from './state.ts';

/** The offers of one ACCEPT while its operations run. */
export type Bench = {
  readonly framework: Framework;
  readonly agent: Agent;
  readonly role: string;
  /** What operations may still use. */
  available: Resources;
  /** Results that later operations of the same ACCEPT must not use. */
  aside: Resources;
};

/** Where on the agent side something failed, as Mesos adds it to its messages. */
export function agentText({ id, ip, info }: Agent): string {
  return `on agent ${id} at slave(1)@${ip}:${info.port ?? 5051} (${info.hostname})`;
}

/** Bytes of a UUID text, or of any other text of the source of ids. */
export function uuidBytes(text: string): Uint8Array {
  const hex = text.replaceAll('-', '').padStart(32, '0').slice(-32);
  return Uint8Array.from({ length: 16 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

/** Key of an operation in `Agent.operations`. */
export function uuidKey(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Every resource in the new form and allocated to the role: the form agents and records use. */
function normalised(operation: Offer_Operation, role: string | undefined): Offer_Operation {
  const many = (wire: readonly Resource[] | undefined): Resource[] =>
    toPostRefinement(allocatedTo(resourcesFromTrustedWire(wire ?? []), role));
  const one = (wire: Resource): Resource => many([wire])[0] ?? wire;
  const { reserve, unreserve, create, destroy, grow_volume, shrink_volume } = operation;
  return {
    ...operation,
    ...(reserve && {
      reserve: {
        ...(reserve.source && { source: many(reserve.source) }),
        resources: many(reserve.resources),
      },
    }),
    ...(unreserve && { unreserve: { resources: many(unreserve.resources) } }),
    ...(create && { create: { volumes: many(create.volumes) } }),
    ...(destroy && { destroy: { volumes: many(destroy.volumes) } }),
    ...(grow_volume && {
      grow_volume: { volume: one(grow_volume.volume), addition: one(grow_volume.addition) },
    }),
    ...(shrink_volume && {
      shrink_volume: { ...shrink_volume, volume: one(shrink_volume.volume) },
    }),
  };
}

function allocatedTo(resources: Resources, role: string | undefined): Resources {
  return role === undefined ? resources : allocate(resources, role);
}

function feedbackProblem(operation: Offer_Operation, agent: Agent): string | undefined {
  if (operation.id === undefined || agent.capabilities.includes('AGENT_OPERATION_FEEDBACK')) {
    return undefined;
  }
  return `Agent ${agent.id} does not have the required capability AGENT_OPERATION_FEEDBACK`;
}

/** Does one operation out of `bench.available`; answers why it could not. */
export function runResourceOperation(
  ctx: Context,
  bench: Bench,
  operation: Offer_Operation,
): string | undefined {
  const { framework, agent, role } = bench;
  const { principal } = framework.info;
  const problem =
    feedbackProblem(operation, agent) ??
    operationProblem(operation, { agent, framework, role, principal });
  if (problem !== undefined) return `${problem}; ${agentText(agent)}`;
  const plain = exchangeOf(operation);
  if (plain === undefined) return 'The operation changes nothing';
  const exchange: Exchange = {
    consumed: allocate(plain.consumed, role),
    converted: allocate(plain.converted, role),
  };
  if (!containsResources(bench.available, exchange.consumed)) {
    return shortfallText(offeredText(bench.available), [bench.available, exchange.consumed]);
  }
  exchangeOnBench(bench, operation, exchange);
  if (operation.type === 'DESTROY') rescindHolders(ctx, agent, plain.consumed);
  ctx.state.allocator.updateAllocation({
    frameworkId: framework.id,
    agentId: agent.id,
    offered: exchange.consumed,
    converted: exchange.converted,
  });
  agent.total = applyExchange(agent.total, plain) ?? agent.total;
  sendOperation(ctx, agent, {
    operation,
    frameworkId: framework.id,
    role,
  });
  return undefined;
}

function exchangeOnBench(
  bench: Bench,
  { type }: Offer_Operation,
  { consumed, converted }: Exchange,
): void {
  bench.available = subtractResources(bench.available, consumed);
  if (type === 'GROW_VOLUME' || type === 'SHRINK_VOLUME') {
    bench.aside = addResources(bench.aside, converted);
  } else bench.available = addResources(bench.available, converted);
}

/** Other offers may hold a shared volume that goes away. */
function rescindHolders(ctx: Context, agent: Agent, volumes: Resources): void {
  const shared = filterResources(volumes, (item) => item.shared);
  if (shared === NO_RESOURCES || shared.items.length === 0) return;
  for (const offer of offersOf(ctx, agent.offers)) {
    const holds = shared.items.some((item) =>
      offer.resources.items.some(
        (other) => other.disk?.persistence?.id === item.disk?.persistence?.id,
      ),
    );
    if (holds) rescindOffer(ctx, offer);
  }
}

/** Hands an operation that is in the books already to its agent; returns its key there. */
export function sendOperation(
  ctx: Context,
  agent: Agent,
  order: {
    readonly operation: Offer_Operation;
    /** Undefined: an operator wants it. */
    readonly frameworkId: string | undefined;
    readonly role?: string;
  },
): string {
  const { frameworkId } = order;
  const operation = normalised(order.operation, order.role);
  const uuid = { value: uuidBytes(ctx.state.sources.uuid()) };
  const framework = frameworkId === undefined ? {} : { framework_id: { value: frameworkId } };
  const entry: Operation = {
    ...framework,
    agent_id: { value: agent.id },
    info: operation,
    latest_status: {
      ...(operation.id === undefined ? {} : { operation_id: operation.id }),
      state: 'OPERATION_PENDING',
      agent_id: { value: agent.id },
    },
    uuid,
  };
  const key = uuidKey(uuid.value);
  agent.operations.set(key, entry);
  sendAgent(ctx, agent, {
    type: 'APPLY_OPERATION',
    apply_operation: { ...framework, operation, operation_uuid: uuid, ...versionOf(agent) },
  });
  log(ctx, 'info', {
    message: 'operation applied',
    operation: operation.type,
    operationId: operation.id?.value,
    frameworkId,
    agentId: agent.id,
  });
  return key;
}
