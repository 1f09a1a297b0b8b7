/** A group of tasks goes to its agent, all or none. */
import type { Offer_Operation_LaunchGroup } from '@stoke/protocol';
import { versionOf } from './agent-records.ts';
import { type Context, log, sendAgent } from './context.ts';
import { groupCost, groupProblems, type PreparedGroup, taskGroupOf } from './group-validation.ts';
import { enterExecutor, intoRole, type LaunchResult, prepareTask, taskEntry } from './launch.ts';
import { addTask } from './ledger.ts';
import { shapeOf } from './resource-shapes.ts';
import { takeCost } from './shared-volumes.ts';
import type { LaunchScene } from './task-validation.ts';

/** Launches the group out of `scene.available`; the rest is what remains there. */
export function launchGroup(
  ctx: Context,
  scene: LaunchScene,
  wanted: Offer_Operation_LaunchGroup,
): LaunchResult {
  const group = prepareGroup(scene, wanted);
  if (group.tasks.length === 0) return { ok: false, problems: ['The task group has no tasks'] };
  const problems = groupProblems(group, scene);
  const executorId = group.executor.executor_id.value;
  if (problems.length > 0) {
    log(ctx, 'warn', { message: 'task group refused', executorId, problems });
    return { ok: false, problems };
  }
  const { framework, agent } = scene;
  const cost = groupCost(group, scene);
  const launchExecutor = enterExecutor(ctx, group.executor, scene);
  const taskGroup = taskGroupOf(group);
  for (const task of taskGroup.tasks ?? []) {
    addTask(ctx, {
      task: taskEntry(task, scene),
      frameworkId: framework.id,
      agentId: agent.id,
      resources: shapeOf(task.resources ?? []).resources,
      released: false,
    });
  }
  sendAgent(ctx, agent, {
    type: 'RUN_TASK_GROUP',
    run_task_group: {
      framework_info: framework.info,
      executor: group.executor,
      task_group: taskGroup,
      launch_executor: launchExecutor,
      ...versionOf(agent),
    },
  });
  log(ctx, 'info', {
    message: 'task group launched',
    taskIds: group.tasks.map((task) => task.task_id.value),
    executorId,
    frameworkId: framework.id,
    agentId: agent.id,
  });
  return { ok: true, rest: takeCost(ctx, scene, cost) };
}

/** What old frameworks leave out is filled in; unlike for LAUNCH not the framework of the executor. */
function prepareGroup(
  { framework, available }: LaunchScene,
  { executor, task_group }: Offer_Operation_LaunchGroup,
): PreparedGroup {
  const role = available.items[0]?.allocatedTo ?? framework.roles[0] ?? '*';
  const resources =
    executor.resources === undefined ? {} : { resources: intoRole(executor.resources, role) };
  return {
    executor: { ...executor, ...resources },
    tasks: (task_group.tasks ?? []).map((task) => prepareTask(task, framework, role)),
  };
}
