/** Validation of tasks to launch: every problem, in the order and words of Mesos. */
import type { ExecutorInfo, Resource, TaskInfo } from '@stoke/protocol';
import { ExecutorInfo as ExecutorInfoType, encodeJson, idProblem } from '@stoke/protocol';
import {
  addResources,
  containsResources,
  equalResources,
  isEmpty,
  NO_RESOURCES,
  type Resources,
  resourceProblems,
  resourcesFromTrustedWire,
} from '@stoke/resources';
import {
  checkProblems,
  commandProblems,
  containerProblems,
  healthCheckProblems,
} from './check-validation.ts';
import { shapeOf } from './resource-shapes.ts';
import { offeredText, resourcesText, wireResourceText } from './resource-text.ts';
import { coversCost } from './shared-volumes.ts';
import type { Agent, Framework } from './state.ts';
import { ownedKey } from './state.ts';

/** What a task is judged against. */
export type LaunchScene = {
  readonly framework: Framework;
  readonly agent: Agent;
  /** What is left of the offers, allocated. */
  readonly available: Resources;
};

function listOf(problem: string | undefined): string[] {
  return problem === undefined ? [] : [problem];
}

function prefixed(prefix: string, problems: readonly string[]): string[] {
  return problems.map((problem) => `${prefix}${problem}`);
}

function identityProblems(task: TaskInfo, scene: LaunchScene): string[] {
  const id = task.task_id.value;
  const { framework, agent } = scene;
  const problems = listOf(idProblem(id));
  if (framework.tasks.has(id) || framework.unreachableTasks.has(id)) {
    problems.push(`Task has duplicate ID: ${id}`);
  }
  if (task.agent_id.value !== agent.id) {
    problems.push(
      `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`,
    );
  }
  return problems;
}

function durationProblems(task: TaskInfo): string[] {
  const problems: string[] = [];
  if ((task.kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    problems.push("Task's 'kill_policy.grace_period' must be non-negative");
  }
  if ((task.max_completion_time?.nanoseconds ?? 0) < 0) {
    problems.push("Task's 'max_completion_time' must be non-negative");
  }
  return problems;
}

export function wireResourceProblems(resources: readonly Resource[], what: string): string[] {
  return resources.flatMap((resource) => {
    if (resource.type === 'SCALAR' && !((resource.scalar?.value ?? 0) > 0)) {
      return [
        `Resource '${wireResourceText(resource)}' is invalid: Invalid scalar resource: value <= 0`,
      ];
    }
    return prefixed(`${what} uses invalid resources: `, resourceProblems(resource));
  });
}

function persistenceIdProblems(resources: readonly Resource[]): string[] {
  const ids = resources.flatMap((resource) => resource.disk?.persistence?.id ?? []);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  return duplicate === undefined
    ? []
    : [`Task uses duplicate persistence ID: Persistence ID '${duplicate}' is not unique`];
}

function revocableMixProblems(resources: readonly Resource[]): string[] {
  const names = new Set(resources.map((resource) => resource.name));
  const mixed = [...names].filter((name) => {
    const same = resources.filter((resource) => resource.name === name);
    return new Set(same.map((resource) => resource.revocable !== undefined)).size > 1;
  });
  return mixed.map(
    (name) => `Cannot use both revocable and non-revocable '${name}' at the same time`,
  );
}

function limitProblems(task: TaskInfo): string[] {
  return Object.entries(task.limits ?? {}).flatMap(([name, limit]) => {
    if (name !== 'cpus' && name !== 'mem') return [`Limits for '${name}' are not supported`];
    const requested = (task.resources ?? [])
      .filter((resource) => resource.name === name)
      .reduce((sum, resource) => sum + (resource.scalar?.value ?? 0), 0);
    if (limit.value >= requested) return [];
    const said = name === 'cpus' ? 'cpu' : 'memory';
    return [`The ${said} limit must be greater than or equal to the ${said} request`];
  });
}

function contentProblems(task: TaskInfo): string[] {
  const { check, health_check, command, container } = task;
  return [
    ...(check === undefined ? [] : prefixed('Task uses invalid check: ', checkProblems(check))),
    ...(health_check === undefined
      ? []
      : prefixed('Task uses invalid health check: ', healthCheckProblems(health_check))),
    ...(command === undefined
      ? []
      : prefixed("Task's `CommandInfo` is invalid: ", commandProblems(command))),
    ...(container === undefined
      ? []
      : prefixed("Task's `ContainerInfo` is invalid: ", containerProblems(container))),
    ...limitProblems(task),
  ];
}

/** Equal apart from the form of their resources. */
export function sameExecutor(left: ExecutorInfo, right: ExecutorInfo): boolean {
  const { resources: leftResources, ...leftRest } = left;
  const { resources: rightResources, ...rightRest } = right;
  return (
    encodeJson(ExecutorInfoType, leftRest) === encodeJson(ExecutorInfoType, rightRest) &&
    equalResources(
      resourcesFromTrustedWire(leftResources ?? []),
      resourcesFromTrustedWire(rightResources ?? []),
    )
  );
}

function executorProblems(executor: ExecutorInfo, scene: LaunchScene): string[] {
  const problems: string[] = [];
  if (executor.type === 'DEFAULT') {
    problems.push("'ExecutorInfo.type' must not be 'DEFAULT' for a LAUNCH operation");
  }
  if (executor.command === undefined) problems.push("'ExecutorInfo.command' must be set");
  else problems.push(...commandProblems(executor.command));
  return [...problems, ...anyExecutorProblems(executor, scene)];
}

/** What holds for executors of every type. */
export function anyExecutorProblems(executor: ExecutorInfo, scene: LaunchScene): string[] {
  const { framework, agent } = scene;
  const id = executor.executor_id.value;
  const problems = listOf(idProblem(id));
  const owner = executor.framework_id?.value;
  if (owner !== undefined && owner !== framework.id) {
    problems.push(
      `ExecutorInfo has an invalid FrameworkID (Actual: ${owner} vs Expected: ${framework.id})`,
    );
  }
  if ((executor.shutdown_grace_period?.nanoseconds ?? 0) < 0) {
    problems.push("ExecutorInfo's 'shutdown_grace_period' must be non-negative");
  }
  const running = agent.executors.get(ownedKey(framework.id, id));
  if (running !== undefined && !sameExecutor(running.info, executor)) {
    problems.push('ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID');
  }
  return problems;
}

/** What launching the task takes from the offers: an executor that runs already costs nothing more. */
export function launchCost(
  task: TaskInfo,
  scene: Pick<LaunchScene, 'framework' | 'agent'>,
): { readonly task: Resources; readonly executor: Resources; readonly total: Resources } {
  const own = shapeOf(task.resources ?? []).resources;
  const executorId = task.executor?.executor_id.value ?? '';
  const runs = scene.agent.executors.has(ownedKey(scene.framework.id, executorId));
  const executor =
    runs || task.executor === undefined
      ? NO_RESOURCES
      : resourcesFromTrustedWire(task.executor.resources ?? []);
  return { task: own, executor, total: addResources(own, executor) };
}

/** Ports (and other ranges and sets) cannot be in the task and in its executor. */
function overlapProblems(task: Resources, executor: Resources): string[] {
  const shared = task.items.some(
    (item) =>
      item.kind !== 'SCALAR' &&
      executor.items.some(
        (other) =>
          other.name === item.name &&
          other.kind === item.kind &&
          !isEmpty(intersection(item.name, [task, executor])),
      ),
  );
  return shared ? ['Task and its executor must not use the same ranges or sets'] : [];
}

function intersection(name: string, [left, right]: readonly [Resources, Resources]): Resources {
  const only = (resources: Resources): Resources => ({
    ...resources,
    items: resources.items.filter((item) => item.name === name),
  });
  const union = addResources(only(left), only(right));
  const overlapFree =
    containsResources(union, only(left)) &&
    sizeOf(union) === sizeOf(only(left)) + sizeOf(only(right));
  return overlapFree ? NO_RESOURCES : union;
}

function sizeOf(resources: Resources): number {
  return resources.items.reduce(
    (sum, item) =>
      sum +
      item.members.length +
      item.ranges.reduce((count, range) => count + range.end - range.begin + 1, 0),
    0,
  );
}

function costProblems(task: TaskInfo, scene: LaunchScene): string[] {
  const cost = launchCost(task, scene);
  if (coversCost(scene.available, cost.total)) {
    return overlapProblems(cost.task, cost.executor);
  }
  return [
    `Total resources ${resourcesText(cost.total)} required by task and its executor is more than available ${offeredText(scene.available)}`,
  ];
}

/** What holds for a task by itself, wherever it is launched. */
export function singleTaskProblems(task: TaskInfo, scene: LaunchScene): string[] {
  const resources = task.resources ?? [];
  return [
    ...identityProblems(task, scene),
    ...durationProblems(task),
    ...(resources.length === 0 ? ['Task uses no resources'] : []),
    ...persistenceIdProblems(resources),
    ...revocableMixProblems([...resources, ...(task.executor?.resources ?? [])]),
    ...contentProblems(task),
  ];
}

/** Every problem of a prepared task (see `prepareTask`); the status names the first. */
export function taskProblems(task: TaskInfo, scene: LaunchScene): string[] {
  const wireProblems = [
    ...wireResourceProblems(task.resources ?? [], 'Task'),
    ...wireResourceProblems(task.executor?.resources ?? [], 'Executor'),
  ];
  const shared = task.container?.linux_info?.share_cgroups === false;
  return [
    ...wireProblems,
    ...singleTaskProblems(task, scene),
    ...(shared ? ["Only tasks in a task group may have 'share_cgroups' set to 'false'"] : []),
    ...((task.command === undefined) === (task.executor === undefined)
      ? ['Task should have at least one (but not both) of CommandInfo or ExecutorInfo present']
      : []),
    ...(task.executor === undefined ? [] : executorProblems(task.executor, scene)),
    ...(wireProblems.length === 0 ? costProblems(task, scene) : []),
  ];
}
