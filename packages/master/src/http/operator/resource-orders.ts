/** Operator calls on resources, as the operations they ask for. */
import type { MasterCall, Offer_Operation } from '@stoke/protocol';

/** The operation a call asks for, and the agent it is for. */
export type Order = { readonly agentId: string | undefined; readonly operation: Offer_Operation };

function reserveOrder({ reserve_resources: call }: MasterCall): Order {
  const { agent_id, source, resources = [] } = call ?? {};
  const reserve = { resources, ...(source === undefined ? {} : { source }) };
  return { agentId: agent_id?.value, operation: { type: 'RESERVE', reserve } };
}

function unreserveOrder({ unreserve_resources: call }: MasterCall): Order {
  const unreserve = { resources: call?.resources ?? [] };
  return { agentId: call?.agent_id.value, operation: { type: 'UNRESERVE', unreserve } };
}

function createOrder({ create_volumes: call }: MasterCall): Order {
  const create = { volumes: call?.volumes ?? [] };
  return { agentId: call?.agent_id.value, operation: { type: 'CREATE', create } };
}

function destroyOrder({ destroy_volumes: call }: MasterCall): Order {
  const destroy = { volumes: call?.volumes ?? [] };
  return { agentId: call?.agent_id.value, operation: { type: 'DESTROY', destroy } };
}

function growOrder({ grow_volume: call }: MasterCall): Order {
  const { agent_id, volume, addition } = call ?? {};
  const operation: Offer_Operation =
    volume === undefined || addition === undefined
      ? { type: 'GROW_VOLUME' }
      : { type: 'GROW_VOLUME', grow_volume: { volume, addition } };
  return { agentId: agent_id?.value, operation };
}

function shrinkOrder({ shrink_volume: call }: MasterCall): Order {
  const { agent_id, volume, subtract } = call ?? {};
  const operation: Offer_Operation =
    volume === undefined || subtract === undefined
      ? { type: 'SHRINK_VOLUME' }
      : { type: 'SHRINK_VOLUME', shrink_volume: { volume, subtract } };
  return { agentId: agent_id?.value, operation };
}

const ORDERS: Readonly<Record<string, (call: MasterCall) => Order>> = {
  RESERVE_RESOURCES: reserveOrder,
  UNRESERVE_RESOURCES: unreserveOrder,
  CREATE_VOLUMES: createOrder,
  DESTROY_VOLUMES: destroyOrder,
  GROW_VOLUME: growOrder,
  SHRINK_VOLUME: shrinkOrder,
};

/** What a call of its type asks for, whatever else it holds; of other types: nothing. */
export function orderOf(call: MasterCall): Order {
  return ORDERS[call.type ?? 'UNKNOWN']?.(call) ?? { agentId: undefined, operation: {} };
}
