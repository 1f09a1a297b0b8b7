/** Public names of the resources package. */

export {
  applyExchange,
  checkpointedOf,
  type Exchange,
  exchangeOf,
  withCheckpointed,
} from './exchange.ts';
export { type ResourcesResult, resourcesFromTrustedWire, resourcesFromWire } from './from-wire.ts';
export { type AttributesResult, parseAttributes } from './parse-attributes.ts';
export { type ParsedResources, parseResources } from './parse-resources.ts';
export {
  addQuantities,
  containsQuantities,
  formatQuantities,
  NO_QUANTITIES,
  type Quantities,
  quantitiesFrom,
  quantitiesFromWire,
  quantitiesOf,
} from './quantities.ts';
export {
  coalesce,
  containsRanges,
  countInRanges,
  formatRanges,
  type Range,
  type Ranges,
  subtractRanges,
  uniteRanges,
} from './ranges.ts';
export {
  allocatableTo,
  popReservation,
  pushReservation,
  reservationsByRole,
  toUnreserved,
  unreservedOf,
} from './reservation.ts';
export {
  createItem,
  type ItemFields,
  isPersistentVolume,
  isStaticallyReserved,
  PLAIN_FIELDS,
  type ResourceItem,
  type ResourceKind,
  reservationRole,
  withAmount,
} from './resource-item.ts';
export { resourceProblems } from './resource-problems.ts';
export { resourceSummary } from './resource-summary.ts';
export {
  addResources,
  allocate,
  byAllocation,
  containsResources,
  equalResources,
  filterResources,
  isEmpty,
  NO_RESOURCES,
  type Resources,
  type ResourceTraits,
  resourcesOf,
  subtractResources,
  unallocate,
  uniqueResources,
} from './resources.ts';
export { isStrictSubroleOf, maySee, roleProblem, topLevelRole, UNRESERVED_ROLE } from './roles.ts';
export { fromMilli, toMilli } from './scalar.ts';
export { sumResources } from './sum-resources.ts';
export { toEndpoint, toPostRefinement, toPreRefinement } from './to-wire.ts';
