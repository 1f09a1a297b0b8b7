/** Tasks and executors in the legacy endpoints. */
import {
  type CommandInfo,
  ContainerInfo,
  ContainerStatus,
  DiscoveryInfo,
  Environment,
  HealthCheck,
  type Labels,
  type Task,
  type TaskStatus,
  toJsonValue,
} from '@stoke/protocol';
import { resourcesFromTrustedWire } from '@stoke/resources';
import type { ExecutorRecord } from '../../core/state.ts';
import type { Rendering } from '../json-document.ts';
import type { Json } from './resource-json.ts';
import { summaryOf } from './resource-json.ts';

/** A bare array of pairs here, not `{labels: […]}` as in messages. */
export function labelsJson(labels: Labels | undefined): Json[] | undefined {
  return labels?.labels?.map(({ key, value }) => ({
    key,
    ...(value === undefined ? {} : { value }),
  }));
}

function statusJson(status: TaskStatus): Json {
  const { labels, container_status, healthy } = status;
  return {
    state: status.state,
    timestamp: status.timestamp ?? 0,
    ...(labels === undefined ? {} : { labels: labelsJson(labels) }),
    ...(container_status === undefined
      ? {}
      : { container_status: containerJson(container_status) }),
    ...(healthy === undefined ? {} : { healthy }),
  };
}

/** Without the executor's process id, as Mesos shows it. */
function containerJson(status: ContainerStatus): unknown {
  const { executor_pid: _pid, ...rest } = status;
  return toJsonValue(ContainerStatus, rest);
}

function roleOf(task: Task): string {
  const [first] = task.resources ?? [];
  return first?.allocation_info?.role ?? '*';
}

export function taskJson(task: Task): Json {
  const { labels, discovery, container, health_check, limits, user } = task;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: summaryOf(resourcesFromTrustedWire(task.resources ?? [])),
    ...(limits === undefined ? {} : { limits: limitsJson(limits) }),
    role: roleOf(task),
    statuses: (task.statuses ?? []).map(statusJson),
    ...(user === undefined ? {} : { user }),
    ...(labels === undefined ? {} : { labels: labelsJson(labels) }),
    ...(discovery === undefined ? {} : { discovery: toJsonValue(DiscoveryInfo, discovery) }),
    ...(container === undefined ? {} : { container: toJsonValue(ContainerInfo, container) }),
    ...(health_check === undefined ? {} : { health_check: toJsonValue(HealthCheck, health_check) }),
  };
}

/** What changes about a task is its state and its statuses; the last of them is replaced, never changed. */
export const TASK: Rendering<Task> = {
  text: (task) => JSON.stringify(taskJson(task)),
  stamp: ({ state, statuses }) => [state, statuses?.length, statuses?.at(-1)],
};

function limitsJson(limits: NonNullable<Task['limits']>): Json {
  return Object.fromEntries(
    Object.entries(limits).map(([name, { value }]) => [
      name,
      Number.isFinite(value) ? value : 'Infinity',
    ]),
  );
}

function commandJson(command: CommandInfo): Json {
  const { value, environment } = command;
  return {
    shell: command.shell ?? true,
    ...(value === undefined ? {} : { value }),
    argv: command.arguments ?? [],
    ...(environment === undefined ? {} : { environment: toJsonValue(Environment, environment) }),
    uris: (command.uris ?? []).map((uri) => ({
      value: uri.value,
      executable: uri.executable ?? false,
    })),
  };
}

export function executorJson({ info, frameworkId, agentId, resources }: ExecutorRecord): Json {
  const { command, labels, discovery, container, type } = info;
  return {
    executor_id: info.executor_id.value,
    name: info.name ?? '',
    framework_id: frameworkId,
    ...(command === undefined ? {} : { command: commandJson(command) }),
    resources: summaryOf(resources),
    role: resources.items[0]?.allocatedTo ?? '*',
    ...(labels === undefined ? {} : { labels: labelsJson(labels) }),
    ...(type === undefined ? {} : { type }),
    ...(discovery === undefined ? {} : { discovery: toJsonValue(DiscoveryInfo, discovery) }),
    ...(container === undefined ? {} : { container: toJsonValue(ContainerInfo, container) }),
    slave_id: agentId,
  };
}
