/** Wire formats of resources: what is accepted, what is refused and why, what is written. */

import type { Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { resourcesFromWire } from './from-wire.ts';
import { NO_RESOURCES, type Resources } from './resources.ts';
import { toEndpoint, toPostRefinement, toPreRefinement } from './to-wire.ts';

const cpus = (extra: Partial<Resource> = {}): Resource => ({
  name: 'cpus',
  type: 'SCALAR',
  scalar: { value: 1.5 },
  ...extra,
});

function accepted(...wire: Resource[]): Resources {
  const result = resourcesFromWire(wire);
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.resources : NO_RESOURCES;
}

function problemsOf(...wire: Resource[]): readonly string[] {
  const result = resourcesFromWire(wire);
  return result.ok ? [] : result.problems;
}

test('resourcesFromWire reads both formats to the same value', () => {
  const old = accepted(cpus({ role: 'eng', reservation: { principal: 'ann' } }));
  const stack = [{ type: 'DYNAMIC' as const, role: 'eng', principal: 'ann' }];
  expect(old).toEqual(accepted(cpus({ reservations: stack })));
  expect(accepted(cpus({ role: 'eng' }))).toEqual(
    accepted(cpus({ reservations: [{ type: 'STATIC', role: 'eng' }] })),
  );
});

test('resourcesFromWire drops zero amounts', () => {
  expect(accepted(cpus({ scalar: { value: 0 } })).items).toEqual([]);
});

test('resourcesFromWire lists every problem', () => {
  expect(
    problemsOf(
      cpus({ scalar: { value: -1 } }),
      { name: '', type: 'RANGES', ranges: { range: [{ begin: 5, end: 4 }] } },
      { name: 'gpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'tags', type: 'SET', set: { item: ['a', 'a'] } },
      cpus({ scalar: undefined }),
    ),
  ).toMatchInlineSnapshot(`
    [
      "resource 'cpus': the amount must not be negative, but is -1",
      "resource (without a name): the name must not be empty",
      "resource (without a name): range 5-4 ends before it begins",
      "resource 'gpus': gpus must be a whole number, but is 0.5",
      "resource 'tags': set element 'a' appears more than once",
      "resource 'cpus': 'scalar' is missing",
    ]
  `);
});

test('resourcesFromWire refuses a mixture of formats', () => {
  const mixed = problemsOf(
    cpus({ role: 'eng' }),
    cpus({ reservations: [{ type: 'STATIC', role: 'eng' }] }),
  );
  expect(mixed).toEqual([
    "resources with 'reservations' must not be mixed with resources that set 'role' or 'reservation'",
  ]);
  expect(
    problemsOf(cpus({ role: '*' }), cpus({ reservations: [{ type: 'STATIC', role: 'e' }] })),
  ).toEqual([]);
});

test('resourcesFromWire checks the stack of reservations', () => {
  const stack = (...roles: string[]): Resource =>
    cpus({ reservations: roles.map((role) => ({ type: 'DYNAMIC' as const, role })) });
  expect(problemsOf(stack('eng', 'eng/dev', 'eng/dev/ui'))).toEqual([]);
  expect(problemsOf(stack('eng', 'eng'))).toHaveLength(1);
  expect(problemsOf(stack('*'))).toHaveLength(1);
  expect(problemsOf(stack('a//b'))).toHaveLength(1);
  expect(problemsOf(cpus({ role: '*', reservation: {} }))).toHaveLength(1);
});

test('toPreRefinement always names the role, and the reservation only when dynamic', () => {
  expect(toPreRefinement(accepted(cpus()))).toEqual([cpus({ role: '*' })]);
  expect(toPreRefinement(accepted(cpus({ role: 'eng' })))).toEqual([cpus({ role: 'eng' })]);
  const dynamic = cpus({ role: 'eng', reservation: { principal: 'ann' } });
  expect(toPreRefinement(accepted(dynamic))).toEqual([dynamic]);
});

test('toPostRefinement writes the stack and no role', () => {
  expect(toPostRefinement(accepted(cpus({ role: '*' })))).toEqual([cpus()]);
  expect(toPostRefinement(accepted(cpus({ role: 'eng', reservation: {} })))).toEqual([
    cpus({ reservations: [{ type: 'DYNAMIC', role: 'eng' }] }),
  ]);
});

test('toEndpoint writes both forms, as recorded from Mesos', () => {
  expect(toEndpoint(accepted(cpus({ role: 'oprole', reservation: {} })))).toEqual([
    cpus({ role: 'oprole', reservation: {}, reservations: [{ type: 'DYNAMIC', role: 'oprole' }] }),
  ]);
  expect(toEndpoint(accepted(cpus({ role: 'static' })))).toEqual([
    cpus({ role: 'static', reservations: [{ type: 'STATIC', role: 'static' }] }),
  ]);
  expect(toEndpoint(accepted(cpus()))).toEqual([cpus({ role: '*' })]);
});

test('toPostRefinement repeats a shared resource for each use', () => {
  const volume: Resource = {
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: 1 },
    reservations: [{ type: 'DYNAMIC', role: 'eng' }],
    disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'v' } },
    shared: {},
  };
  expect(toPostRefinement(accepted(volume, volume))).toEqual([volume, volume]);
});
