/** `/roles`: every role that has frameworks, reservations, a weight or a quota. */
import { fromMilli, NO_QUANTITIES, NO_RESOURCES, type Quantities } from '@stoke/resources';
import { guaranteesOf, limitsOf } from '../../core/quota-validation.ts';
import {
  amountsOf,
  heldByRole,
  type RoleSums,
  type RoleTable,
  roleTable,
} from '../../core/roles.ts';
import type { MasterState } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { Json } from './resource-json.ts';

function amountsJson(amounts: Quantities): Json {
  const names = [...amounts.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, fromMilli(amounts.get(name) ?? 0)]));
}

function roleJson(
  state: MasterState,
  table: RoleTable,
  [role, sums]: readonly [string, RoleSums],
): Json {
  const quota = state.quotas.get(role);
  return {
    name: role,
    weight: state.weights.get(role) ?? 1,
    quota: {
      role,
      guarantee: amountsJson(guaranteesOf(quota)),
      limit: amountsJson(quota === undefined ? NO_QUANTITIES : limitsOf(quota)),
      consumed: amountsJson(amountsOf(table.consumed.get(role) ?? NO_RESOURCES)),
    },
    resources: amountsJson(amountsOf(heldByRole(sums))),
    allocated: amountsJson(amountsOf(sums.allocated)),
    offered: amountsJson(amountsOf(sums.offered)),
    reserved: amountsJson(amountsOf(sums.reserved)),
    frameworks: sums.frameworks,
  };
}

export function rolesJson(state: MasterState, viewer: Viewer): Json {
  const table = roleTable(state);
  const seen = [...table.roles].filter(([role]) => viewer.role(role));
  return { roles: seen.map((entry) => roleJson(state, table, entry)) };
}
