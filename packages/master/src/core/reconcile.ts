/** RECONCILE: what the master knows about tasks, asked for one by one or all at once. */
import type { SchedulerCall_Reconcile, TaskStatus } from '@stoke/protocol';
import type { Context } from './context.ts';
import { nowSeconds } from './context.ts';
import type { Framework, TaskRecord } from './state.ts';
import { sendUpdate } from './status-updates.ts';
import { carriedOver, masterStatus, stateFor } from './task-states.ts';

function latestStatus(ctx: Context, record: TaskRecord): TaskStatus {
  const { task } = record;
  return {
    ...masterStatus({
      taskId: task.task_id.value,
      agentId: record.agentId,
      executorId: task.executor_id?.value,
      state: task.status_update_state ?? task.state,
      reason: 'REASON_RECONCILIATION',
      message: 'Reconciliation: Latest task state',
      timestamp: nowSeconds(ctx),
    }),
    ...carriedOver(task),
  };
}

type Verdict = {
  readonly state: TaskStatus['state'];
  readonly message: string;
  readonly unreachableNs?: number;
};

/** What becomes known about a task from its agent alone; undefined: no answer yet. */
function verdictFor(ctx: Context, agentId: string | undefined): Verdict | undefined {
  const { state } = ctx;
  if (agentId === undefined) {
    if (state.recoveredAgents.size > 0) return undefined;
    return { state: 'TASK_UNKNOWN', message: 'Reconciliation: Task is unknown' };
  }
  if (state.recoveredAgents.has(agentId) || state.admissions.has(agentId)) return undefined;
  if (state.agents.has(agentId)) {
    return { state: 'TASK_GONE', message: 'Reconciliation: Task is unknown to the agent' };
  }
  const unreachableNs = state.unreachableAgents.get(agentId);
  if (unreachableNs !== undefined) {
    return {
      state: 'TASK_UNREACHABLE',
      message: 'Reconciliation: Task is unreachable',
      unreachableNs,
    };
  }
  if (state.goneAgents.has(agentId)) {
    return { state: 'TASK_GONE_BY_OPERATOR', message: 'Reconciliation: Task is gone' };
  }
  return { state: 'TASK_UNKNOWN', message: 'Reconciliation: Task is unknown' };
}

/** Explicit reconciliation of one task; also what KILL of an unknown task comes to. */
export function reconcileTask(
  ctx: Context,
  framework: Framework,
  wanted: { readonly taskId: string; readonly agentId: string | undefined },
): void {
  const record = framework.tasks.get(wanted.taskId);
  if (record !== undefined) {
    sendUpdate(ctx, framework, latestStatus(ctx, record));
    return;
  }
  const verdict = verdictFor(ctx, wanted.agentId);
  if (verdict === undefined) return;
  const status = masterStatus({
    ...wanted,
    ...verdict,
    state: stateFor(framework, verdict.state),
    reason: 'REASON_RECONCILIATION',
    timestamp: nowSeconds(ctx),
  });
  sendUpdate(ctx, framework, status);
}

export function handleReconcile(
  ctx: Context,
  framework: Framework,
  reconcile: SchedulerCall_Reconcile,
): void {
  const wanted = reconcile.tasks ?? [];
  if (wanted.length === 0) {
    for (const record of framework.tasks.values()) {
      sendUpdate(ctx, framework, latestStatus(ctx, record));
    }
    return;
  }
  for (const { task_id, agent_id } of wanted) {
    reconcileTask(ctx, framework, { taskId: task_id.value, agentId: agent_id?.value });
  }
}
