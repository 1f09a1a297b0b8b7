/** Entries of the books: tasks and executors come and go here, and nowhere else. */
import type { Task } from '@stoke/protocol';
import { announceTask } from './announcements.ts';
import type { Context } from './context.ts';
import { count } from './counters.ts';
import { noteEnd } from './drain-records.ts';
import { changeHoldings } from './owned-resources.ts';
import type { ExecutorRecord, Framework, MasterState, TaskRecord } from './state.ts';
import { ownedKey } from './state.ts';

/** Enters a task; its resources are held already, by the offer or by the agent's report. */
export function addTask(ctx: Context, record: TaskRecord): void {
  const { state } = ctx;
  const taskId = record.task.task_id.value;
  const framework = state.frameworks.get(record.frameworkId);
  const agent = state.agents.get(record.agentId);
  framework?.tasks.set(taskId, record);
  agent?.tasks.set(ownedKey(record.frameworkId, taskId), record);
  changeHoldings(framework, agent);
  announceTask(ctx, record);
}

/** Gives a task's resources back to the allocator, once. */
export function releaseTask(ctx: Context, record: TaskRecord): void {
  if (record.released) return;
  record.released = true;
  const { agents, frameworks } = ctx.state;
  changeHoldings(frameworks.get(record.frameworkId), agents.get(record.agentId));
  ctx.state.allocator.recoverResources({
    frameworkId: record.frameworkId,
    agentId: record.agentId,
    resources: record.resources,
    nowMs: ctx.nowMs,
  });
}

function pushBounded(items: Task[], item: Task, limit: number): void {
  items.push(item);
  while (items.length > limit) items.shift();
}

function dropTask(ctx: Context, record: TaskRecord): Framework | undefined {
  releaseTask(ctx, record);
  const taskId = record.task.task_id.value;
  const framework = ctx.state.frameworks.get(record.frameworkId);
  framework?.tasks.delete(taskId);
  const agent = ctx.state.agents.get(record.agentId);
  agent?.tasks.delete(ownedKey(record.frameworkId, taskId));
  agent?.killed.get(record.frameworkId)?.delete(taskId);
  noteEnd(ctx.state, record.agentId);
  return framework;
}

/** Takes a task out of the books; it is remembered among the completed ones. */
export function completeTask(ctx: Context, record: TaskRecord): void {
  const framework = dropTask(ctx, record);
  if (framework === undefined) return;
  const { maxCompletedTasksPerFramework } = ctx.state.settings;
  pushBounded(framework.completedTasks, record.task, maxCompletedTasksPerFramework);
}

/** The framework was told that this task is lost for good: it must not go on unseen. */
export function isGivenUp(framework: Framework, taskId: string): boolean {
  return framework.completedTasks.some(
    (task) => task.task_id.value === taskId && task.state === 'TASK_LOST',
  );
}

/** Takes a task out of the books because its agent is out of reach; it may come back. */
export function parkTask(ctx: Context, record: TaskRecord): void {
  const framework = dropTask(ctx, record);
  if (framework === undefined) return;
  const parked = framework.unreachableTasks;
  parked.set(record.task.task_id.value, record.task);
  const oldest = parked.keys().next().value;
  if (parked.size > ctx.state.settings.maxUnreachableTasksPerFramework && oldest !== undefined) {
    parked.delete(oldest);
  }
}

/** Metrics speak of slaves where the v1 API speaks of agents. */
function metricName(name: string): string {
  return name.toLowerCase().replace('agent', 'slave');
}

/** Counts the end of a task for the metrics. */
export function countTerminal(state: MasterState, task: Task): void {
  const last = task.statuses?.at(-1);
  const name = task.state.toLowerCase();
  const framework = state.frameworks.get(task.framework_id.value);
  if (framework !== undefined) count(framework.counters, `tasks/terminal/${name}`);
  count(state.counters, `tasks_${name.replace(/^task_/, '')}`);
  const source = metricName(last?.source ?? 'SOURCE_MASTER');
  if (last?.reason === undefined) return;
  count(state.counters, `${name}/${source}/${metricName(last.reason)}`);
}

export function executorKey(agentId: string, executorId: string): string {
  return `${agentId}/${executorId}`;
}

export function addExecutor(state: MasterState, record: ExecutorRecord): void {
  const executorId = record.info.executor_id.value;
  const framework = state.frameworks.get(record.frameworkId);
  const agent = state.agents.get(record.agentId);
  framework?.executors.set(executorKey(record.agentId, executorId), record);
  agent?.executors.set(ownedKey(record.frameworkId, executorId), record);
  changeHoldings(framework, agent);
}

/** Takes an executor out of the books and gives its resources back. */
export function removeExecutor(ctx: Context, record: ExecutorRecord): void {
  const executorId = record.info.executor_id.value;
  const framework = ctx.state.frameworks.get(record.frameworkId);
  const agent = ctx.state.agents.get(record.agentId);
  framework?.executors.delete(executorKey(record.agentId, executorId));
  agent?.executors.delete(ownedKey(record.frameworkId, executorId));
  changeHoldings(framework, agent);
  ctx.state.allocator.recoverResources({
    frameworkId: record.frameworkId,
    agentId: record.agentId,
    resources: record.resources,
    nowMs: ctx.nowMs,
  });
}
