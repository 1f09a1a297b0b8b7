/** Calls that take an agent out of service or back. */
import { drainConfigOf } from '../../core/drain-records.ts';
import { textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';

export function agentCalls(ask: Ask): CallHandlers {
  const setService = async (agentId: string, deactivated: boolean) =>
    outcomeAnswer(
      await ask((request) => ({ type: 'AGENT_SERVICE', request, agentId, deactivated })),
    );
  return {
    DRAIN_AGENT: async ({ call }) => {
      const { agent_id, ...wanted } = call.drain_agent ?? {};
      const agentId = agent_id?.value ?? '';
      const config = drainConfigOf(wanted);
      if (config === undefined) return textAnswer(400, "'max_grace_period' is out of range");
      return outcomeAnswer(
        await ask((request) => ({ type: 'DRAIN_AGENT', request, agentId, config })),
      );
    },
    DEACTIVATE_AGENT: ({ call }) => setService(call.deactivate_agent?.agent_id.value ?? '', true),
    REACTIVATE_AGENT: ({ call }) => setService(call.reactivate_agent?.agent_id.value ?? '', false),
    MARK_AGENT_GONE: async ({ call }) => {
      const agentId = call.mark_agent_gone?.agent_id.value ?? '';
      return outcomeAnswer(await ask((request) => ({ type: 'MARK_AGENT_GONE', request, agentId })));
    },
  };
}
