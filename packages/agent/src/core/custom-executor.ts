/** Executors that are programs of their own and speak the v1 executor API. */
import type { ExecutorCall, ExecutorEvent, KillPolicy, TaskStatus } from '@stoke/protocol';
import { containerStatus } from './container-status.ts';
import { durationInfoMs } from './durations.ts';
import { resizeExecutor } from './executor-resources.ts';
import { hideVolumes, noteVolumes, showVolumes, tasksWith } from './executor-volumes.ts';
import {
  droppedState,
  type EndCause,
  type Executor,
  type Framework,
  groupOf,
  isTerminal,
} from './state.ts';
import { moveToLaunched } from './task-entry.ts';
import { cancelTimer, logEvent, setTimer, type Turn } from './turn.ts';
import { queueUpdate, reportTask } from './update-streams.ts';

/** Executors are told that the agent lives, but rarely. */
const heartbeatMs = 30 * 60_000;

/** The program runs and has to subscribe in time. */
export function customStarted(turn: Turn, executor: Executor): void {
  // A quick executor subscribes before the agent hears that its process started.
  if (executor.connection !== undefined) return;
  executor.phase = 'registering';
  const timer = { kind: 'executor-registration', containerId: executor.containerId } as const;
  setTimer(turn, timer, turn.state.settings.registrationTimeoutMs);
}

/** A SUBSCRIBE call whose stream is open; one connection replaces another. */
export function executorSubscribed(
  turn: Turn,
  framework: Framework,
  subscription: {
    readonly executor: Executor;
    readonly call: ExecutorCall;
    readonly connection: string;
  },
): void {
  const { executor, call, connection } = subscription;
  if (executor.phase === 'terminating' || executor.phase === 'terminated') {
    turn.effects.push({ type: 'send-executor', connection, event: { type: 'SHUTDOWN' } });
    turn.effects.push({ type: 'close-executor', connection });
    return;
  }
  if (executor.connection !== undefined) {
    turn.effects.push({ type: 'close-executor', connection: executor.connection });
  }
  const { containerId } = executor;
  executor.connection = connection;
  executor.phase = 'running';
  cancelTimer(turn, { kind: 'executor-registration', containerId });
  cancelTimer(turn, { kind: 'executor-reregistration', containerId });
  setTimer(turn, { kind: 'executor-heartbeat', containerId }, heartbeatMs);
  logEvent(turn, 'executor subscribed', { frameworkId: framework.id, executorId: executor.id });
  sendToExecutor(turn, executor, {
    type: 'SUBSCRIBED',
    subscribed: {
      executor_info: executor.info,
      framework_info: framework.info,
      agent_info: turn.state.info,
      container_id: { value: containerId },
    },
  });
  takeUpStaleWork(turn, framework, { executor, call });
  deliverTasks(turn, framework, executor);
  if (executor.tasks.size + executor.queued.size === 0) shutdownExecutor(turn, framework, executor);
}

/** What the executor says it has not heard about, after the agent or the connection was away. */
function takeUpStaleWork(
  turn: Turn,
  framework: Framework,
  { executor, call }: { readonly executor: Executor; readonly call: ExecutorCall },
): void {
  for (const { status } of call.subscribe?.unacknowledged_updates ?? []) {
    executorUpdate(turn, framework, { executor, status });
  }
  const received = new Set(
    (call.subscribe?.unacknowledged_tasks ?? []).map((task) => task.task_id.value),
  );
  for (const { info, task } of [...executor.tasks.values()]) {
    if (task.state !== 'TASK_STAGING' || received.has(info.task_id.value)) continue;
    reportTask(turn, framework, {
      taskId: info.task_id.value,
      state: droppedState(framework.info),
      source: 'SOURCE_AGENT',
      reason: 'REASON_AGENT_RESTARTED',
      message: 'Task launched during agent restart',
      executorId: executor.id,
    });
  }
  for (const [taskId, policy] of executor.pendingKills)
    sendKill(turn, executor, { taskId, policy });
  executor.pendingKills.clear();
}

/** Hands queued tasks to a subscribed executor; updates name its pid, so that has to be known first. */
export function deliverTasks(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.connection === undefined || executor.pid === undefined) return;
  for (const taskId of [...executor.queued.keys()]) {
    const tasks = groupOf(executor, taskId).flatMap((id) => executor.queued.get(id) ?? []);
    const [first] = tasks;
    if (first === undefined || !showVolumes(turn, executor, tasks)) continue;
    for (const info of tasks) moveToLaunched(turn, framework, { executor, info });
    const event: ExecutorEvent = executor.groups.has(taskId)
      ? { type: 'LAUNCH_GROUP', launch_group: { task_group: { tasks } } }
      : { type: 'LAUNCH', launch: { task: first } };
    sendToExecutor(turn, executor, event);
  }
}

/** The container sees the volumes of tasks that wait for them; if it cannot, they fail. */
export function volumesLinked(
  turn: Turn,
  framework: Framework,
  answer: {
    readonly executor: Executor;
    readonly paths: readonly string[];
    readonly problem: string | undefined;
  },
): void {
  const { executor, paths, problem } = answer;
  noteVolumes(executor, paths, problem === undefined);
  if (problem !== undefined) {
    for (const taskId of tasksWith(turn, executor, paths)) {
      endQueued(turn, framework, {
        executor,
        taskId,
        state: 'TASK_FAILED',
        reason: 'REASON_CONTAINER_UPDATE_FAILED',
        message: `Cannot show the volumes of the task in the container that runs: ${problem}`,
      });
    }
  }
  deliverTasks(turn, framework, executor);
  hideVolumes(turn, executor);
}

/** A task that was not delivered ends, with its group; the executor too when it is left with nothing to do. */
export function endQueued(
  turn: Turn,
  framework: Framework,
  end: EndCause & { readonly executor: Executor; readonly taskId: string },
): void {
  const { executor, taskId, state, reason, message } = end;
  const ended = groupOf(executor, taskId).flatMap((id) => executor.queued.get(id) ?? []);
  for (const info of ended) {
    moveToLaunched(turn, framework, { executor, info });
    reportTask(turn, framework, {
      taskId: info.task_id.value,
      state,
      source: 'SOURCE_AGENT',
      reason,
      message,
      executorId: executor.id,
    });
  }
  if (executor.queued.size > 0 || executor.tasks.size > ended.length) return;
  shutdownExecutor(turn, framework, executor);
}

/** An UPDATE call: stored, passed on, and acknowledged to the executor once it is on disk. */
export function executorUpdate(
  turn: Turn,
  framework: Framework,
  { executor, status }: { readonly executor: Executor; readonly status: TaskStatus },
): void {
  const { info, settings } = turn.state;
  const known = executor.tasks.has(status.task_id.value);
  queueUpdate(turn, framework, {
    ...status,
    timestamp: status.timestamp ?? turn.nowMs / 1000,
    ...(info.id === undefined ? {} : { agent_id: info.id }),
    ...(known
      ? { container_status: { ...containerStatus(settings, executor), ...status.container_status } }
      : {}),
  });
  if (known && isTerminal(status.state)) {
    resizeExecutor(turn, executor);
    hideVolumes(turn, executor);
  }
  // As Mesos: the update of a task that is not of this executor goes on, but is not acknowledged.
  if (status.uuid === undefined || !known) return;
  sendToExecutor(turn, executor, {
    type: 'ACKNOWLEDGED',
    acknowledged: { task_id: status.task_id, uuid: status.uuid },
  });
}

/** KILL of a delivered task. */
export function killOnExecutor(
  turn: Turn,
  executor: Executor,
  kill: { readonly taskId: string; readonly policy: KillPolicy | undefined },
): void {
  const entry = executor.tasks.get(kill.taskId);
  if (entry === undefined || isTerminal(entry.task.state)) return;
  if (executor.connection === undefined) executor.pendingKills.set(kill.taskId, kill.policy);
  else sendKill(turn, executor, kill);
}

function sendKill(
  turn: Turn,
  executor: Executor,
  { taskId, policy }: { readonly taskId: string; readonly policy: KillPolicy | undefined },
): void {
  sendToExecutor(turn, executor, {
    type: 'KILL',
    kill: { task_id: { value: taskId }, ...(policy === undefined ? {} : { kill_policy: policy }) },
  });
}

/** Asks an executor to end, and makes it end when the grace period is over. */
export function shutdownExecutor(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.phase === 'terminated' || executor.phase === 'terminating') return;
  const { containerId, connection } = executor;
  executor.phase = 'terminating';
  cancelTimer(turn, { kind: 'executor-registration', containerId });
  logEvent(turn, 'executor is shut down', { frameworkId: framework.id, executorId: executor.id });
  if (connection === undefined) {
    turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGKILL' });
  } else {
    sendToExecutor(turn, executor, { type: 'SHUTDOWN' });
  }
  const grace = executor.info.shutdown_grace_period;
  const graceMs = grace === undefined ? turn.state.settings.shutdownGraceMs : durationInfoMs(grace);
  setTimer(turn, { kind: 'kill-escalation', containerId }, graceMs);
}

export function sendToExecutor(turn: Turn, executor: Executor, event: ExecutorEvent): void {
  if (executor.connection === undefined) return;
  turn.effects.push({ type: 'send-executor', connection: executor.connection, event });
}

/** Tells a quiet executor that the agent is there. */
export function heartbeat(turn: Turn, executor: Executor): void {
  sendToExecutor(turn, executor, { type: 'HEARTBEAT' });
  setTimer(turn, { kind: 'executor-heartbeat', containerId: executor.containerId }, heartbeatMs);
}
