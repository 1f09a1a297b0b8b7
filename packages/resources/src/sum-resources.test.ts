import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseResources } from './parse-resources.ts';
import { addResources, equalResources, NO_RESOURCES, type Resources } from './resources.ts';
import { sumResources } from './sum-resources.ts';

function resources(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.resources;
}

const part = fc
  .record({
    cpus: fc.integer({ min: 0, max: 50 }),
    role: fc.constantFrom('', '(a)', '(b)'),
    port: fc.integer({ min: 1, max: 40 }),
    color: fc.constantFrom('red', 'green', 'blue'),
  })
  .map(({ cpus, role, port, color }) =>
    resources(`cpus${role}:${cpus / 10};ports:[${port}-${port + 3}];colors:{${color}}`),
  );

test('sumResources equals adding one after the other', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const one = parts.reduce(addResources, NO_RESOURCES);
      expect(equalResources(sumResources(parts), one)).toBe(true);
    }),
  );
});

test('sumResources of nothing, and of one, is that itself', () => {
  const one = resources('cpus:1');
  expect(sumResources([])).toBe(NO_RESOURCES);
  expect(sumResources([NO_RESOURCES, one])).toBe(one);
});
