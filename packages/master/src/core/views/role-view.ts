/** Roles as the operator API shows them. */
import type { Resource, Role } from '@stoke/protocol';
import { fromMilli, type Quantities, quantitiesOf } from '@stoke/resources';
import { heldByRole, type RoleSums, roleTable } from '../roles.ts';
import type { MasterState } from '../state.ts';
import type { Viewer } from '../viewer.ts';

/** Scalars without any more about them, by name. */
export function scalarResources(quantities: Quantities): Resource[] {
  return [...quantities]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, milli]) => ({ name, type: 'SCALAR', scalar: { value: fromMilli(milli) } }));
}

function roleView(state: MasterState, [name, sums]: readonly [string, RoleSums]): Role {
  return {
    name,
    weight: state.weights.get(name) ?? 1,
    frameworks: sums.frameworks.map((value) => ({ value })),
    resources: scalarResources(quantitiesOf(heldByRole(sums))),
  };
}

/** Mesos operator API, GET_ROLES. */
export function rolesView(state: MasterState, viewer: Viewer): Role[] {
  const seen = [...roleTable(state).roles].filter(([role]) => viewer.role(role));
  return seen.map((entry) => roleView(state, entry));
}
