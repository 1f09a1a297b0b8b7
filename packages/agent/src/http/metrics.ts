/** `/metrics/snapshot` and `/system/stats.json`: flat numbers under Mesos's keys. */
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import type { TaskState } from '@stoke/protocol';
import type { AgentState, ExecutorPhase } from '../core/state.ts';
import type { Fetcher } from '../io/fetcher.ts';
import type { SandboxGc } from '../io/sandbox-gc.ts';
import { type Answer, jsonAnswer, textAnswer } from './answer.ts';
import type { Route } from './router.ts';
import { summaryOf, usedResources } from './wire.ts';

export interface MetricsOptions {
  readonly state: AgentState;
  readonly fetcher: Fetcher;
  readonly gc: SandboxGc;
  readonly gcDelayMs: number;
  /** Seconds. */
  readonly uptime: () => number;
  readonly recoverySeconds: () => number;
}

const tooManyRequests: Answer = textAnswer(
  429,
  '429 Too Many Requests. As many requests wait as --metrics_snapshot_rate_limit allows; try again later',
  { 'Retry-After': '1' },
);

type Numbers = Record<string, number>;

/** @param turn makes readers of the metrics wait, see `waitForTurn`. */
export function metricsRoutes(
  options: MetricsOptions,
  turn: () => Promise<boolean> | undefined,
): Route[] {
  const closed = { prefixed: false, realm: 'mesos-agent-readonly' } as const;
  return [
    {
      ...closed,
      path: '/metrics/snapshot',
      access: [{ action: 'get_endpoints', object: '/metrics/snapshot' }],
      handle: async ({ query }) =>
        (await turn()) === false
          ? tooManyRequests
          : jsonAnswer(snapshot(options), query.get('jsonp') ?? undefined),
    },
    {
      ...closed,
      path: '/system/stats.json',
      access: [{ action: 'get_endpoints', object: '/system/stats.json' }],
      handle: ({ query }) => jsonAnswer(systemStats(), query.get('jsonp') ?? undefined),
    },
  ];
}

/** Every metric by its name. */
export function snapshot(options: MetricsOptions): Numbers {
  const { fetcher, gc, state } = options;
  return {
    'containerizer/fetcher/cache_size_total_bytes': fetcher.cache.maxBytes,
    'containerizer/fetcher/cache_size_used_bytes': fetcher.cache.usedBytes,
    'containerizer/fetcher/task_fetches_failed': fetcher.counters.failed,
    'containerizer/fetcher/task_fetches_succeeded': fetcher.counters.succeeded,
    'containerizer/mesos/container_destroy_errors': 0,
    'containerizer/mesos/provisioner/bind/remove_rootfs_errors': 0,
    'containerizer/mesos/provisioner/remove_container_errors': 0,
    'gc/path_removals_failed': gc.counters.failed,
    'gc/path_removals_pending': gc.counters.pending,
    'gc/path_removals_succeeded': gc.counters.succeeded,
    'resource_provider_manager/events/disconnect': 0,
    'resource_provider_manager/events/subscribe': 0,
    'resource_provider_manager/subscribed': 0,
    ...resourceGauges(state),
    ...executorGauges(state),
    ...taskGauges(state),
    ...counterNumbers(state),
    'slave/executor_directory_max_allowed_age_secs': options.gcDelayMs / 1000,
    'slave/frameworks_active': state.frameworks.size,
    'slave/recovery_errors': 0,
    'slave/recovery_time_secs': options.recoverySeconds(),
    'slave/registered': state.link === 'registered' ? 1 : 0,
    'slave/uptime_secs': options.uptime(),
    ...systemNumbers(),
  };
}

function resourceGauges(state: AgentState): Numbers {
  const total = summaryOf([...(state.info.resources ?? []), ...state.oversubscribed]);
  const used = summaryOf(usedResources(state));
  const gauges: Numbers = {};
  for (const name of ['cpus', 'gpus', 'mem', 'disk']) {
    for (const key of [name, `${name}_revocable`]) {
      const all = Number(total[key] ?? 0);
      const taken = Number(used[key] ?? 0);
      gauges[`slave/${key}_total`] = all;
      gauges[`slave/${key}_used`] = taken;
      gauges[`slave/${key}_percent`] = all === 0 ? 0 : taken / all;
    }
  }
  return gauges;
}

function executorGauges({ containers, counters }: AgentState): Numbers {
  const inPhase = (...phases: ExecutorPhase[]): number =>
    [...containers.values()].filter((executor) => phases.includes(executor.phase)).length;
  return {
    'slave/container_launch_errors': counters.launchErrors,
    'slave/executors_preempted': 0,
    'slave/executors_registering': inPhase('launching', 'registering'),
    'slave/executors_running': inPhase('running'),
    'slave/executors_terminated': counters.executorsTerminated,
    'slave/executors_terminating': inPhase('terminating'),
  };
}

function taskGauges({ containers }: AgentState): Numbers {
  const tasks = [...containers.values()].flatMap((executor) => [...executor.tasks.values()]);
  const queued = [...containers.values()].reduce((sum, { queued: { size } }) => sum + size, 0);
  const inState = (state: TaskState): number =>
    tasks.filter(({ task }) => task.state === state).length;
  return {
    'slave/tasks_killing': inState('TASK_KILLING'),
    'slave/tasks_running': inState('TASK_RUNNING'),
    'slave/tasks_staging': inState('TASK_STAGING') + queued,
    'slave/tasks_starting': inState('TASK_STARTING'),
  };
}

function counterNumbers({ counters }: AgentState): Numbers {
  return {
    'slave/tasks_failed': counters.tasksFailed,
    'slave/tasks_finished': counters.tasksFinished,
    'slave/tasks_gone': counters.tasksGone,
    'slave/tasks_killed': counters.tasksKilled,
    'slave/tasks_lost': counters.tasksLost,
    'slave/invalid_framework_messages': counters.invalidMessages,
    'slave/invalid_status_updates': counters.invalidUpdates,
    'slave/valid_framework_messages': counters.validMessages,
    'slave/valid_status_updates': counters.validUpdates,
  };
}

function systemNumbers(): Numbers {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    'system/cpus_total': cpus().length || availableParallelism(),
    'system/load_15min': fifteen,
    'system/load_1min': one,
    'system/load_5min': five,
    'system/mem_free_bytes': freemem(),
    'system/mem_total_bytes': totalmem(),
  };
}

function systemStats(): Numbers {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    avg_load_15min: fifteen,
    avg_load_1min: one,
    avg_load_5min: five,
    cpus_total: cpus().length || availableParallelism(),
    mem_free_bytes: freemem(),
    mem_total_bytes: totalmem(),
  };
}
