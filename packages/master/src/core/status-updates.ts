/** Status updates: from agents to frameworks, and the acknowledgements back. */
import type {
  LinkAgentMessage_StatusUpdate,
  SchedulerCall_Acknowledge,
  TaskState,
  TaskStatus,
} from '@stoke/protocol';
import { announceTaskUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { log, sendAgent, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { completeTask, countTerminal, isGivenUp, releaseTask } from './ledger.ts';
import type { Agent, Framework, TaskRecord } from './state.ts';
import { ownedKey } from './state.ts';
import { isTerminal, recordStatus } from './task-states.ts';

/** Sends a status to a framework, master-made or forwarded. */
export function sendUpdate(ctx: Context, framework: Framework, status: TaskStatus): void {
  sendEvent(ctx, framework, { type: 'UPDATE', update: { status } });
}

function sameBytes(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every((byte, index) => byte === right[index]);
}

/** Moves a task to a state; at its end the resources go back, before anything is acknowledged. */
export function transition(ctx: Context, record: TaskRecord, state: TaskState): void {
  const { task } = record;
  if (isTerminal(task.state)) return;
  task.state = state;
  if (!isTerminal(state)) return;
  releaseTask(ctx, record);
}

/** Whether two statuses say the same of the task's checks. */
function sameHealth(left: TaskStatus | undefined, right: TaskStatus): boolean {
  return (
    left?.healthy === right.healthy &&
    JSON.stringify(left?.check_status) === JSON.stringify(right.check_status)
  );
}

function applyUpdate(
  ctx: Context,
  record: TaskRecord,
  update: LinkAgentMessage_StatusUpdate,
): void {
  const { task } = record;
  const { status, latest_state } = update;
  const wasTerminal = isTerminal(task.state);
  const before = task.state;
  const last = task.statuses?.at(-1);
  recordStatus(task, status);
  transition(ctx, record, latest_state ?? status.state);
  if (task.state !== before || !sameHealth(last, status)) announceTaskUpdate(ctx, record, status);
  task.status_update_state = status.state;
  if (status.uuid !== undefined) task.status_update_uuid = status.uuid;
  if (!wasTerminal && isTerminal(task.state)) countTerminal(ctx.state, task);
}

/** An update that an agent forwards: Mesos scheduler API, UPDATE. */
export function handleStatusUpdate(
  ctx: Context,
  agent: Agent,
  update: LinkAgentMessage_StatusUpdate,
): void {
  const frameworkId = update.framework_id.value;
  const taskId = update.status.task_id.value;
  const framework = ctx.state.frameworks.get(frameworkId);
  if (framework === undefined) {
    count(ctx.state.counters, 'invalid_status_updates');
    log(ctx, 'warn', { message: 'update of an unknown framework', frameworkId, taskId });
    return;
  }
  const record = agent.tasks.get(ownedKey(frameworkId, taskId));
  if (record === undefined && isGivenUp(framework, taskId)) {
    acknowledgeUnseen(ctx, agent, update);
    return;
  }
  sendUpdate(ctx, framework, update.status);
  if (record === undefined) {
    count(ctx.state.counters, 'invalid_status_updates');
    log(ctx, 'warn', { message: 'update of an unknown task', frameworkId, taskId });
    return;
  }
  count(ctx.state.counters, 'valid_status_updates');
  const before = record.task.state;
  applyUpdate(ctx, record, update);
  if (before !== record.task.state) {
    log(ctx, 'info', { message: 'task state', frameworkId, taskId, state: record.task.state });
  }
}

/** News of a task that the framework was told is lost: the agent need not keep them. */
function acknowledgeUnseen(
  ctx: Context,
  agent: Agent,
  { framework_id, status }: LinkAgentMessage_StatusUpdate,
): void {
  const { task_id, uuid } = status;
  if (uuid === undefined) return;
  sendAgent(ctx, agent, { type: 'ACKNOWLEDGE', acknowledge: { framework_id, task_id, uuid } });
}

/** ACKNOWLEDGE: forwarded to the agent; the one of the terminal update ends the task. */
export function handleAcknowledge(
  ctx: Context,
  framework: Framework,
  acknowledge: SchedulerCall_Acknowledge,
): void {
  const { agent_id, task_id, uuid } = acknowledge;
  const agent = ctx.state.agents.get(agent_id.value);
  if (agent?.link === undefined) {
    // The agent sends the update again when it is back, so a lost acknowledgement does no harm.
    count(ctx.state.counters, 'invalid_status_update_acknowledgements');
    return;
  }
  const record = agent.tasks.get(ownedKey(framework.id, task_id.value));
  if (record !== undefined && sameBytes(record.task.status_update_uuid, uuid)) {
    if (isTerminal(record.task.status_update_state ?? 'TASK_STAGING')) completeTask(ctx, record);
  }
  count(ctx.state.counters, 'valid_status_update_acknowledgements');
  sendAgent(ctx, agent, {
    type: 'ACKNOWLEDGE',
    acknowledge: { framework_id: { value: framework.id }, task_id, uuid },
  });
}
