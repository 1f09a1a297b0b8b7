/** From RUN_TASK_GROUP to its tasks with their executor, or to the updates that say why not. */
import type { LinkMasterMessage_RunTaskGroup, TaskInfo } from '@stoke/protocol';
import { deliverTasks } from './custom-executor.ts';
import { launchNested } from './default-executor.ts';
import { resizeExecutor } from './executor-resources.ts';
import {
  createExecutor,
  type Refusal,
  refuseTask,
  rememberFramework,
  startExecutor,
  whyRefused,
} from './launch.ts';
import { storeQueuedTask } from './records.ts';
import type { Framework } from './state.ts';
import { newTaskEntry } from './task-entry.ts';
import { formatUuid, logEvent, type Turn } from './turn.ts';

/** The master wants the tasks run together. */
export function runTaskGroup(turn: Turn, message: LinkMasterMessage_RunTaskGroup): void {
  const framework = rememberFramework(turn, message.framework_info);
  const tasks = (message.task_group.tasks ?? []).map((task) => ({
    ...task,
    executor: message.executor,
  }));
  const [first] = tasks;
  if (first === undefined) return;
  const refusal = groupRefusal(turn, framework, { message, tasks });
  if (refusal !== undefined) {
    for (const task of tasks) refuseTask(turn, framework, { task, ...refusal });
    return;
  }
  const existing = framework.executors.get(message.executor.executor_id.value);
  const executor = existing ?? createExecutor(turn, framework, first);
  const group = formatUuid(turn.chance.newUuid());
  for (const task of tasks) {
    const taskId = task.task_id.value;
    executor.groups.set(taskId, group);
    executor.queued.set(taskId, task);
    framework.owners.set(taskId, executor);
    storeQueuedTask(turn, executor, newTaskEntry(framework, executor, task));
  }
  logEvent(turn, 'task group accepted', {
    frameworkId: framework.id,
    taskIds: tasks.map((task) => task.task_id.value),
    executorId: executor.id,
    containerId: executor.containerId,
  });
  if (executor.kind === 'default') launchNested(turn, framework, executor);
  else if (existing === undefined) startExecutor(turn, framework, { executor, task: first });
  else {
    resizeExecutor(turn, executor);
    deliverTasks(turn, framework, executor);
  }
}

/** What keeps one task from running keeps the whole group. */
function groupRefusal(
  turn: Turn,
  framework: Framework,
  group: { readonly message: LinkMasterMessage_RunTaskGroup; readonly tasks: readonly TaskInfo[] },
): Refusal | undefined {
  const { framework_info, launch_executor, resource_version_uuid } = group.message;
  const plan = {
    framework_info,
    ...(launch_executor === undefined ? {} : { launch_executor }),
    ...(resource_version_uuid === undefined ? {} : { resource_version_uuid }),
  };
  for (const task of group.tasks) {
    const refusal = whyRefused(turn, framework, { ...plan, task });
    if (refusal?.reason === 'REASON_TASK_INVALID') {
      return { ...refusal, reason: 'REASON_TASK_GROUP_INVALID' };
    }
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
