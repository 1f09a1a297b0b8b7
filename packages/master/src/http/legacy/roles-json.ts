/** `/roles`: every role that has frameworks or reservations. */
import {
  addQuantities,
  addResources,
  countInRanges,
  filterResources,
  fromMilli,
  NO_QUANTITIES,
  NO_RESOURCES,
  type Quantities,
  quantitiesOf,
  type Resources,
  reservationsByRole,
  toMilli,
  unreservedOf,
} from '@stoke/resources';
import type { MasterState } from '../../core/state.ts';
import type { Json } from './resource-json.ts';
import { sumOf, usedResources } from './resource-json.ts';

type RoleSums = {
  readonly allocated: Resources;
  readonly offered: Resources;
  readonly reserved: Quantities;
  readonly frameworks: readonly string[];
};

/** Scalars as they are; ranges as how many they are. */
function amountsOf(resources: Resources): Quantities {
  let amounts = quantitiesOf(resources);
  for (const item of resources.items) {
    if (item.kind === 'RANGES') {
      amounts = addQuantities(amounts, new Map([[item.name, toMilli(countInRanges(item.ranges))]]));
    }
  }
  return amounts;
}

function amountsJson(amounts: Quantities): Json {
  const names = [...amounts.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, fromMilli(amounts.get(name) ?? 0)]));
}

function inRole(resources: Resources, role: string): Resources {
  return filterResources(resources, (item) => item.allocatedTo === role);
}

function sumsOf(state: MasterState, role: string): RoleSums {
  const members = [...state.frameworks.values()];
  const offers = [...state.offers.values()].filter((offer) => offer.role === role);
  let reserved = NO_QUANTITIES;
  for (const agent of state.agents.values()) {
    const part = reservationsByRole(agent.total).get(role) ?? NO_RESOURCES;
    reserved = addQuantities(reserved, amountsOf(part));
  }
  return {
    allocated: sumOf(members.map((framework) => inRole(usedResources(framework), role))),
    offered: sumOf(offers.map((offer) => offer.resources)),
    reserved,
    frameworks: members
      .filter((framework) => framework.roles.includes(role))
      .map((framework) => framework.id),
  };
}

function roleJson(state: MasterState, role: string): Json {
  const { allocated, offered, reserved, frameworks } = sumsOf(state, role);
  const consumed = addQuantities(amountsOf(unreservedOf(allocated)), reserved);
  return {
    name: role,
    weight: 1,
    quota: { role, guarantee: {}, limit: {}, consumed: amountsJson(consumed) },
    resources: amountsJson(amountsOf(addResources(allocated, offered))),
    allocated: amountsJson(amountsOf(allocated)),
    offered: amountsJson(amountsOf(offered)),
    reserved: amountsJson(reserved),
    frameworks,
  };
}

export function rolesJson(state: MasterState): Json {
  const names = new Set<string>();
  for (const framework of state.frameworks.values()) {
    for (const role of framework.roles) names.add(role);
    for (const record of framework.tasks.values()) {
      for (const item of record.resources.items) names.add(item.allocatedTo ?? '*');
    }
  }
  for (const agent of state.agents.values()) {
    for (const role of reservationsByRole(agent.total).keys()) names.add(role);
  }
  return { roles: [...names].sort().map((role) => roleJson(state, role)) };
}
