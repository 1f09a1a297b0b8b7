/** Calls that take an agent out of service or back. Draining is not supported yet. */
import type { MasterState } from '../../core/state.ts';
import { textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';
import type { Ask } from './outcome-answer.ts';
import { outcomeAnswer } from './outcome-answer.ts';

/** What the calls read and change. */
export type AgentCallsOptions = { readonly state: MasterState; readonly ask: Ask };

export function agentCalls({ state, ask }: AgentCallsOptions): CallHandlers {
  const setService = async (agentId: string, deactivated: boolean) =>
    outcomeAnswer(
      await ask((request) => ({ type: 'AGENT_SERVICE', request, agentId, deactivated })),
    );
  return {
    DRAIN_AGENT: ({ call }) => {
      const agentId = call.drain_agent?.agent_id.value ?? '';
      return state.agents.has(agentId)
        ? textAnswer(501, `Cannot answer call 'DRAIN_AGENT': it is not supported yet`)
        : textAnswer(400, 'Unknown agent');
    },
    DEACTIVATE_AGENT: ({ call }) => setService(call.deactivate_agent?.agent_id.value ?? '', true),
    REACTIVATE_AGENT: ({ call }) => setService(call.reactivate_agent?.agent_id.value ?? '', false),
    MARK_AGENT_GONE: async ({ call }) => {
      const agentId = call.mark_agent_gone?.agent_id.value ?? '';
      return outcomeAnswer(await ask((request) => ({ type: 'MARK_AGENT_GONE', request, agentId })));
    },
  };
}
