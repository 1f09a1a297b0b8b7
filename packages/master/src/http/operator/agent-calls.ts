/** Calls that take an agent out of service or back. Draining and marking gone are not supported yet. */
import type { AgentID } from '@stoke/protocol';
import type { MasterEvent } from '../../core/events.ts';
import type { MasterState } from '../../core/state.ts';
import type { Answer } from '../answer.ts';
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';

/** What the calls read and change. */
export type AgentCallsOptions = {
  readonly state: MasterState;
  readonly dispatch: (event: MasterEvent) => void;
};

export function agentCalls({ state, dispatch }: AgentCallsOptions): CallHandlers {
  const answerFor = (agentId: AgentID | undefined, unknown: Answer, type: string): Answer =>
    state.agents.has(agentId?.value ?? '')
      ? textAnswer(501, `Cannot answer call '${type}': it is not supported yet`)
      : unknown;
  const unknown = textAnswer(400, 'Unknown agent');
  return {
    DRAIN_AGENT: ({ call }) => answerFor(call.drain_agent?.agent_id, unknown, 'DRAIN_AGENT'),
    DEACTIVATE_AGENT({ call }) {
      const agentId = call.deactivate_agent?.agent_id?.value ?? '';
      if (!state.agents.has(agentId)) return unknown;
      dispatch({ type: 'AGENT_SERVICE', agentId, deactivated: true });
      return emptyAnswer(200);
    },
    REACTIVATE_AGENT({ call }) {
      const agentId = call.reactivate_agent?.agent_id?.value ?? '';
      if (state.agents.get(agentId)?.deactivated !== true) {
        return textAnswer(400, 'Agent is not deactivated');
      }
      dispatch({ type: 'AGENT_SERVICE', agentId, deactivated: false });
      return emptyAnswer(200);
    },
    MARK_AGENT_GONE: ({ call }) => {
      const agentId = call.mark_agent_gone?.agent_id;
      const missing = textAnswer(404, `Agent '${agentId?.value ?? ''}' not found`);
      return answerFor(agentId, missing, 'MARK_AGENT_GONE');
    },
  };
}
