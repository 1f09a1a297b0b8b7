/** Calls that change what agents have: reservations and persistent volumes. */
import type { MasterCall, Offer_Operation } from '@stoke/protocol';
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { CallHandler, CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';

/** The operation a call asks for, and the agent it is for. */
type Order = { readonly agentId: string | undefined; readonly operation: Offer_Operation };

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

/** 202 once the operation is in the books and on its way to the agent. */
export function resourceCalls(ask: Ask): CallHandlers {
  const operate =
    (orderOf: (call: MasterCall) => Order): CallHandler =>
    async ({ call, request: { principal } }) => {
      const { agentId, operation } = orderOf(call);
      if (agentId === undefined) return textAnswer(400, "Expecting 'agent_id' to be present");
      const outcome = await ask((request) => ({
        type: 'OPERATE',
        request,
        agentId,
        operation,
        principal,
      }));
      return outcome.status === 200 ? emptyAnswer(202) : outcomeAnswer(outcome);
    };
  return {
    RESERVE_RESOURCES: operate(reserveOrder),
    UNRESERVE_RESOURCES: operate(unreserveOrder),
    CREATE_VOLUMES: operate(createOrder),
    DESTROY_VOLUMES: operate(destroyOrder),
    GROW_VOLUME: operate(growOrder),
    SHRINK_VOLUME: operate(shrinkOrder),
  };
}
