/** Metrics of roles in the allocator, under Mesos's keys: shares and offer filters. */

import { roleTable } from '../core/roles.ts';
import type { MasterState } from '../core/state.ts';

/** Shares of roles that frameworks are in; offer filters of every role that is known. */
export function roleMetrics(state: MasterState): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const role of roleTable(state).roles.keys()) {
    metrics[`allocator/mesos/offer_filters/roles/${role}/active`] = 0;
  }
  for (const [role, { refusals, share }] of state.allocator.roleGauges()) {
    metrics[`allocator/mesos/offer_filters/roles/${role}/active`] = refusals;
    metrics[`allocator/mesos/roles/${role}/shares/dominant`] = share;
  }
  return metrics;
}
