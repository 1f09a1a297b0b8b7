/** How a framework leaves: stream lost, failover time over, torn down. */
import { announceFrameworkRemoval, announceTaskUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, nowSeconds, sendAgent } from './context.ts';
import { noteEnd } from './drain-records.ts';
import { dropInverseOffers } from './inverse-offers.ts';
import { completeTask, countTerminal, removeExecutor } from './ledger.ts';
import { discardOffer, offersOf } from './offers.ts';
import type { Framework } from './state.ts';
import { isTerminal, masterStatus, recordStatus } from './task-states.ts';

export function failoverTimerKey(frameworkId: string): string {
  return `failover/${frameworkId}`;
}

/** Forgets the framework's stream; the caller decides whether it is closed. */
export function detachStream(ctx: Context, framework: Framework): void {
  const { stream } = framework;
  if (stream === undefined) return;
  framework.stream = undefined;
  ctx.state.streams.delete(stream);
  emit(ctx, { type: 'CANCEL_TIMER', key: `heartbeat/${stream}` });
}

/** Takes back what is offered to the framework, without telling it. */
export function dropOffers(ctx: Context, framework: Framework): void {
  for (const offer of offersOf(ctx, framework.offers)) discardOffer(ctx, offer);
  dropInverseOffers(ctx, framework);
}

/** The stream broke or was closed by the scheduler: Mesos scheduler API, "Disconnections". */
export function handleStreamClosed(ctx: Context, stream: string): void {
  const frameworkId = ctx.state.streams.get(stream);
  const framework = frameworkId === undefined ? undefined : ctx.state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  detachStream(ctx, framework);
  ctx.state.allocator.setFrameworkActive(framework.id, false);
  dropOffers(ctx, framework);
  const failoverMs = Math.max(0, (framework.info.failover_timeout ?? 0) * 1000);
  log(ctx, 'info', {
    message: 'framework disconnected',
    frameworkId: framework.id,
    failoverTimeoutMs: failoverMs,
  });
  emit(ctx, {
    type: 'SET_TIMER',
    key: failoverTimerKey(framework.id),
    delayMs: failoverMs,
    event: { type: 'FAILOVER_TIMEOUT', frameworkId: framework.id },
  });
}

export function handleFailoverTimeout(ctx: Context, frameworkId: string): void {
  const framework = ctx.state.frameworks.get(frameworkId);
  if (framework === undefined || framework.stream !== undefined) return;
  log(ctx, 'info', { message: 'framework failover timeout over', frameworkId });
  removeFramework(ctx, framework);
}

function killTasks(ctx: Context, framework: Framework): void {
  for (const record of [...framework.tasks.values()]) {
    const { task } = record;
    if (!isTerminal(task.state)) {
      task.state = 'TASK_KILLED';
      const status = masterStatus({
        taskId: task.task_id.value,
        agentId: record.agentId,
        executorId: task.executor_id?.value,
        state: 'TASK_KILLED',
        reason: 'REASON_FRAMEWORK_REMOVED',
        message: `Framework ${framework.id} removed`,
        timestamp: nowSeconds(ctx),
      });
      recordStatus(task, status);
      announceTaskUpdate(ctx, record, status);
      countTerminal(ctx.state, task);
    }
    completeTask(ctx, record);
  }
}

function rememberCompleted(ctx: Context, framework: Framework): void {
  const { completedFrameworks, settings } = ctx.state;
  completedFrameworks.set(framework.id, framework);
  const oldest = completedFrameworks.keys().next().value;
  if (completedFrameworks.size > settings.maxCompletedFrameworks && oldest !== undefined) {
    completedFrameworks.delete(oldest);
  }
}

/** Ends a framework: its tasks are killed everywhere, its stream ends, its id is spent. */
export function removeFramework(ctx: Context, framework: Framework): void {
  const { state } = ctx;
  for (const agent of state.agents.values()) {
    sendAgent(ctx, agent, {
      type: 'SHUTDOWN_FRAMEWORK',
      shutdown_framework: { framework_id: { value: framework.id } },
    });
    agent.killed.delete(framework.id);
    for (const [key, { framework_id }] of agent.operations) {
      if (framework_id?.value === framework.id) agent.operations.delete(key);
    }
    agent.inverseAnswers.delete(framework.id);
    noteEnd(state, agent.id);
  }
  dropOffers(ctx, framework);
  killTasks(ctx, framework);
  for (const record of [...framework.executors.values()]) removeExecutor(ctx, record);
  for (const task of framework.unreachableTasks.values()) framework.completedTasks.push(task);
  framework.unreachableTasks.clear();
  const { stream } = framework;
  detachStream(ctx, framework);
  if (stream !== undefined) emit(ctx, { type: 'CLOSE_STREAM', stream });
  emit(ctx, { type: 'CANCEL_TIMER', key: failoverTimerKey(framework.id) });
  state.allocator.removeFramework(framework.id);
  state.frameworks.delete(framework.id);
  announceFrameworkRemoval(ctx, framework);
  framework.unregisteredMs = ctx.nowMs;
  rememberCompleted(ctx, framework);
  log(ctx, 'info', { message: 'framework removed', frameworkId: framework.id });
}
