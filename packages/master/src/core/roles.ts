/** Which roles there are, and what each of them holds. */
import type { QuotaConfig } from '@stoke/protocol';
import {
  addQuantities,
  addResources,
  byAllocation,
  countInRanges,
  filterResources,
  isEmpty,
  NO_QUANTITIES,
  NO_RESOURCES,
  type Quantities,
  quantitiesOf,
  type Resources,
  reservationsByRole,
  toMilli,
  unreservedOf,
} from '@stoke/resources';
import { usedResources } from './owned-resources.ts';
import type { Framework, MasterState } from './state.ts';

function rolesInUse(framework: Framework): string[] {
  const used = [...framework.tasks.values()].flatMap((record) =>
    record.resources.items.map((item) => item.allocatedTo ?? '*'),
  );
  return [...framework.roles, ...used];
}

/** True when the quota promises or limits anything. */
function isSet({ guarantees, limits }: QuotaConfig): boolean {
  return Object.keys({ ...guarantees, ...limits }).length > 0;
}

/** Roles that mean something: frameworks use them, resources are reserved to them, or they are set up. */
function knownRoles(state: MasterState): string[] {
  const names = new Set<string>([
    ...[...state.frameworks.values()].flatMap(rolesInUse),
    ...[...state.agents.values()].flatMap((agent) => [...reservationsByRole(agent.total).keys()]),
    ...state.weights.keys(),
    ...[...state.quotas.values()].filter(isSet).map(({ role }) => role),
  ]);
  return [...names].sort();
}

/** Scalars as they are; ranges as how many they are. */
export function amountsOf(resources: Resources): Quantities {
  let amounts = quantitiesOf(resources);
  for (const item of resources.items) {
    if (item.kind === 'RANGES') {
      amounts = addQuantities(amounts, new Map([[item.name, toMilli(countInRanges(item.ranges))]]));
    }
  }
  return amounts;
}

/** What a role holds, sub-roles apart. */
export type RoleSums = {
  readonly allocated: Resources;
  readonly offered: Resources;
  readonly reserved: Resources;
  readonly frameworks: readonly string[];
};

/** All roles, counted in one pass over the books. */
export type RoleTable = {
  /** By name, sorted. */
  readonly roles: ReadonlyMap<string, RoleSums>;
  /** What counts against quota: reservations and all that is used, with sub-roles; by role or ancestor. */
  readonly consumed: ReadonlyMap<string, Resources>;
};

const NOTHING: RoleSums = {
  allocated: NO_RESOURCES,
  offered: NO_RESOURCES,
  reserved: NO_RESOURCES,
  frameworks: [],
};

/** `a/b/c` → `a/b/c`, `a/b`, `a`. */
function withAncestors(role: string): string[] {
  const parts = role.split('/');
  return parts.map((_part, index) => parts.slice(0, parts.length - index).join('/'));
}

class TableBuilder {
  readonly roles = new Map<string, RoleSums>();
  readonly consumed = new Map<string, Resources>();

  add(role: string, kind: 'allocated' | 'offered' | 'reserved', part: Resources): void {
    const sums = this.roles.get(role) ?? NOTHING;
    this.roles.set(role, { ...sums, [kind]: addResources(sums[kind], part) });
    if (kind === 'offered') return;
    const charged = kind === 'allocated' ? unreservedOf(part) : part;
    for (const owner of withAncestors(role)) {
      this.consumed.set(owner, addResources(this.consumed.get(owner) ?? NO_RESOURCES, charged));
    }
  }

  join(role: string, frameworkId: string): void {
    const sums = this.roles.get(role) ?? NOTHING;
    this.roles.set(role, { ...sums, frameworks: [...sums.frameworks, frameworkId] });
  }
}

export function roleTable(state: MasterState): RoleTable {
  const table = new TableBuilder();
  for (const role of knownRoles(state)) table.roles.set(role, NOTHING);
  for (const framework of state.frameworks.values()) {
    for (const role of framework.roles) table.join(role, framework.id);
    for (const [role = '*', part] of byAllocation(usedResources(framework))) {
      if (!isEmpty(part)) table.add(role, 'allocated', part);
    }
  }
  for (const offer of state.offers.values()) table.add(offer.role, 'offered', offer.resources);
  for (const agent of state.agents.values()) {
    for (const [role, part] of reservationsByRole(agent.total)) table.add(role, 'reserved', part);
  }
  return table;
}

/** What limits are compared with: scalars only. */
export function consumedScalars({ consumed }: RoleTable, role: string): Quantities {
  return quantitiesOf(consumed.get(role) ?? NO_RESOURCES);
}

/** Allocated and offered together. */
export function heldByRole(sums: RoleSums): Resources {
  return addResources(sums.allocated, sums.offered);
}

/** All scalars of registered agents that can be guaranteed: revocable ones cannot. */
export function clusterCapacity(state: MasterState): Quantities {
  let sum = NO_QUANTITIES;
  for (const agent of state.agents.values()) {
    const firm = filterResources(agent.total, ({ revocable }) => !revocable);
    sum = addQuantities(sum, quantitiesOf(firm));
  }
  return sum;
}
