/** Calls that change what agents have: reservations and persistent volumes. */
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { CallHandler, CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';
import { orderOf } from './resource-orders.ts';

/** 202 once the operation is in the books and on its way to the agent. */
export function resourceCalls(ask: Ask): CallHandlers {
  const operate: CallHandler = async ({ call, request: { principal } }) => {
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
    RESERVE_RESOURCES: operate,
    UNRESERVE_RESOURCES: operate,
    CREATE_VOLUMES: operate,
    DESTROY_VOLUMES: operate,
    GROW_VOLUME: operate,
    SHRINK_VOLUME: operate,
  };
}
