/** GET_CONTAINERS: executors, and if asked for what is nested in them or stands alone, with what each uses. */
import type {
  AgentResponse_GetContainers_Container,
  Resource,
  ResourceStatistics,
} from '@stoke/protocol';
import type { Viewer } from '../../core/permissions.ts';
import type { ContainerUsage } from '../../io/containerizer.ts';
import type { OperatorContainer } from '../../io/operator/container-table.ts';
import type { OperatorContainers } from '../../io/operator/operator-containers.ts';
import {
  type ExecutorReport,
  executorReports,
  type MonitorOptions,
  nestedReports,
} from '../monitor.ts';
import { summaryOf } from '../wire.ts';
import { type CallHandlers, messageAnswer } from './operator-call.ts';

const mebibyte = 1024 * 1024;

export interface GetContainersOptions extends MonitorOptions {
  readonly containers: OperatorContainers;
}

type Listed = AgentResponse_GetContainers_Container;

export function getContainersCall(options: GetContainersOptions): CallHandlers {
  return {
    GET_CONTAINERS: ({ call, media, request }) => {
      const viewer = request.viewer();
      const { show_nested, show_standalone } = call.get_containers ?? {};
      const containers = [
        ...executorReports(options, viewer).map(executorListed),
        ...(show_nested === true ? nestedReports(options, viewer).map(nestedListed) : []),
        ...ownListed(options, (container) =>
          container.id.parent === undefined
            ? show_standalone === true && viewer.standaloneContainers()
            : show_nested === true && isRootSeen(options, viewer, container),
        ),
      ];
      const body = containers.length === 0 ? {} : { get_containers: { containers } };
      return messageAnswer(media.accept, { type: 'GET_CONTAINERS', ...body });
    },
  };
}

function executorListed({ executor, status, statistics }: ExecutorReport): Listed {
  return {
    framework_id: { value: executor.frameworkId },
    executor_id: { value: executor.id },
    executor_name: executor.info.name ?? '',
    container_id: { value: executor.containerId },
    container_status: status,
    resource_statistics: statistics,
  };
}

/** As in Mesos the id alone does not tell what it is nested in; its status does. */
function nestedListed({ executor, status, statistics }: ExecutorReport): Listed {
  return {
    container_id: { value: executor.containerId },
    container_status: status,
    resource_statistics: statistics,
  };
}

function ownListed(
  { containers, now }: GetContainersOptions,
  isWanted: (container: OperatorContainer) => boolean,
): Listed[] {
  const used = containers.usage();
  return containers
    .all()
    .filter((container) => container.ended === undefined && isWanted(container))
    .map(({ id, pid, runName, resources }) => ({
      container_id: { value: id.value },
      container_status: {
        container_id: id,
        ...(pid === undefined ? {} : { executor_pid: pid }),
      },
      resource_statistics: {
        timestamp: now(),
        ...limitsOf(resources),
        ...usageOf(used.get(runName)),
      },
    }));
}

function isRootSeen(
  { state }: GetContainersOptions,
  viewer: Viewer,
  { rootId = '' }: OperatorContainer,
): boolean {
  const executor = state.containers.get(rootId);
  const framework = state.frameworks.get(executor?.frameworkId ?? '');
  if (executor === undefined || framework === undefined) return false;
  return viewer.container(executor.info, framework.info);
}

function limitsOf(resources: readonly Resource[]): Partial<ResourceStatistics> {
  if (resources.length === 0) return {};
  const { cpus, mem } = summaryOf(resources);
  const memoryBytes = Number(mem) * mebibyte;
  return {
    cpus_soft_limit: Number(cpus),
    mem_limit_bytes: memoryBytes,
    mem_soft_limit_bytes: memoryBytes,
  };
}

function usageOf(usage: ContainerUsage | undefined): Partial<ResourceStatistics> {
  if (usage === undefined) return {};
  return {
    cpus_user_time_secs: usage.userSeconds,
    cpus_system_time_secs: usage.systemSeconds,
    mem_rss_bytes: usage.residentBytes,
    ...(usage.processes === undefined ? {} : { processes: usage.processes }),
    ...(usage.threads === undefined ? {} : { threads: usage.threads }),
  };
}
