/**
 * Status updates on their way to the framework: per task a queue, one in flight, kept on disk until acknowledged.
 * Invariant: an update is stored before it is sent, because effects after a `store` wait for it to be durable.
 */
import type { TaskState, TaskStatus } from '@stoke/protocol';
import { asDrained } from './drain-status.ts';
import { forgetTask, forgetUpdate, storeTask, storeUpdate } from './records.ts';
import { retireIfDone } from './retirement.ts';
import {
  type Counters,
  type Executor,
  type Framework,
  findTask,
  isTerminal,
  type TaskEntry,
  type UpdateStream,
} from './state.ts';
import { cancelTimer, logEvent, setTimer, type Turn, uuidKey } from './turn.ts';

const firstRetryMs = 10_000;
const longestRetryMs = 600_000;
const maxCompletedTasks = 200;
/** Executors send again only what was not acknowledged to them, which is little. */
const maxSeen = 100;

/** What an update says besides what every update says. */
export interface UpdateContent {
  readonly taskId: string;
  readonly state: TaskState;
  readonly source: NonNullable<TaskStatus['source']>;
  readonly executorId?: string;
  readonly reason?: TaskStatus['reason'];
  readonly message?: string;
  readonly data?: Uint8Array | undefined;
  readonly containerStatus?: TaskStatus['container_status'];
  readonly limitation?: TaskStatus['limitation'];
  readonly healthy?: boolean | undefined;
  readonly checkStatus?: TaskStatus['check_status'];
}

/** Makes an update of the agent's own and queues it. */
export function reportTask(turn: Turn, framework: Framework, content: UpdateContent): void {
  const { state, source, reason, message, containerStatus, limitation } = content;
  const agentId = turn.state.info.id;
  queueUpdate(turn, framework, {
    task_id: { value: content.taskId },
    state,
    source,
    timestamp: turn.nowMs / 1000,
    uuid: turn.chance.newUuid(),
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    ...(content.data === undefined ? {} : { data: content.data }),
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(content.executorId === undefined ? {} : { executor_id: { value: content.executorId } }),
    ...(containerStatus === undefined ? {} : { container_status: containerStatus }),
    ...(limitation === undefined ? {} : { limitation }),
    ...(content.healthy === undefined ? {} : { healthy: content.healthy }),
    ...(content.checkStatus === undefined ? {} : { check_status: content.checkStatus }),
  });
}

/** Queues an update, unless it was seen before or comes after the task's end. Its uuid must be set. */
export function queueUpdate(turn: Turn, framework: Framework, told: TaskStatus): void {
  if (framework.terminating) return;
  const status = asDrained(turn, framework, told);
  const known = findTask(framework, status.task_id.value);
  const stream = streamOf(framework, status.task_id.value);
  if (isRepetition(stream, status, known?.entry)) return;
  if (hasEnded(stream)) {
    turn.state.counters.invalidUpdates += 1;
    return;
  }
  const update = { sequence: turn.state.nextSequence, status };
  turn.state.nextSequence += 1;
  stream.pending.push(update);
  turn.state.counters.validUpdates += 1;
  countEnd(turn.state.counters, status.state);
  if (known?.entry !== undefined) applyToTask(turn, known.executor, known.entry, status);
  storeUpdate(turn, framework.id, update);
  logEvent(turn, 'task update', {
    frameworkId: framework.id,
    taskId: status.task_id.value,
    state: status.state,
    reason: status.reason,
  });
  if (stream.pending.length === 1) sendFirst(turn, stream);
}

function streamOf(framework: Framework, taskId: string): UpdateStream {
  const existing = framework.streams.get(taskId);
  if (existing !== undefined) return existing;
  const stream: UpdateStream = {
    frameworkId: framework.id,
    taskId,
    pending: [],
    retryMs: firstRetryMs,
    lastAcknowledged: undefined,
  };
  framework.streams.set(taskId, stream);
  return stream;
}

function isRepetition(
  stream: UpdateStream,
  status: TaskStatus,
  entry: TaskEntry | undefined,
): boolean {
  if (status.uuid === undefined) return false;
  const uuid = uuidKey(status.uuid);
  if (stream.lastAcknowledged === uuid || entry?.seen.includes(uuid) === true) return true;
  return stream.pending.some((one) => one.status.uuid && uuidKey(one.status.uuid) === uuid);
}

function hasEnded(stream: UpdateStream): boolean {
  const last = stream.pending.at(-1);
  return last !== undefined && isTerminal(last.status.state);
}

function applyToTask(turn: Turn, executor: Executor, entry: TaskEntry, status: TaskStatus): void {
  const { task } = entry;
  task.state = status.state;
  const { data: _dropped, ...kept } = status;
  const statuses = task.statuses ?? [];
  if (statuses.at(-1)?.state === status.state) statuses.pop();
  task.statuses = [...statuses, kept];
  if (status.uuid !== undefined) entry.seen.push(uuidKey(status.uuid));
  if (entry.seen.length > maxSeen) entry.seen.shift();
  storeTask(turn, executor, entry);
}

function countEnd(counters: Counters, state: TaskState): void {
  if (state === 'TASK_FINISHED') counters.tasksFinished += 1;
  else if (state === 'TASK_FAILED') counters.tasksFailed += 1;
  else if (state === 'TASK_KILLED') counters.tasksKilled += 1;
  else if (state === 'TASK_LOST') counters.tasksLost += 1;
  else if (state === 'TASK_GONE') counters.tasksGone += 1;
}

/** Sends the oldest update of a stream, when there is a master to send it to. */
function sendFirst(turn: Turn, stream: UpdateStream): void {
  const first = stream.pending[0];
  if (first === undefined || turn.state.link !== 'registered') return;
  const framework = turn.state.frameworks.get(stream.frameworkId);
  const known = framework === undefined ? undefined : findTask(framework, stream.taskId);
  const task = known?.entry?.task;
  if (task !== undefined) {
    task.status_update_state = first.status.state;
    if (first.status.uuid !== undefined) task.status_update_uuid = first.status.uuid;
  }
  turn.effects.push({
    type: 'send-master',
    message: {
      type: 'STATUS_UPDATE',
      status_update: {
        framework_id: { value: stream.frameworkId },
        status: first.status,
        latest_state: stream.pending.at(-1)?.status.state ?? first.status.state,
      },
    },
  });
  setTimer(
    turn,
    { kind: 'update-retry', frameworkId: stream.frameworkId, taskId: stream.taskId },
    stream.retryMs,
  );
}

/** The retry timer rang: the master or the framework did not answer. */
export function retryUpdate(turn: Turn, frameworkId: string, taskId: string): void {
  const stream = turn.state.frameworks.get(frameworkId)?.streams.get(taskId);
  if (stream === undefined) return;
  stream.retryMs = Math.min(stream.retryMs * 2, longestRetryMs);
  sendFirst(turn, stream);
}

/** A new link or a new scheduler: whatever is unacknowledged goes out again at once. */
export function resendUpdates(turn: Turn, framework: Framework): void {
  for (const stream of framework.streams.values()) {
    stream.retryMs = firstRetryMs;
    sendFirst(turn, stream);
  }
}

/** The framework has the update: the next one may go, and after a terminal one the task is over. */
export function acknowledgeUpdate(
  turn: Turn,
  acknowledgement: {
    readonly frameworkId: string;
    readonly taskId: string;
    readonly uuid: Uint8Array;
  },
): void {
  const { frameworkId, taskId, uuid } = acknowledgement;
  const framework = turn.state.frameworks.get(frameworkId);
  const stream = framework?.streams.get(taskId);
  const first = stream?.pending[0];
  if (framework === undefined || stream === undefined) return;
  if (first?.status.uuid === undefined) return;
  if (uuidKey(first.status.uuid) !== uuidKey(uuid)) return;
  stream.pending.shift();
  stream.lastAcknowledged = uuidKey(uuid);
  stream.retryMs = firstRetryMs;
  cancelTimer(turn, { kind: 'update-retry', frameworkId, taskId });
  forgetUpdate(turn, frameworkId, first);
  if (isTerminal(first.status.state)) {
    framework.streams.delete(taskId);
    completeTask(turn, framework, taskId);
  } else if (stream.pending.length > 0) {
    sendFirst(turn, stream);
  } else if (!framework.owners.has(taskId)) {
    framework.streams.delete(taskId);
    retireIfDone(turn, framework, undefined);
  }
}

function completeTask(turn: Turn, framework: Framework, taskId: string): void {
  const known = findTask(framework, taskId);
  if (known?.entry !== undefined) {
    known.executor.tasks.delete(taskId);
    framework.owners.delete(taskId);
    known.executor.groups.delete(taskId);
    known.executor.completedTasks.push(known.entry.task);
    if (known.executor.completedTasks.length > maxCompletedTasks)
      known.executor.completedTasks.shift();
    forgetTask(turn, known.executor, taskId);
  }
  retireIfDone(turn, framework, known?.executor);
}

/** The framework is torn down: nobody will acknowledge anything. */
export function dropStreams(turn: Turn, framework: Framework): void {
  for (const { taskId, pending } of framework.streams.values()) {
    cancelTimer(turn, { kind: 'update-retry', frameworkId: framework.id, taskId });
    for (const update of pending) forgetUpdate(turn, framework.id, update);
  }
  framework.streams.clear();
}
