/** Semantic checks of a FrameworkInfo and of what comes with it in SUBSCRIBE and UPDATE_FRAMEWORK. */
import type {
  FrameworkInfo,
  SchedulerOfferConstraints,
  SchedulerOfferConstraints_RoleConstraints_Group,
} from '@stoke/protocol';
import { idProblem, roleProblem } from '@stoke/protocol';

/** Longest duration Mesos can hold: signed 64-bit nanoseconds, in seconds. */
const MAX_DURATION_SECONDS = 9_223_372_036;

/** True when the framework declared the capability. */
export function hasCapability(info: FrameworkInfo, capability: string): boolean {
  return (info.capabilities ?? []).some((entry) => entry.type === capability);
}

/** The roles a framework subscribes to, in either of the two ways to say it. */
export function rolesOf(info: FrameworkInfo): string[] {
  if (hasCapability(info, 'MULTI_ROLE')) return [...(info.roles ?? [])];
  return [info.role ?? '*'];
}

function duplicatesOf(items: readonly string[]): string[] {
  return [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
}

function multiRoleProblems(info: FrameworkInfo): string[] {
  if (info.role !== undefined) {
    return ["'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable"];
  }
  const roles = info.roles ?? [];
  const duplicates = duplicatesOf(roles);
  const problems: string[] = [];
  if (duplicates.length > 0) {
    problems.push(`'FrameworkInfo.roles' contains duplicate items: { ${duplicates.join(', ')} }`);
  }
  for (const role of roles) {
    const problem = roleProblem(role);
    if (problem !== undefined) {
      problems.push(`'FrameworkInfo.roles' contains invalid role: ${problem}`);
    }
  }
  return problems;
}

function roleProblems(info: FrameworkInfo): string[] {
  if (hasCapability(info, 'MULTI_ROLE')) return multiRoleProblems(info);
  if ((info.roles ?? []).length > 0) {
    return ["'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"];
  }
  const problem = info.role === undefined ? undefined : roleProblem(info.role);
  return problem === undefined ? [] : [`'FrameworkInfo.role' is not a valid role: ${problem}`];
}

function formatSeconds(seconds: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(seconds)));
  if (!Number.isFinite(exponent) || exponent < 6) return String(seconds);
  const mantissa = Number((seconds / 10 ** exponent).toFixed(5));
  return `${mantissa}e+${String(exponent).padStart(2, '0')}`;
}

function timeoutProblems(info: FrameworkInfo): string[] {
  const seconds = info.failover_timeout ?? 0;
  if (Math.abs(seconds) <= MAX_DURATION_SECONDS) return [];
  return [`The framework failover_timeout (${formatSeconds(seconds)}) is invalid`];
}

/** Every problem of a FrameworkInfo, in the order in which Mesos would name the first. */
export function frameworkInfoProblems(info: FrameworkInfo): string[] {
  const id = info.id?.value ?? '';
  const idFault = id === '' ? undefined : idProblem(id);
  return [
    ...roleProblems(info),
    ...(idFault === undefined ? [] : [idFault]),
    ...timeoutProblems(info),
  ];
}

/** Suppressed roles must be among the framework's roles. */
export function suppressedRoleProblems(
  suppressed: readonly string[],
  roles: readonly string[],
): string[] {
  const strangers = suppressed.filter((role) => !roles.includes(role));
  if (strangers.length === 0) return [];
  return [`Suppressed roles { ${strangers.join(', ')} } are not contained in the set of roles`];
}

function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch {
    // The reason is rebuilt in RE2's words: only the missing parenthesis is common enough to name.
    const reason = /\([^)]*$/.test(pattern) ? 'missing )' : 'invalid regular expression';
    return `Failed to construct regex from pattern '${pattern}': ${reason}: ${pattern}`;
  }
}

function roleConstraintProblems(
  role: string,
  groups: readonly SchedulerOfferConstraints_RoleConstraints_Group[],
): string[] {
  const predicates = groups.flatMap((group) =>
    (group.attribute_constraints ?? []).map((constraint) => constraint.predicate),
  );
  const patterns = predicates.flatMap(({ text_matches, text_not_matches }) =>
    [text_matches?.regex, text_not_matches?.regex].filter((regex) => regex !== undefined),
  );
  return patterns.flatMap((pattern) => {
    const fault = regexProblem(pattern);
    if (fault === undefined) return [];
    return [
      `Offer constraints are not valid: A role ${role} has an invalid 'AttributeConstraint': ${fault}`,
    ];
  });
}

/** Offer constraints must name subscribed roles and use regular expressions that compile. */
export function offerConstraintProblems(
  constraints: SchedulerOfferConstraints | undefined,
  roles: readonly string[],
): string[] {
  return Object.entries(constraints?.role_constraints ?? {}).flatMap(([role, value]) => {
    const stranger = roles.includes(role)
      ? []
      : [
          `Offer constraints specify \`role_constraints\` for a role '${role}'not contained in the set of roles`,
        ];
    return [...stranger, ...roleConstraintProblems(role, value.groups ?? [])];
  });
}
