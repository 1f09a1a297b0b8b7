/** Facts about task states, and the statuses a master makes itself. */
import type { Task, TaskState, TaskStatus, TaskStatus_Reason } from '@stoke/protocol';
import { hasCapability } from './framework-validation.ts';
import { sharedNetworks } from './shared-parts.ts';
import type { Framework } from './state.ts';

const TERMINAL: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** True when a task in this state never changes again (LOST may, when its agent returns). */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state);
}

/** The finer state for PARTITION_AWARE frameworks, TASK_LOST for the others. */
export function stateFor(framework: Framework, state: TaskState): TaskState {
  return hasCapability(framework.info, 'PARTITION_AWARE') ? state : 'TASK_LOST';
}

/** What a master-made status says. */
export type StatusFacts = {
  readonly taskId: string;
  readonly agentId?: string | undefined;
  readonly executorId?: string | undefined;
  readonly state: TaskState;
  readonly reason: TaskStatus_Reason;
  readonly message: string;
  readonly timestamp: number;
  readonly unreachableNs?: number | undefined;
};

/** A status without uuid: it needs no acknowledgement. */
export function masterStatus(facts: StatusFacts): TaskStatus {
  return {
    task_id: { value: facts.taskId },
    state: facts.state,
    message: facts.message,
    source: 'SOURCE_MASTER',
    reason: facts.reason,
    ...(facts.agentId === undefined ? {} : { agent_id: { value: facts.agentId } }),
    ...(facts.executorId === undefined ? {} : { executor_id: { value: facts.executorId } }),
    timestamp: facts.timestamp,
    ...(facts.unreachableNs === undefined
      ? {}
      : { unreachable_time: { nanoseconds: facts.unreachableNs } }),
  };
}

/** Adds a status to a task: one entry per state in a row, without its data. Mesos compresses so. */
export function recordStatus(task: Task, status: TaskStatus): void {
  const before = task.statuses ?? [];
  const kept = before.at(-1)?.state === status.state ? before.slice(0, -1) : before;
  task.statuses = [...kept, leanStatus(task, status)];
}

/** A status as the books keep it, with the ids that the task has already: there are many tasks. */
export function leanStatus({ task_id, agent_id }: Task, status: TaskStatus): TaskStatus {
  const { data: _data, ...rest } = status;
  const isHere = status.agent_id?.value === agent_id.value;
  // The executor of a command has the name of its task.
  const isCommand = status.executor_id?.value === task_id.value;
  return {
    ...rest,
    ...sharedNetworks(status),
    task_id,
    ...(isHere ? { agent_id } : {}),
    ...(isCommand ? { executor_id: task_id } : {}),
  };
}

/** What the last status said about the task's container, carried over into reconciliations. */
export function carriedOver(
  task: Task,
): Pick<TaskStatus, 'container_status' | 'healthy' | 'check_status'> {
  const last = task.statuses?.at(-1);
  return {
    ...(last?.healthy === undefined ? {} : { healthy: last.healthy }),
    ...(last?.check_status === undefined ? {} : { check_status: last.check_status }),
    ...(last?.container_status === undefined ? {} : { container_status: last.container_status }),
  };
}
