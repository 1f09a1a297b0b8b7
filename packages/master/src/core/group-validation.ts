/** Validation of task groups: one problem anywhere keeps the whole group from being launched. */
import type { ExecutorInfo, Resource, TaskGroupInfo, TaskInfo } from '@stoke/protocol';
import {
  addResources,
  NO_RESOURCES,
  type Resources,
  resourcesFromTrustedWire,
} from '@stoke/resources';
import { commandProblems } from './check-validation.ts';
import { offeredText, resourcesText } from './resource-text.ts';
import { coversCost } from './shared-volumes.ts';
import { ownedKey } from './state.ts';
import {
  anyExecutorProblems,
  type LaunchScene,
  sameExecutor,
  singleTaskProblems,
  wireResourceProblems,
} from './task-validation.ts';

const minCpus = 0.01;
const minMemMb = 32;

/** A group whose executor and tasks have their resources in the role of the offer. */
export interface PreparedGroup {
  readonly executor: ExecutorInfo;
  readonly tasks: readonly TaskInfo[];
}

/** What launching the group takes from the offers: an executor that runs already costs nothing more. */
export function groupCost(
  { executor, tasks }: PreparedGroup,
  { framework, agent }: Pick<LaunchScene, 'framework' | 'agent'>,
): Resources {
  const runs = agent.executors.has(ownedKey(framework.id, executor.executor_id.value));
  const own = runs ? NO_RESOURCES : resourcesFromTrustedWire(executor.resources ?? []);
  return tasks.reduce(
    (sum, task) => addResources(sum, resourcesFromTrustedWire(task.resources ?? [])),
    own,
  );
}

/** Every problem of a prepared group; the statuses name the first. */
export function groupProblems(group: PreparedGroup, scene: LaunchScene): string[] {
  const { executor, tasks } = group;
  const wireProblems = [
    ...wireResourceProblems(executor.resources ?? [], 'Executor'),
    ...tasks.flatMap((task) => wireResourceProblems(task.resources ?? [], 'Task')),
  ];
  return [
    ...executorTypeProblems(executor),
    ...anyExecutorProblems(executor, scene),
    ...minimumProblems(executor),
    ...wireProblems,
    ...tasks.flatMap((task) => groupTaskProblems(task, executor, scene)),
    ...duplicateProblems(tasks),
    ...sharingProblems(group),
    ...(wireProblems.length === 0 ? costProblems(group, scene) : []),
  ];
}

function executorTypeProblems(executor: ExecutorInfo): string[] {
  const { type, command, container } = executor;
  const problems: string[] = [];
  if (executor.framework_id === undefined) {
    problems.push("'ExecutorInfo.framework_id' must be set");
  }
  if (type === 'DEFAULT') {
    if (command !== undefined) {
      problems.push("'ExecutorInfo.command' must not be set for 'DEFAULT' executor");
    }
    if (container !== undefined && container.type !== 'MESOS') {
      problems.push("'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor");
    }
    if (container?.mesos?.image !== undefined) {
      problems.push("'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor");
    }
  } else if (type === 'CUSTOM') {
    if (command === undefined) {
      problems.push("'ExecutorInfo.command' must be set for 'CUSTOM' executor");
    } else problems.push(...commandProblems(command));
  } else problems.push("'ExecutorInfo.type' must be set");
  if (container?.type === 'DOCKER') {
    problems.push('Docker ContainerInfo is not supported on the executor');
  }
  return problems;
}

function scalarOf(resources: readonly Resource[], name: string): number | undefined {
  const amounts = resources.flatMap((one) => (one.name === name ? (one.scalar?.value ?? []) : []));
  return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0);
}

function minimumProblems({ executor_id, resources = [] }: ExecutorInfo): string[] {
  const id = executor_id.value;
  const cpus = scalarOf(resources, 'cpus');
  const mem = scalarOf(resources, 'mem');
  const problems: string[] = [];
  if (cpus === undefined || cpus < minCpus) {
    problems.push(
      `Executor '${id}' uses less CPUs (${cpus ?? 'None'}) than the minimum required (${minCpus})`,
    );
  }
  if (mem === undefined || mem < minMemMb) {
    const amount = mem === undefined ? 'None' : `${mem}MB`;
    problems.push(
      `Executor '${id}' uses less memory (${amount}) than the minimum required (${minMemMb}MB)`,
    );
  }
  if (scalarOf(resources, 'disk') === undefined) problems.push(`Executor '${id}' uses no disk`);
  return problems;
}

function groupTaskProblems(
  task: TaskInfo,
  executor: ExecutorInfo,
  scene: LaunchScene,
): readonly string[] {
  const problems = singleTaskProblems(task, scene);
  if (task.executor !== undefined && !sameExecutor(task.executor, executor)) {
    problems.push("Its 'ExecutorInfo' is different from that of the LAUNCH_GROUP operation");
  }
  if (task.container?.type === 'DOCKER') {
    problems.push('Docker ContainerInfo is not supported on the task');
  }
  const ownNetwork = (task.container?.network_infos ?? []).length > 0;
  const checked = task.health_check?.type;
  if (ownNetwork && (checked === 'HTTP' || checked === 'TCP')) {
    problems.push(`${checked} health checks are not supported for a task with its own network`);
  }
  return problems.map((problem) => `Task '${task.task_id.value}' is invalid: ${problem}`);
}

function duplicateProblems(tasks: readonly TaskInfo[]): string[] {
  const ids = tasks.map((task) => task.task_id.value);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? [] : [`Task '${twice}' is invalid: Task has duplicate ID: ${twice}`];
}

/** Control groups are shared with the executor by all tasks or by none. */
function sharingProblems({ executor, tasks }: PreparedGroup): string[] {
  const problems: string[] = [];
  if (executor.container?.linux_info?.share_cgroups === true) {
    problems.push("'ExecutorInfo.container.linux_info.share_cgroups' must not be 'true'");
  }
  const shares = tasks.map((task) => task.container?.linux_info?.share_cgroups ?? true);
  if (new Set(shares).size > 1) {
    problems.push("'share_cgroups' must be the same for all tasks of a group");
  }
  const limited = tasks.find((task, index) => shares[index] && hasLimits(task));
  if (limited !== undefined) {
    const id = limited.task_id.value;
    problems.push(`Task '${id}' is invalid: limits need 'share_cgroups' to be 'false' in a group`);
  }
  return problems;
}

function hasLimits({ limits }: TaskInfo): boolean {
  return Object.keys(limits ?? {}).length > 0;
}

function costProblems(group: PreparedGroup, scene: LaunchScene): string[] {
  const total = groupCost(group, scene);
  if (coversCost(scene.available, total)) return [];
  return [
    `Total resources ${resourcesText(total)} required by task group and its executor are more than available ${offeredText(scene.available)}`,
  ];
}

/** The group as it goes to its agent: each task with the executor of the group. */
export function taskGroupOf({ executor, tasks }: PreparedGroup): TaskGroupInfo {
  return { tasks: tasks.map((task) => ({ ...task, executor })) };
}
