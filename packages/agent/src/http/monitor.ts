/** `/containers`, `/monitor/statistics`, `/containerizer/debug`: what runs and what it uses. */
import { ContainerStatus, type ResourceStatistics, toJsonValue } from '@stoke/protocol';
import { ownNetworks } from '../core/container-status.ts';
import { executorResources } from '../core/executor-resources.ts';
import type { Viewer } from '../core/permissions.ts';
import type { AgentState, Executor } from '../core/state.ts';
import type { Containerizer, ContainerUsage } from '../io/containerizer.ts';
import { jsonAnswer } from './answer.ts';
import type { AgentRequest, Route } from './router.ts';
import { summaryOf } from './wire.ts';

const mebibyte = 1024 * 1024;
const realm = 'mesos-agent-readonly';

export interface MonitorOptions {
  readonly state: AgentState;
  readonly containerizers: readonly Containerizer[];
  /** Whether `cpus` is a ceiling: only then it is told as a limit. */
  readonly hardCpu: boolean;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export function monitorRoutes(options: MonitorOptions): Route[] {
  const jsonp = (request: AgentRequest): string | undefined =>
    request.query.get('jsonp') ?? undefined;
  const route = (path: string, body: (viewer: Viewer) => unknown): Route => ({
    path,
    prefixed: true,
    realm,
    access: [{ action: 'get_endpoints', object: path }],
    handle: (request) => jsonAnswer(body(request.viewer()), jsonp(request)),
  });
  return [
    route('/containers', (viewer) => executorReports(options, viewer).map(containerJson)),
    route('/monitor/statistics', (viewer) => executorReports(options, viewer).map(describe)),
    route('/containerizer/debug', () => ({ pending: [] })),
  ];
}

/** The container of an executor and all that runs in it. */
export interface ExecutorReport {
  readonly executor: Executor;
  readonly status: ContainerStatus;
  readonly statistics: ResourceStatistics;
}

/** Executors that run and may be seen; a default executor uses what its tasks use. */
export function executorReports(options: MonitorOptions, viewer: Viewer): ExecutorReport[] {
  const { state } = options;
  const used = usageOf(options);
  return [...state.containers.values()].filter(seenBy(state, viewer)).flatMap((executor) => {
    const parts = [executor, ...executor.nested.values()];
    const usage = sumOf(parts.flatMap(({ containerId }) => used.get(containerId) ?? []));
    return usage === undefined ? [] : [{ executor, ...reportOf(options, executor, usage) }];
  });
}

/** The tasks of default executors that may be seen, each in its container. */
export function nestedReports(options: MonitorOptions, viewer: Viewer): ExecutorReport[] {
  const { state } = options;
  const used = usageOf(options);
  return [...state.nested.values()].filter(seenBy(state, viewer)).flatMap((executor) => {
    const usage = used.get(executor.containerId);
    return usage === undefined ? [] : [{ executor, ...reportOf(options, executor, usage) }];
  });
}

/** A task of a group is seen by whoever may see its executor. */
function seenBy(state: AgentState, viewer: Viewer): (executor: Executor) => boolean {
  return ({ frameworkId, info, parent }) => {
    const framework = state.frameworks.get(frameworkId);
    return framework !== undefined && viewer.container((parent ?? { info }).info, framework.info);
  };
}

function usageOf({ state, containerizers }: MonitorOptions): ReadonlyMap<string, ContainerUsage> {
  const ids = [...state.containers.keys(), ...state.nested.keys()];
  return new Map(containerizers.flatMap((one) => [...one.usage(ids)]));
}

function sumOf(parts: readonly ContainerUsage[]): ContainerUsage | undefined {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return first;
  const sum = (of: (part: ContainerUsage) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    userSeconds: sum(({ userSeconds }) => userSeconds),
    systemSeconds: sum(({ systemSeconds }) => systemSeconds),
    residentBytes: sum(({ residentBytes }) => residentBytes),
    processes: sum(({ processes = 0 }) => processes),
    threads: sum(({ threads = 0 }) => threads),
  };
}

function reportOf(
  { now, hardCpu }: MonitorOptions,
  executor: Executor,
  usage: ContainerUsage,
): Omit<ExecutorReport, 'executor'> {
  const limits = summaryOf(executorResources(executor));
  const cpus = Number(limits.cpus);
  const memoryBytes = Number(limits.mem) * mebibyte;
  const { containerId, parent, pid } = executor;
  const networks = ownNetworks(executor);
  return {
    status: {
      container_id:
        parent === undefined
          ? { value: containerId }
          : { value: containerId, parent: { value: parent.containerId } },
      ...(networks === undefined ? {} : { network_infos: networks }),
      ...(pid === undefined ? {} : { executor_pid: pid }),
    },
    statistics: {
      timestamp: now(),
      cpus_user_time_secs: usage.userSeconds,
      cpus_system_time_secs: usage.systemSeconds,
      ...(hardCpu && usage.more !== undefined ? { cpus_limit: cpus } : {}),
      cpus_soft_limit: cpus,
      mem_limit_bytes: memoryBytes,
      mem_soft_limit_bytes: memoryBytes,
      mem_rss_bytes: usage.residentBytes,
      ...(usage.processes === undefined ? {} : { processes: usage.processes }),
      ...(usage.threads === undefined ? {} : { threads: usage.threads }),
      ...usage.more,
    },
  };
}

function containerJson(report: ExecutorReport): Record<string, unknown> {
  return {
    container_id: report.executor.containerId,
    ...describe(report),
    status: toJsonValue(ContainerStatus, report.status),
  };
}

function describe({ executor, statistics }: ExecutorReport): Record<string, unknown> {
  return {
    executor_id: executor.id,
    executor_name: executor.info.name ?? '',
    framework_id: executor.frameworkId,
    source: executor.info.source ?? '',
    statistics,
  };
}
