/** What the allocator says about roles in numbers, for metrics. */
import type { RoleGauges } from './allocator-api.ts';
import type { ClusterState } from './cluster-state.ts';
import { dominantShare } from './fair-order.ts';

/** Live refusals by role. */
function refusalsByRole(state: ClusterState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const agent of state.agents.values()) {
    for (const [client, refusals] of agent.refusals) {
      const live = refusals.filter(({ revival }) => revival === client.revivals).length;
      counts.set(client.role, (counts.get(client.role) ?? 0) + live);
    }
  }
  return counts;
}

/** Gauges of the roles that frameworks are in. */
export function roleGauges(state: ClusterState): Map<string, RoleGauges> {
  const refusals = refusalsByRole(state);
  const clients = [...state.frameworks.values()].flatMap(({ clients }) => [...clients.values()]);
  const gauges = new Map<string, RoleGauges>();
  for (const { role, node, subscribed } of clients) {
    if (!subscribed || gauges.has(role)) continue;
    gauges.set(role, {
      refusals: refusals.get(role) ?? 0,
      share: dominantShare(state.basis, node),
    });
  }
  return gauges;
}
