/** Which roles there are, and what each of them holds. */
import type { QuotaConfig } from '@stoke/protocol';
import {
  addQuantities,
  addResources,
  countInRanges,
  filterResources,
  isStrictSubroleOf,
  NO_QUANTITIES,
  type Quantities,
  quantitiesOf,
  type Resources,
  reservationsByRole,
  toMilli,
  unreservedOf,
} from '@stoke/resources';
import { sumOf, usedResources } from './owned-resources.ts';
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
export function knownRoles(state: MasterState): string[] {
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

function inRoles(resources: Resources, belongs: (role: string) => boolean): Resources {
  return filterResources(resources, (item) => belongs(item.allocatedTo ?? '*'));
}

function allocatedTo(state: MasterState, belongs: (role: string) => boolean): Resources {
  const members = [...state.frameworks.values()];
  return sumOf(members.map((framework) => inRoles(usedResources(framework), belongs)));
}

function reservedTo(state: MasterState, belongs: (role: string) => boolean): Resources {
  const parts = [...state.agents.values()].flatMap((agent) =>
    [...reservationsByRole(agent.total)].flatMap(([role, part]) => (belongs(role) ? [part] : [])),
  );
  return sumOf(parts);
}

export function roleSums(state: MasterState, role: string): RoleSums {
  const belongs = (other: string): boolean => other === role;
  const offers = [...state.offers.values()].filter((offer) => offer.role === role);
  return {
    allocated: allocatedTo(state, belongs),
    offered: sumOf(offers.map((offer) => offer.resources)),
    reserved: reservedTo(state, belongs),
    frameworks: [...state.frameworks.values()]
      .filter((framework) => framework.roles.includes(role))
      .map((framework) => framework.id),
  };
}

/** What counts against a role's quota: its reservations and all that is used, with its sub-roles. */
export function consumedBy(state: MasterState, role: string): Quantities {
  return amountsOf(consumedResources(state, role));
}

/** The same without ranges: what limits are compared with. */
export function consumedScalars(state: MasterState, role: string): Quantities {
  return quantitiesOf(consumedResources(state, role));
}

function consumedResources(state: MasterState, role: string): Resources {
  const belongs = (other: string): boolean => other === role || isStrictSubroleOf(other, role);
  const used = unreservedOf(allocatedTo(state, belongs));
  return addResources(used, reservedTo(state, belongs));
}

/** Allocated and offered together. */
export function heldByRole(sums: RoleSums): Resources {
  return addResources(sums.allocated, sums.offered);
}

/** All scalars of registered agents. */
export function clusterCapacity(state: MasterState): Quantities {
  let sum = NO_QUANTITIES;
  for (const agent of state.agents.values()) {
    sum = addQuantities(sum, quantitiesOf(agent.total));
  }
  return sum;
}
