/** A task as master and operators see it, and its step from waiting to being in the executor's hands. */
import type { Task, TaskInfo } from '@stoke/protocol';
import { storeTask } from './records.ts';
import type { Executor, Framework, TaskEntry } from './state.ts';
import type { Turn } from './turn.ts';

/** The shape under which masters and operators see a task. */
export function newTaskEntry(framework: Framework, executor: Executor, info: TaskInfo): TaskEntry {
  const task: Task = {
    name: info.name,
    task_id: info.task_id,
    framework_id: { value: framework.id },
    agent_id: info.agent_id,
    state: 'TASK_STAGING',
    ...(executor.kind !== 'command' ? { executor_id: { value: executor.id } } : {}),
    ...(info.resources === undefined ? {} : { resources: info.resources }),
    ...(info.labels === undefined ? {} : { labels: info.labels }),
    ...(info.discovery === undefined ? {} : { discovery: info.discovery }),
    ...(info.container === undefined ? {} : { container: info.container }),
    ...(info.health_check === undefined ? {} : { health_check: info.health_check }),
    ...(info.kill_policy === undefined ? {} : { kill_policy: info.kill_policy }),
    ...(info.limits === undefined ? {} : { limits: info.limits }),
    ...userOf(info),
  };
  return { info, task, seen: [] };
}

function userOf(info: TaskInfo): { readonly user?: string } {
  const user = info.command?.user ?? info.executor?.command?.user;
  return user === undefined ? {} : { user };
}

/** The task counts as handed over: stored as such before anybody acts on it. */
export function moveToLaunched(
  turn: Turn,
  framework: Framework,
  { executor, info }: { readonly executor: Executor; readonly info: TaskInfo },
): void {
  const entry = newTaskEntry(framework, executor, info);
  executor.queued.delete(info.task_id.value);
  executor.tasks.set(info.task_id.value, entry);
  storeTask(turn, executor, entry);
}
