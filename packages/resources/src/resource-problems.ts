/** What can be wrong with one wire resource, as sentences. */

import type { Resource, Resource_ReservationInfo } from '@stoke/protocol';
import { isStrictSubroleOf, roleProblem, UNRESERVED_ROLE } from './roles.ts';

/** All problems of one resource; empty when it is sound. */
export function resourceProblems(resource: Resource): string[] {
  const name = resource.name === '' ? '(without a name)' : `'${resource.name}'`;
  return [
    ...(resource.name === '' ? ['the name must not be empty'] : []),
    ...valueProblems(resource),
    ...diskProblems(resource),
    ...reservationProblems(resource),
  ].map((problem) => `resource ${name}: ${problem}`);
}

function valueProblems(resource: Resource): string[] {
  if (resource.type === 'SCALAR')
    return [...presence(resource, 'scalar'), ...scalarProblems(resource)];
  if (resource.type === 'RANGES')
    return [...presence(resource, 'ranges'), ...rangeProblems(resource)];
  if (resource.type === 'SET') return [...presence(resource, 'set'), ...setProblems(resource)];
  return [`type must be SCALAR, RANGES or SET, not ${resource.type}`];
}

function presence(resource: Resource, field: 'scalar' | 'ranges' | 'set'): string[] {
  const others = (['scalar', 'ranges', 'set'] as const).filter((other) => other !== field);
  return [
    ...(resource[field] === undefined ? [`'${field}' is missing`] : []),
    ...others
      .filter((other) => resource[other] !== undefined)
      .map((other) => `'${other}' must not be set beside '${field}'`),
  ];
}

function scalarProblems(resource: Resource): string[] {
  const value = resource.scalar?.value ?? 0;
  if (!Number.isFinite(value)) return [`the amount must be a finite number, not ${value}`];
  if (value < 0) return [`the amount must not be negative, but is ${value}`];
  if (resource.name === 'gpus' && !Number.isInteger(value)) {
    return [`gpus must be a whole number, but is ${value}`];
  }
  return [];
}

function rangeProblems(resource: Resource): string[] {
  return (resource.ranges?.range ?? [])
    .filter((range) => range.begin > range.end)
    .map((range) => `range ${range.begin}-${range.end} ends before it begins`);
}

function setProblems(resource: Resource): string[] {
  const items = resource.set?.item ?? [];
  return items
    .filter((item, index) => items.indexOf(item) !== index)
    .map((item) => `set element '${item}' appears more than once`);
}

function diskProblems(resource: Resource): string[] {
  if (resource.disk === undefined) return [];
  const problems: string[] = [];
  if (resource.name !== 'disk') problems.push("only 'disk' resources may have disk information");
  if (resource.disk.persistence !== undefined && resource.disk.persistence.id === '') {
    problems.push('a persistent volume needs an id');
  }
  return problems;
}

function reservationProblems(resource: Resource): string[] {
  const stack = resource.reservations ?? [];
  return stack.length > 0 ? stackProblems(resource, stack) : oldFormatProblems(resource);
}

function oldFormatProblems(resource: Resource): string[] {
  const role = resource.role ?? UNRESERVED_ROLE;
  const problem = roleProblem(role);
  if (problem !== undefined) return [problem];
  if (resource.reservation === undefined) return [];
  return [
    ...(role === UNRESERVED_ROLE ? ["a reservation needs a role other than '*'"] : []),
    ...(resource.reservation.type === undefined ? [] : ["'reservation.type' must not be set"]),
    ...(resource.reservation.role === undefined ? [] : ["'reservation.role' must not be set"]),
  ];
}

function stackProblems(resource: Resource, stack: readonly Resource_ReservationInfo[]): string[] {
  return [
    ...(resource.role === undefined ? [] : ["'role' must not be set beside 'reservations'"]),
    ...(resource.reservation === undefined
      ? []
      : ["'reservation' must not be set beside 'reservations'"]),
    ...stack.flatMap((reservation, index) => layerProblems(reservation, stack[index - 1])),
  ];
}

function layerProblems(
  reservation: Resource_ReservationInfo,
  below: Resource_ReservationInfo | undefined,
): string[] {
  if (reservation.type === undefined) return ['each reservation needs a type'];
  if (reservation.role === undefined) return ['each reservation needs a role'];
  const problem = roleProblem(reservation.role);
  if (problem !== undefined) return [problem];
  if (reservation.role === UNRESERVED_ROLE) return ["a reservation needs a role other than '*'"];
  if (below === undefined) return [];
  const refined = isStrictSubroleOf(reservation.role, below.role ?? '');
  return [
    ...(reservation.type === 'STATIC' ? ['only the first reservation may be STATIC'] : []),
    ...(refined ? [] : [`role '${reservation.role}' must lie below '${below.role}'`]),
  ];
}
