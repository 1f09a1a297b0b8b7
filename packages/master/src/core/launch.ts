/** One task goes to its agent. */
import type { ExecutorInfo, Resource, Task, TaskInfo } from '@stoke/protocol';
import {
  allocate,
  isEmpty,
  type Resources,
  resourcesFromTrustedWire,
  toPostRefinement,
} from '@stoke/resources';
import { versionOf } from './agent-records.ts';
import { inferHealthCheckType } from './check-validation.ts';
import type { Context } from './context.ts';
import { log, sendAgent } from './context.ts';
import { addExecutor, addTask } from './ledger.ts';
import { shapeOf } from './resource-shapes.ts';
import { sharedLabels } from './shared-parts.ts';
import { takeCost } from './shared-volumes.ts';
import type { Framework } from './state.ts';
import { ownedKey } from './state.ts';
import type { LaunchScene } from './task-validation.ts';
import { launchCost, taskProblems } from './task-validation.ts';

export type LaunchResult =
  | { readonly ok: true; readonly rest: Resources }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Resources in the new form, allocated to the role of the offer; invalid ones stay to be judged. */
export function intoRole(wire: readonly Resource[], role: string): Resource[] {
  const resources = resourcesFromTrustedWire(wire);
  const isWhole = wire.every((entry) => entry.type !== 'SCALAR' || (entry.scalar?.value ?? 0) > 0);
  if (!isWhole || (isEmpty(resources) && wire.length > 0)) return [...wire];
  return toPostRefinement(allocate(resources, role));
}

function prepareExecutor(executor: ExecutorInfo, framework: Framework, role: string): ExecutorInfo {
  return {
    type: 'CUSTOM',
    framework_id: { value: framework.id },
    ...executor,
    ...(executor.resources === undefined ? {} : { resources: intoRole(executor.resources, role) }),
  };
}

/** The task as master and agent keep it: what old frameworks leave out is filled in. */
export function prepareTask(task: TaskInfo, framework: Framework, role: string): TaskInfo {
  const { health_check, executor } = task;
  return {
    ...task,
    resources: shapeOf(intoRole(task.resources ?? [], role)).wire,
    ...(health_check === undefined ? {} : { health_check: inferHealthCheckType(health_check) }),
    ...(executor === undefined ? {} : { executor: prepareExecutor(executor, framework, role) }),
  };
}

function present<K extends keyof TaskInfo>(task: TaskInfo, keys: readonly K[]): Pick<TaskInfo, K> {
  return Object.fromEntries(
    keys.filter((key) => task[key] !== undefined).map((key) => [key, task[key]]),
  ) as Pick<TaskInfo, K>;
}

/** The task as the books have it; what it has in common with others is kept once. */
export function taskEntry(
  task: TaskInfo,
  { framework, agent }: Pick<LaunchScene, 'framework' | 'agent'>,
): Task {
  const user = task.command?.user ?? task.executor?.command?.user;
  const executorId = task.executor?.executor_id;
  return {
    name: task.name,
    task_id: task.task_id,
    framework_id: framework.info.id ?? { value: framework.id },
    ...(executorId === undefined ? {} : { executor_id: executorId }),
    agent_id: agent.info.id ?? task.agent_id,
    state: 'TASK_STAGING',
    ...present(task, [
      'resources',
      'discovery',
      'container',
      'health_check',
      'kill_policy',
      'limits',
    ]),
    ...sharedLabels(task),
    ...(user === undefined ? {} : { user }),
  };
}

/** Puts a new executor into the books; false when it runs already. */
export function enterExecutor(
  ctx: Context,
  executor: ExecutorInfo | undefined,
  { framework, agent }: Pick<LaunchScene, 'framework' | 'agent'>,
): boolean {
  if (executor === undefined) return true;
  if (agent.executors.has(ownedKey(framework.id, executor.executor_id.value))) return false;
  addExecutor(ctx.state, {
    info: executor,
    frameworkId: framework.id,
    agentId: agent.id,
    resources: resourcesFromTrustedWire(executor.resources ?? []),
  });
  return true;
}

/** Launches a task out of `scene.available`; the rest is what remains there. */
export function launchTask(ctx: Context, scene: LaunchScene, wanted: TaskInfo): LaunchResult {
  const { framework, agent, available } = scene;
  const role = available.items[0]?.allocatedTo ?? framework.roles[0] ?? '*';
  const task = prepareTask(wanted, framework, role);
  const problems = taskProblems(task, scene);
  if (problems.length > 0) {
    log(ctx, 'warn', { message: 'task refused', taskId: task.task_id.value, problems });
    return { ok: false, problems };
  }
  const cost = launchCost(task, scene);
  const launchExecutor = enterExecutor(ctx, task.executor, scene);
  addTask(ctx, {
    task: taskEntry(task, scene),
    frameworkId: framework.id,
    agentId: agent.id,
    resources: cost.task,
    released: false,
  });
  sendAgent(ctx, agent, {
    type: 'RUN_TASK',
    run_task: {
      framework_info: framework.info,
      task,
      launch_executor: launchExecutor,
      ...versionOf(agent),
    },
  });
  log(ctx, 'info', {
    message: 'task launched',
    taskId: task.task_id.value,
    frameworkId: framework.id,
    agentId: agent.id,
  });
  return { ok: true, rest: takeCost(ctx, scene, cost.total) };
}
