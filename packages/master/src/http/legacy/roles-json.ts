/** `/roles`: every role that has frameworks, reservations, a weight or a quota. */
import { fromMilli, type Quantities } from '@stoke/resources';
import { amountsOf, consumedBy, heldByRole, knownRoles, roleSums } from '../../core/roles.ts';
import type { MasterState } from '../../core/state.ts';
import type { Json } from './resource-json.ts';

function amountsJson(amounts: Quantities): Json {
  const names = [...amounts.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, fromMilli(amounts.get(name) ?? 0)]));
}

function roleJson(state: MasterState, role: string): Json {
  const sums = roleSums(state, role);
  return {
    name: role,
    weight: 1,
    quota: { role, guarantee: {}, limit: {}, consumed: amountsJson(consumedBy(state, role)) },
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
