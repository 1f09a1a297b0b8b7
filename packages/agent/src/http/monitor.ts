/** `/containers`, `/monitor/statistics`, `/containerizer/debug`: what runs and what it uses. */
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
    route('/containers', (viewer) => containersJson(options, viewer)),
    route('/monitor/statistics', (viewer) => statisticsJson(options, viewer)),
    route('/containerizer/debug', () => ({ pending: [] })),
  ];
}

interface Measured {
  readonly executor: Executor;
  readonly usage: ContainerUsage;
}

function measured({ state, containerizers }: MonitorOptions, viewer: Viewer): Measured[] {
  const ids = [...state.containers.keys(), ...state.nested.keys()];
  const usage = new Map(containerizers.flatMap((one) => [...one.usage(ids)]));
  const seen = [...state.containers.values()].filter(({ frameworkId, info }) => {
    const framework = state.frameworks.get(frameworkId);
    return framework !== undefined && viewer.container(info, framework.info);
  });
  return seen.flatMap((executor) => {
    const parts = [executor, ...executor.nested.values()];
    const used = parts.flatMap(({ containerId }) => usage.get(containerId) ?? []);
    return used.length === 0 ? [] : [{ executor, usage: sumOf(used) }];
  });
}

/** A default executor uses what its tasks use. */
function sumOf(parts: readonly ContainerUsage[]): ContainerUsage {
  return parts.reduce((sum, part) => ({
    userSeconds: sum.userSeconds + part.userSeconds,
    systemSeconds: sum.systemSeconds + part.systemSeconds,
    residentBytes: sum.residentBytes + part.residentBytes,
  }));
}

function containersJson(options: MonitorOptions, viewer: Viewer): unknown[] {
  return measured(options, viewer).map((one) => ({
    container_id: one.executor.containerId,
    ...describe(one, options.now()),
    status: {
      container_id: { value: one.executor.containerId },
      ...(one.executor.pid === undefined ? {} : { executor_pid: one.executor.pid }),
    },
  }));
}

function statisticsJson(options: MonitorOptions, viewer: Viewer): unknown[] {
  return measured(options, viewer).map((one) => describe(one, options.now()));
}

function describe({ executor, usage }: Measured, timestamp: number): Record<string, unknown> {
  const limits = summaryOf(executorResources(executor));
  const memoryBytes = Number(limits.mem) * mebibyte;
  return {
    executor_id: executor.id,
    executor_name: executor.info.name ?? '',
    framework_id: executor.frameworkId,
    source: executor.info.source ?? '',
    statistics: {
      cpus_soft_limit: limits.cpus,
      cpus_system_time_secs: usage.systemSeconds,
      cpus_user_time_secs: usage.userSeconds,
      mem_limit_bytes: memoryBytes,
      mem_rss_bytes: usage.residentBytes,
      mem_soft_limit_bytes: memoryBytes,
      timestamp,
    },
  };
}
