/** The text forms of resources and attributes. */

import { expect, test } from 'vitest';
import { parseAttributes } from './parse-attributes.ts';
import { parseResources } from './parse-resources.ts';
import { roleProblem } from './roles.ts';
import { toPreRefinement } from './to-wire.ts';

function wireOf(text: string, defaultRole?: string): unknown {
  const result = parseResources(text, defaultRole);
  return result.ok ? toPreRefinement(result.resources) : result.problems;
}

test('parseResources reads scalars, roles, ranges and sets', () => {
  expect(wireOf('cpus(eng/dev):8.5;mem:4096;ports:[1-2,5-9];tags:{b,a}')).toEqual([
    { name: 'cpus', type: 'SCALAR', scalar: { value: 8.5 }, role: 'eng/dev' },
    { name: 'mem', type: 'SCALAR', scalar: { value: 4096 }, role: '*' },
    {
      name: 'ports',
      type: 'RANGES',
      ranges: {
        range: [
          { begin: 1, end: 2 },
          { begin: 5, end: 9 },
        ],
      },
      role: '*',
    },
    { name: 'tags', type: 'SET', set: { item: ['a', 'b'] }, role: '*' },
  ]);
});

test('parseResources reads a JSON array', () => {
  expect(wireOf('[{"name":"cpus","type":"SCALAR","scalar":{"value":2},"role":"eng"}]')).toEqual([
    { name: 'cpus', type: 'SCALAR', scalar: { value: 2 }, role: 'eng' },
  ]);
});

test('parseResources names resources with amount zero, and leaves them out', () => {
  const result = parseResources('cpus:2;disk:0');
  expect(result.ok && [...result.names]).toEqual(['cpus', 'disk']);
  expect(result.ok && result.resources.items.map((item) => item.name)).toEqual(['cpus']);
});

test('parseResources reserves unreserved resources to the default role', () => {
  expect(wireOf('cpus:1;mem(ops):5', 'eng')).toMatchObject([{ role: 'eng' }, { role: 'ops' }]);
});

test('parseResources lists every problem', () => {
  expect(wireOf('cpus:many;ports:[1-x];tags:{a;mem;gpus:0.5')).toMatchInlineSnapshot(`
    [
      "resource 'cpus': 'many' is neither a number, nor [ranges], nor a {set}",
      "resource 'ports': '1-x' is no range: write it as first-last, like 31000-32000",
      "resource 'tags': '{a' lacks the closing '}'",
      "'mem' is no resource: write it as name:value or name(role):value",
    ]
  `);
  expect(wireOf('cpus(-x):1')).toHaveLength(1);
  expect(wireOf('[{"name":')).toHaveLength(1);
  expect(wireOf('[5]')).toHaveLength(1);
});

test('parseAttributes reads numbers, ranges and text with colons', () => {
  expect(parseAttributes('rack:r1;slots:4;range:[1-10];url:http://x:80')).toEqual({
    ok: true,
    attributes: [
      { name: 'rack', type: 'TEXT', text: { value: 'r1' } },
      { name: 'slots', type: 'SCALAR', scalar: { value: 4 } },
      { name: 'range', type: 'RANGES', ranges: { range: [{ begin: 1, end: 10 }] } },
      { name: 'url', type: 'TEXT', text: { value: 'http://x:80' } },
    ],
  });
  expect(parseAttributes('rack;:x;zone:')).toMatchObject({ ok: false, problems: { length: 3 } });
});

test.each(['*', 'eng', 'eng/dev', 'a.b', 'a-b'])('roleProblem accepts %s', (role) => {
  expect(roleProblem(role)).toBeUndefined();
});

test.each(['', '/a', 'a/', 'a//b', '.', 'a/..', 'a/*', '-a', 'a/-b', 'a b', 'a\b'])(
  'roleProblem refuses %j',
  (role) => {
    expect(roleProblem(role)).toBeTypeOf('string');
  },
);
