/** `/metrics/snapshot`: a flat map of numbers under Mesos's keys. */
import {
  filterResources,
  fromMilli,
  type Quantities,
  quantitiesOf,
  type Resources,
  sumResources,
} from '@stoke/resources';
import { counted } from '../core/counters.ts';
import { offeredResources, usedResources } from '../core/owned-resources.ts';
import type { MasterState } from '../core/state.ts';
import { isActive, isConnected } from '../core/state.ts';
import { frameworkMetrics } from './framework-metrics.ts';
import { ZERO_METRICS } from './metric-names.ts';
import { quotaMetrics } from './quota-metrics.ts';
import { roleMetrics } from './role-metrics.ts';

/** What the machine says about itself. */
export type SystemFacts = {
  readonly cpus: number;
  readonly loads: readonly number[];
  readonly memTotalBytes: number;
  readonly memFreeBytes: number;
};

type Metrics = Record<string, number>;

const RESOURCES = ['cpus', 'disk', 'gpus', 'mem'] as const;
const LIVE_STATES = ['killing', 'running', 'staging', 'starting'] as const;

/** Calls by the names their counters have in Mesos. */
const CALL_METRICS: Readonly<Record<string, string>> = {
  accept: 'messages_launch_tasks',
  decline: 'messages_decline_offers',
  kill: 'messages_kill_task',
  message: 'messages_framework_to_executor',
  reconcile: 'messages_reconcile_tasks',
  reconcile_operations: 'messages_reconcile_operations',
  request: 'messages_resource_request',
  revive: 'messages_revive_offers',
  suppress: 'messages_suppress_offers',
  teardown: 'messages_unregister_framework',
  acknowledge: 'messages_status_update_acknowledgement',
};

/** Firm and revocable resources are counted apart. */
function split(resources: Resources): Record<'firm' | 'revocable', Quantities> {
  const only = (wanted: boolean): Quantities =>
    quantitiesOf(filterResources(resources, ({ revocable }) => revocable === wanted));
  return { firm: only(false), revocable: only(true) };
}

function usageMetrics(prefix: string, total: number, used: number): Metrics {
  return {
    [`${prefix}_total`]: total,
    [`${prefix}_used`]: used,
    [`${prefix}_percent`]: total === 0 ? 0 : used / total,
  };
}

function resourceMetrics(state: MasterState): Metrics {
  const agents = [...state.agents.values()];
  const all = sumResources(agents.map((agent) => agent.total));
  const taken = sumResources(agents.map(usedResources));
  const total = split(all);
  const used = split(taken);
  const [everything, busy] = [quantitiesOf(all), quantitiesOf(taken)];
  const offered = quantitiesOf(sumResources(agents.map((agent) => offeredResources(state, agent))));
  const metrics: Metrics = {};
  for (const name of RESOURCES) {
    const amount = (quantities: Quantities): number => fromMilli(quantities.get(name) ?? 0);
    Object.assign(
      metrics,
      usageMetrics(`master/${name}`, amount(total.firm), amount(used.firm)),
      usageMetrics(`master/${name}_revocable`, amount(total.revocable), amount(used.revocable)),
    );
    if (amount(everything) === 0) continue;
    metrics[`allocator/mesos/resources/${name}/total`] = amount(everything);
    metrics[`allocator/mesos/resources/${name}/offered_or_allocated`] =
      amount(busy) + amount(offered);
  }
  return metrics;
}

function gaugeMetrics(state: MasterState, nowMs: number): Metrics {
  const agents = [...state.agents.values()];
  const frameworks = [...state.frameworks.values()];
  const tasks = frameworks.flatMap((framework) => [...framework.tasks.values()]);
  const inState = (name: string): number =>
    tasks.filter(({ task }) => task.state === `TASK_${name.toUpperCase()}`).length;
  const active = agents.filter(isActive).length;
  const linked = agents.filter((agent) => agent.link !== undefined).length;
  const connected = frameworks.filter(isConnected).length;
  return {
    'master/uptime_secs': (nowMs - state.startedMs) / 1000,
    'master/outstanding_offers': state.offers.size,
    'master/operator_event_stream_subscribers': state.operatorStreams.size,
    'master/slaves_active': active,
    'master/slaves_inactive': agents.length - active,
    'master/slaves_connected': linked,
    'master/slaves_disconnected': agents.length - linked,
    'master/slaves_unreachable': state.unreachableAgents.size,
    'master/frameworks_active': connected,
    'master/frameworks_inactive': frameworks.length - connected,
    'master/frameworks_connected': connected,
    'master/frameworks_disconnected': frameworks.length - connected,
    'master/tasks_unreachable': frameworks.reduce(
      (sum, framework) => sum + framework.unreachableTasks.size,
      0,
    ),
    ...Object.fromEntries(LIVE_STATES.map((name) => [`master/tasks_${name}`, inState(name)])),
    'allocator/mesos/allocation_runs': counted(state.counters, 'allocation_runs'),
    'registrar/queued_operations': state.admissions.size,
  };
}

function counterMetrics(state: MasterState): Metrics {
  const metrics: Metrics = Object.fromEntries(ZERO_METRICS.map((name) => [name, 0]));
  for (const [name, value] of state.counters) {
    if (name !== 'allocation_runs') metrics[`master/${name}`] = value;
  }
  const all = [...state.frameworks.values(), ...state.completedFrameworks.values()];
  for (const [call, name] of Object.entries(CALL_METRICS)) {
    metrics[`master/${name}`] = all.reduce(
      (sum, framework) => sum + counted(framework.counters, `calls/${call}`),
      0,
    );
  }
  return metrics;
}

function systemMetrics({ cpus, loads, memTotalBytes, memFreeBytes }: SystemFacts): Metrics {
  const [one = 0, five = 0, fifteen = 0] = loads;
  return {
    'system/cpus_total': cpus,
    'system/load_1min': one,
    'system/load_5min': five,
    'system/load_15min': fifteen,
    'system/mem_total_bytes': memTotalBytes,
    'system/mem_free_bytes': memFreeBytes,
  };
}

/** All metrics, keys sorted. */
export function metricsJson(state: MasterState, nowMs: number, system: SystemFacts): Metrics {
  const metrics = {
    ...counterMetrics(state),
    ...resourceMetrics(state),
    ...gaugeMetrics(state, nowMs),
    ...systemMetrics(system),
    ...quotaMetrics(state),
    ...roleMetrics(state),
    ...frameworkMetrics(state),
  };
  return Object.fromEntries(
    Object.entries(metrics).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
