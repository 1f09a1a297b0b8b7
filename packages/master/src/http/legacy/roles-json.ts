/** `/roles`: every role that has frameworks, reservations, a weight or a quota. */
import { fromMilli, NO_QUANTITIES, type Quantities } from '@stoke/resources';
import { guaranteesOf, limitsOf } from '../../core/quota-validation.ts';
import { amountsOf, consumedBy, heldByRole, knownRoles, roleSums } from '../../core/roles.ts';
import type { MasterState } from '../../core/state.ts';
import type { Json } from './resource-json.ts';

function amountsJson(amounts: Quantities): Json {
  const names = [...amounts.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, fromMilli(amounts.get(name) ?? 0)]));
}

function roleJson(state: MasterState, role: string): Json {
  const sums = roleSums(state, role);
  const quota = state.quotas.get(role);
  return {
    name: role,
    weight: state.weights.get(role) ?? 1,
    quota: {
      role,
      guarantee: amountsJson(guaranteesOf(quota)),
      limit: amountsJson(quota === undefined ? NO_QUANTITIES : limitsOf(quota)),
      consumed: amountsJson(consumedBy(state, role)),
    },
    resources: amountsJson(amountsOf(heldByRole(sums))),
    allocated: amountsJson(amountsOf(sums.allocated)),
    offered: amountsJson(amountsOf(sums.offered)),
    reserved: amountsJson(amountsOf(sums.reserved)),
    frameworks: sums.frameworks,
  };
}

export function rolesJson(state: MasterState): Json {
  return { roles: knownRoles(state).map((role) => roleJson(state, role)) };
}
