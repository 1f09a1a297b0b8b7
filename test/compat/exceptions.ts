/** Where Stoke differs from the recordings on purpose, each with its reason. One that no longer differs fails. */
import { expect } from 'vitest';
import type { Exception } from './exceptions/exception.ts';
import { inFrameworkStreams } from './exceptions/in-framework-streams.ts';
import { inLegacyEndpoints } from './exceptions/in-legacy-endpoints.ts';
import { inOperatorCalls } from './exceptions/in-operator-calls.ts';
import type { Found } from './replay-call.ts';

const exceptions = [...inFrameworkStreams, ...inLegacyEndpoints, ...inOperatorCalls];

/**
 * Fails on any difference that is not accepted, and on any accepted one of this group that is gone.
 * @param group name of the group, as the exceptions begin.
 */
export function expectOnlyExceptions(group: string, found: readonly Found[]): void {
  const mine = exceptions.filter(({ where }) => where.startsWith(`${group}/`));
  const surprises = found.filter((it) => !mine.some((exception) => covers(exception, it)));
  const idle = mine.filter(
    (exception) => exception.sometimes !== true && !found.some((it) => covers(exception, it)),
  );
  expect({
    differences: surprises.map(describeDifference),
    exceptionsWithoutDifference: idle,
  }).toEqual({ differences: [], exceptionsWithoutDifference: [] });
}

function covers(exception: Exception, found: Found): boolean {
  return matches(exception.where, found.where) && matches(exception.path, found.path);
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function describeDifference({ where, path, recorded, actual }: Found): string {
  return `${where}: ${path}: recorded ${cut(recorded)}, ours ${cut(actual)}`;
}

function cut(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
