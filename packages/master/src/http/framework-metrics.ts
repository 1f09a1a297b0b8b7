/** Metrics of frameworks, live and completed, and of their principals, under Mesos's keys. */

import { counted } from '../core/counters.ts';
import type { Framework, MasterState } from '../core/state.ts';
import { isConnected } from '../core/state.ts';
import { ACTIVE_TASK_STATES, FRAMEWORK_COUNTERS } from './metric-names.ts';

type Metrics = Record<string, number>;

/** Tasks by the state they are in now; unreachable ones are kept apart by the books. */
function putActiveTasks(into: Metrics, prefix: string, framework: Framework): void {
  for (const state of ACTIVE_TASK_STATES) {
    into[`${prefix}/tasks/active/${state.toLowerCase()}`] = 0;
  }
  for (const { task } of framework.tasks.values()) {
    const key = `${prefix}/tasks/active/${task.state.toLowerCase()}`;
    const sum = into[key];
    if (sum !== undefined) into[key] = sum + 1;
  }
  into[`${prefix}/tasks/active/task_unreachable`] = framework.unreachableTasks.size;
}

function putFramework(into: Metrics, framework: Framework): void {
  const prefix = `master/frameworks/${encodeURIComponent(framework.info.name)}/${framework.id}`;
  into[`${prefix}/subscribed`] = isConnected(framework) ? 1 : 0;
  for (const name of FRAMEWORK_COUNTERS) into[`${prefix}/${name}`] = 0;
  for (const [name, value] of framework.counters) into[`${prefix}/${name}`] = value;
  for (const role of framework.roles) {
    into[`${prefix}/roles/${role}/suppressed`] = framework.suppressed.has(role) ? 1 : 0;
  }
  putActiveTasks(into, prefix, framework);
}

/** Messages of schedulers by the principal they came from. */
function putPrincipal(into: Metrics, framework: Framework): void {
  const { principal } = framework.info;
  if (principal === undefined) return;
  const calls = counted(framework.counters, 'calls');
  for (const name of ['messages_received', 'messages_processed']) {
    const key = `frameworks/${principal}/${name}`;
    into[key] = (into[key] ?? 0) + calls;
  }
}

/** Completed frameworks keep their metrics as long as they are remembered. */
export function frameworkMetrics(state: MasterState): Metrics {
  const metrics: Metrics = {};
  if (state.settings.publishFrameworkMetrics) {
    for (const framework of state.completedFrameworks.values()) putFramework(metrics, framework);
    for (const framework of state.frameworks.values()) putFramework(metrics, framework);
  }
  for (const framework of state.completedFrameworks.values()) putPrincipal(metrics, framework);
  for (const framework of state.frameworks.values()) putPrincipal(metrics, framework);
  return metrics;
}
