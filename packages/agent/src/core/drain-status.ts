/** How the ends of tasks are told while the agent drains. */
import type { TaskStatus } from '@stoke/protocol';
import { type Drain, type Framework, hasCapability } from './state.ts';
import type { Turn } from './turn.ts';

/** Kills are told as the operator's doing, whoever asked for them. Mesos, REASON_AGENT_DRAINING. */
export function asDrained(turn: Turn, framework: Framework, status: TaskStatus): TaskStatus {
  const { drain } = turn.state;
  if (drain === undefined) return status;
  if (status.state === 'TASK_KILLING') return { ...status, reason: 'REASON_AGENT_DRAINING' };
  if (status.state !== 'TASK_KILLED') return status;
  return { ...status, state: endState(framework, drain), reason: 'REASON_AGENT_DRAINING' };
}

function endState(framework: Framework, { config }: Drain): TaskStatus['state'] {
  const gone = config.mark_gone === true && hasCapability(framework.info, 'PARTITION_AWARE');
  return gone ? 'TASK_GONE_BY_OPERATOR' : 'TASK_KILLED';
}
