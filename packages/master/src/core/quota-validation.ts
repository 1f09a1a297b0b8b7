/** What is wrong with a quota. Pure; texts are those that upstream's clients see. */
import type { QuotaConfig, QuotaRequest, Resource, Value_Scalar } from '@stoke/protocol';
import {
  addQuantities,
  containsQuantities,
  fromMilli,
  NO_QUANTITIES,
  type Quantities,
  quantitiesFromWire,
  roleProblem,
  toMilli,
} from '@stoke/resources';
import type { Refusal } from './replies.ts';
import { clusterCapacity, consumedScalars, type RoleTable, roleTable } from './roles.ts';
import type { MasterState } from './state.ts';

/** More than that cannot be counted exactly in thousandths. */
const MAX_AMOUNT = Number.MAX_SAFE_INTEGER / 1000;

/** `cpus:2; mem:512`, by name. */
function quantitiesText(quantities: Quantities): string {
  if (quantities.size === 0) return '{}';
  return [...quantities]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, milli]) => `${name}:${fromMilli(milli)}`)
    .join('; ');
}

function mapText(amounts: Readonly<Record<string, Value_Scalar>>): string {
  const entries = Object.entries(amounts).map(([name, { value }]) => `${name}: ${value}`);
  return `{ ${entries.join(', ')} }`;
}

/** Limits in milli-units; zero is a limit too, infinity is none. */
export function limitsOf(config: QuotaConfig): Quantities {
  return new Map(
    Object.entries(config.limits ?? {})
      .filter(([, { value }]) => Number.isFinite(value))
      .map(([name, { value }]) => [name, toMilli(value)]),
  );
}

export function guaranteesOf(config: QuotaConfig | undefined): Quantities {
  return quantitiesFromWire(config?.guarantees ?? {});
}

/** True when the config promises and limits nothing. */
export function isDefaultQuota(config: QuotaConfig): boolean {
  return guaranteesOf(config).size === 0 && limitsOf(config).size === 0;
}

/** Guarantees of all roles once `changes` apply. */
function totalGuarantees(state: MasterState, changes: readonly QuotaConfig[]): Quantities {
  const all = new Map(state.quotas);
  for (const config of changes) all.set(config.role, config);
  return [...all.values()].reduce(
    (sum, config) => addQuantities(sum, guaranteesOf(config)),
    NO_QUANTITIES,
  );
}

function overcommitment(state: MasterState, changes: readonly QuotaConfig[]): string | undefined {
  const total = totalGuarantees(state, changes);
  const capacity = clusterCapacity(state);
  if (containsQuantities(capacity, total)) return undefined;
  return `quota guarantees '${quantitiesText(total)}' exceed cluster capacity '${quantitiesText(capacity)}'`;
}

/** A limit may be infinite: it is none then. */
function valueProblem(value: number, kind: 'guarantee' | 'limit'): string | undefined {
  if (value < 0 || Number.isNaN(value)) return 'Negative values not supported';
  if (kind === 'limit' && value === Number.POSITIVE_INFINITY) return undefined;
  return value > MAX_AMOUNT ? `Values above ${MAX_AMOUNT} not supported` : undefined;
}

function amountProblem(
  kind: 'guarantee' | 'limit',
  amounts: Readonly<Record<string, Value_Scalar>> | undefined,
): string | undefined {
  for (const [name, { value }] of Object.entries(amounts ?? {})) {
    const problem = valueProblem(value, kind);
    if (problem !== undefined) {
      return `Invalid QuotaConfig: Invalid ${kind} configuration {'${name}': ${value}}: ${problem}`;
    }
  }
  return undefined;
}

function containmentProblem(config: QuotaConfig): string | undefined {
  const limits = limitsOf(config);
  const beyond = [...guaranteesOf(config)].some(
    ([name, milli]) => milli > (limits.get(name) ?? Number.POSITIVE_INFINITY),
  );
  if (!beyond) return undefined;
  return `Invalid QuotaConfig: 'QuotaConfig.guarantees' ${mapText(config.guarantees ?? {})} is not contained within the 'QuotaConfig.limits' ${mapText(config.limits ?? {})}`;
}

function configProblem(state: MasterState, config: QuotaConfig): string | undefined {
  const { role } = config;
  if (role.includes('/')) return `Updating quota on nested role '${role}' is not supported yet`;
  const problem = roleProblem(role);
  if (problem !== undefined) return `Invalid QuotaConfig: Invalid role '${role}': ${problem}`;
  const { roles } = state.settings;
  if (roles !== undefined && !roles.includes(role)) {
    return `Invalid QuotaConfig: Unknown role '${role}'`;
  }
  return (
    amountProblem('guarantee', config.guarantees) ??
    amountProblem('limit', config.limits) ??
    containmentProblem(config)
  );
}

function consumptionProblem(table: RoleTable, config: QuotaConfig): string | undefined {
  const limits = limitsOf(config);
  const consumed = consumedScalars(table, config.role);
  const beyond = [...limits].some(([name, milli]) => (consumed.get(name) ?? 0) > milli);
  if (!beyond) return undefined;
  return `Invalid QuotaConfig: Role '${config.role}' is already consuming '${quantitiesText(consumed)}'; this is more than the requested limits '${quantitiesText(limits)}' (use 'force' flag to bypass this check)`;
}

/** Every reason to refuse UPDATE_QUOTA, in the order in which upstream looks for them. */
export function updateQuotaProblems(
  state: MasterState,
  configs: readonly QuotaConfig[],
  force: boolean,
): string[] {
  const problems = configs.flatMap((config) => configProblem(state, config) ?? []);
  if (force || problems.length > 0) return problems;
  const over = overcommitment(state, configs);
  const table = roleTable(state);
  return [
    ...configs.flatMap((config) => consumptionProblem(table, config) ?? []),
    ...(over === undefined
      ? []
      : [`Invalid QuotaConfig: total ${over} (use 'force' flag to bypass this check)`]),
  ];
}

/** The older form as the newer one: the guarantee is the limit. */
export function configOfRequest({ role = '', guarantee = [] }: QuotaRequest): QuotaConfig {
  const amounts = Object.fromEntries(
    guarantee.map(({ name, scalar }) => [name, { value: scalar?.value ?? 0 }]),
  );
  return { role, guarantees: amounts, limits: amounts };
}

function isReserved({ role, reservation, reservations }: Resource): boolean {
  const byRole = role !== undefined && role !== '*';
  return byRole || reservation !== undefined || (reservations ?? []).length > 0;
}

function guaranteeProblem(guarantee: readonly Resource[]): string | undefined {
  const names = new Set<string>();
  for (const resource of guarantee) {
    if (isReserved(resource)) return 'QuotaInfo must not contain any ReservationInfo';
    if (resource.type !== 'SCALAR') return 'QuotaInfo must not include non-scalar resources';
    if (names.has(resource.name)) {
      return `QuotaInfo contains duplicate resource name '${resource.name}'`;
    }
    names.add(resource.name);
  }
  const wrong = guarantee.find(
    ({ scalar }) => valueProblem(scalar?.value ?? 0, 'guarantee') !== undefined,
  );
  return wrong === undefined
    ? undefined
    : `QuotaInfo must not include negative or uncountable amounts, as of '${wrong.name}'`;
}

/** Parents cannot have quota below them: what a nested role asks for is never contained. */
function nestingProblem(state: MasterState, config: QuotaConfig): string | undefined {
  const [parent = '', ...rest] = config.role.split('/');
  if (rest.length === 0) return undefined;
  const held = quantitiesText(guaranteesOf(state.quotas.get(parent)));
  const sum = quantitiesText(guaranteesOf(config));
  return `Invalid quota configuration. Parent role '${parent}' with guarantees (${held}) does not contain the sum of its children's guarantees (${sum})`;
}

function requestProblem(state: MasterState, request: QuotaRequest): string | undefined {
  const { role = '', guarantee = [] } = request;
  if (role === '') return 'QuotaInfo with invalid role: Role names cannot be the empty string';
  const problem = roleProblem(role);
  if (problem !== undefined) return `QuotaInfo with invalid role: ${problem}`;
  const bad = guaranteeProblem(guarantee);
  if (bad !== undefined) return bad;
  const { roles } = state.settings;
  if (roles !== undefined && !roles.includes(role)) return `Unknown role '${role}'`;
  if (state.quotas.has(role)) {
    return `Cannot set quota for role '${role}' which already has quota`;
  }
  return nestingProblem(state, configOfRequest(request));
}

/** Why SET_QUOTA is refused. */
export function setQuotaRefusal(state: MasterState, request: QuotaRequest): Refusal | undefined {
  const problem = requestProblem(state, request);
  if (problem !== undefined) {
    return { status: 400, reason: `Failed to validate set quota request: ${problem}` };
  }
  const over = overcommitment(state, [configOfRequest(request)]);
  if (request.force === true || over === undefined) return undefined;
  const reason = `Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total ${over}`;
  return { status: 409, reason };
}
