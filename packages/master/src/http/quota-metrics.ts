/** Metrics of quota, under Mesos's keys: what each role consumes, is promised, and may not exceed. */
import { fromMilli, NO_RESOURCES, type Quantities, quantitiesOf } from '@stoke/resources';
import { guaranteesOf, limitsOf } from '../core/quota-validation.ts';
import type { RoleTable } from '../core/roles.ts';
import { heldByRole, roleTable } from '../core/roles.ts';
import type { MasterState } from '../core/state.ts';

type Metrics = Record<string, number>;

const PREFIX = 'allocator/mesos/quota/roles';

function put(into: Metrics, [role, name]: readonly [string, string], amounts: Quantities): void {
  for (const [resource, milli] of amounts) {
    into[`${PREFIX}/${role}/resources/${resource}/${name}`] = fromMilli(milli);
  }
}

/** Every role together: upstream's root of the tree, which has no name. */
function consumedByAll({ consumed }: RoleTable): Quantities {
  const sums = new Map<string, number>();
  for (const [role, resources] of consumed) {
    if (role.includes('/')) continue;
    for (const [name, milli] of quantitiesOf(resources)) {
      sums.set(name, (sums.get(name) ?? 0) + milli);
    }
  }
  return sums;
}

/** What roles with quota hold of what their quota speaks of. */
function putQuota(into: Metrics, state: MasterState, table: RoleTable): void {
  for (const config of state.quotas.values()) {
    const { role } = config;
    const guarantees = guaranteesOf(config);
    const limits = limitsOf(config);
    put(into, [role, 'guarantee'], guarantees);
    put(into, [role, 'limit'], limits);
    const sums = table.roles.get(role);
    const held = quantitiesOf(sums === undefined ? NO_RESOURCES : heldByRole(sums));
    const names = new Set([...guarantees.keys(), ...limits.keys()]);
    const share = new Map([...names].map((name) => [name, held.get(name) ?? 0]));
    put(into, [role, 'offered_or_allocated'], share);
  }
}

export function quotaMetrics(state: MasterState): Metrics {
  const metrics: Metrics = {};
  const table = roleTable(state);
  put(metrics, ['', 'consumed'], consumedByAll(table));
  for (const [role, resources] of table.consumed) {
    put(metrics, [role, 'consumed'], quantitiesOf(resources));
  }
  putQuota(metrics, state, table);
  return metrics;
}
