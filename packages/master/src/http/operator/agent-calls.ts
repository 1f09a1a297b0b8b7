/** Calls that take an agent out of service or back: refused for agents that are unknown, else not supported yet. */
import type { AgentID } from '@stoke/protocol';
import type { MasterState } from '../../core/state.ts';
import type { Answer } from '../answer.ts';
import { textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';

export function agentCalls(state: MasterState): CallHandlers {
  const answerFor = (agentId: AgentID | undefined, unknown: Answer, type: string): Answer =>
    state.agents.has(agentId?.value ?? '')
      ? textAnswer(501, `Cannot answer call '${type}': it is not supported yet`)
      : unknown;
  const unknown = textAnswer(400, 'Unknown agent');
  return {
    DRAIN_AGENT: ({ call }) => answerFor(call.drain_agent?.agent_id, unknown, 'DRAIN_AGENT'),
    DEACTIVATE_AGENT: ({ call }) =>
      answerFor(call.deactivate_agent?.agent_id, unknown, 'DEACTIVATE_AGENT'),
    // No agent is deactivated: that is what there is to say of every one.
    REACTIVATE_AGENT: () => textAnswer(400, 'Agent is not deactivated'),
    MARK_AGENT_GONE: ({ call }) => {
      const agentId = call.mark_agent_gone?.agent_id;
      const missing = textAnswer(404, `Agent '${agentId?.value ?? ''}' not found`);
      return answerFor(agentId, missing, 'MARK_AGENT_GONE');
    },
  };
}
