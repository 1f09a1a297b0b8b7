/** From the agent's books to the JSON of the legacy operator endpoints. */
import {
  type Attribute,
  ContainerInfo,
  ContainerStatus,
  DiscoveryInfo,
  HealthCheck,
  type Labels,
  Resource,
  type Task,
  type TaskInfo,
  toJsonValue,
} from '@stoke/protocol';
import {
  addResources,
  formatRanges,
  type Resources,
  reservationsByRole,
  resourceSummary,
  resourcesFromTrustedWire,
  toEndpoint,
  unreservedOf,
} from '@stoke/resources';
import { executorResources } from '../core/executor-resources.ts';
import type { Viewer } from '../core/permissions.ts';
import { type AgentState, type Executor, type Framework, isTerminal } from '../core/state.ts';
import { totalResources } from '../core/volumes.ts';

type Json = Record<string, unknown>;

export function summaryOf(wire: readonly Resource[]): Json {
  return resourceSummary(resourcesFromTrustedWire(wire));
}

/** What is reserved to roles that may be seen. */
function byRole(
  resources: Resources,
  viewer: Viewer,
  render: (part: Resources) => unknown = resourceSummary,
): Json {
  const seen = [...reservationsByRole(resources)].filter(([role]) => viewer.role(role));
  return Object.fromEntries(seen.map(([role, part]) => [role, render(part)]));
}

function endpointJson(resources: Resources): unknown[] {
  return toEndpoint(resources).map((resource) => toJsonValue(Resource, resource));
}

/** The agent's own resources, in the shapes of `/state`. */
export function resourcesJson(state: AgentState, viewer: Viewer): Json {
  const revocable = resourcesFromTrustedWire(state.oversubscribed);
  const total = addResources(totalResources(state), revocable);
  const used = resourcesFromTrustedWire(usedResources(state));
  return {
    resources: resourceSummary(total),
    reserved_resources: byRole(total, viewer),
    unreserved_resources: resourceSummary(unreservedOf(total)),
    reserved_resources_full: byRole(total, viewer, endpointJson),
    unreserved_resources_full: endpointJson(unreservedOf(total)),
    reserved_resources_allocated: byRole(used, viewer),
    unreserved_resources_allocated: resourceSummary(unreservedOf(used)),
  };
}

export function usedResources(state: AgentState): Resource[] {
  return [...state.containers.values()].flatMap(executorResources);
}

export function attributesJson(state: AgentState): Json {
  return Object.fromEntries(
    (state.info.attributes ?? []).map((attribute) => [attribute.name, attributeValue(attribute)]),
  );
}

function attributeValue(attribute: Attribute): unknown {
  if (attribute.scalar !== undefined) return attribute.scalar.value;
  if (attribute.ranges !== undefined) return formatRanges(attribute.ranges.range ?? []);
  if (attribute.set !== undefined) return `{${(attribute.set.item ?? []).join(', ')}}`;
  return attribute.text?.value ?? '';
}

/** Here labels are a bare list of keys and values. */
function labelsJson(labels: Labels | undefined): Json {
  return labels === undefined ? {} : { labels: labels.labels ?? [] };
}

export function frameworkJson(framework: Framework, viewer: Viewer): Json {
  const { info } = framework;
  const render = (executors: Iterable<Executor>): Json[] =>
    [...executors]
      .filter((executor) => viewer.executor(executor.info, info))
      .map((executor) => executorJson(executor, (task) => viewer.task(task, info)));
  return {
    id: framework.id,
    name: info.name,
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    ...(info.roles === undefined ? { role: info.role ?? '*' } : { roles: info.roles }),
    executors: render(framework.executors.values()),
    completed_executors: render(framework.completedExecutors),
  };
}

function executorJson(executor: Executor, sees: (task: Pick<Task, 'user'>) => boolean): Json {
  const { info } = executor;
  const tasks = [...executor.tasks.values()].map(({ task }) => task).filter(sees);
  const role = info.resources?.[0]?.allocation_info?.role;
  return {
    id: executor.id,
    name: info.name ?? '',
    source: info.source ?? '',
    container: executor.containerId,
    directory: executor.directory,
    resources: summaryOf(executorResources(executor)),
    ...(role === undefined ? {} : { role }),
    ...(info.type === undefined ? {} : { type: info.type }),
    ...labelsJson(info.labels),
    tasks: tasks.filter((task) => !isTerminal(task.state)).map(taskJson),
    queued_tasks: [...executor.queued.values()]
      .filter(({ command }) => sees(command ?? {}))
      .map((task) => queuedJson(executor, task)),
    completed_tasks: [
      ...executor.completedTasks.filter(sees),
      ...tasks.filter((task) => isTerminal(task.state)),
    ].map(taskJson),
  };
}

function taskJson(task: Task): Json {
  const role = task.resources?.[0]?.allocation_info?.role;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: summaryOf(task.resources ?? []),
    ...limitsJson(task.limits),
    ...(role === undefined ? {} : { role }),
    statuses: (task.statuses ?? []).map(statusJson),
    ...(task.user === undefined ? {} : { user: task.user }),
    ...labelsJson(task.labels),
    ...embedded(task),
  };
}

/** JSON has no infinity: it reads as the word. */
function limitsJson(limits: Task['limits']): Json {
  if (limits === undefined) return {};
  const entries = Object.entries(limits).map(([name, { value }]) => [
    name,
    Number.isFinite(value) ? value : 'Infinity',
  ]);
  return { limits: Object.fromEntries(entries) };
}

function embedded(task: Task): Json {
  const { discovery, container, health_check } = task;
  return {
    ...(discovery === undefined ? {} : { discovery: toJsonValue(DiscoveryInfo, discovery) }),
    ...(container === undefined ? {} : { container: toJsonValue(ContainerInfo, container) }),
    ...(health_check === undefined ? {} : { health_check: toJsonValue(HealthCheck, health_check) }),
  };
}

function statusJson(status: NonNullable<Task['statuses']>[number]): Json {
  const container = status.container_status;
  return {
    state: status.state,
    timestamp: status.timestamp ?? 0,
    ...labelsJson(status.labels),
    ...(container === undefined ? {} : { container_status: containerStatusJson(container) }),
    ...(status.healthy === undefined ? {} : { healthy: status.healthy }),
  };
}

/** The pid is left out here, unlike in status updates. */
function containerStatusJson({ executor_pid: _pid, ...rest }: ContainerStatus): unknown {
  return toJsonValue(ContainerStatus, rest);
}

function queuedJson(executor: Executor, info: TaskInfo): Json {
  return {
    id: info.task_id.value,
    name: info.name,
    framework_id: executor.frameworkId,
    executor_id: executor.kind !== 'command' ? executor.id : '',
    slave_id: info.agent_id.value,
    resources: summaryOf(info.resources ?? []),
    ...labelsJson(info.labels),
  };
}
