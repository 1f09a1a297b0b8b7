/** Changes JSON as someone would who knows its structure: other values, names, depths and sizes. */
import type { Chance } from '../support/chance.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Stands for a deep value until the text is made: no function here has to descend into it. */
const deepMark = /"deep (\d+)"/g;

function nestedText(depth: number): string {
  const pairs = Math.floor(depth / 2);
  return `${'{"a":['.repeat(pairs)}1${']}'.repeat(pairs)}`;
}

const strange: readonly ((chance: Chance) => Json)[] = [
  () => null,
  () => true,
  () => '',
  () => [],
  () => ({}),
  (chance) => chance.pick([-1, 0, 1, 0.0005, -0.001, 1e-9, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53]),
  (chance) => chance.pick([2 ** 63, 2 ** 64, 1e19, 1e308, -1e308, 123456789.123456]),
  (chance) => chance.pick(['NaN', 'Infinity', '-Infinity', '1', '-1', '9007199254740993', '1e400']),
  (chance) => 'x'.repeat(chance.pick([1, 255, 256, 5000, 70_000])),
  (chance) => chance.pick(['../../etc/passwd', '/', '.', '..', '*', 'a/b/c', '-x', ' ', '\u0000']),
  (chance) =>
    chance.pick(['\ud800', '\u202e', '💥', '%00', 'constructor', '__proto__', 'toString']),
  (chance) => `deep ${chance.pick([4, 50, 200, 3000, 100_000])}`,
  (chance) => Array.from({ length: chance.pick([2, 100, 2000]) }, () => ({})),
  (chance) => chance.pick(['TASK_RUNNING', 'SCALAR', 'RANGES', 'SUBSCRIBE', 'UNKNOWN', 'DYNAMIC']),
];

interface Place {
  readonly get: () => Json;
  readonly set: (value: Json) => void;
  readonly remove: () => void;
  readonly rename: (name: string) => void;
}

/** Every value below the root, with ways to change it. */
function places(value: Json, found: Place[] = []): Place[] {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      found.push({
        get: () => item,
        set: (other) => value.splice(index, 1, other),
        remove: () => value.splice(index, 1),
        rename: () => value.push(item),
      });
      places(item, found);
    });
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      found.push({
        get: () => item,
        set: (other) => define(value, name, other),
        remove: () => delete value[name],
        rename: (to) => define(value, to, item),
      });
      places(item, found);
    }
  }
  return found;
}

/** Also for `__proto__`, which is a name like any other on the wire. */
function define(target: { [name: string]: Json }, name: string, value: Json): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function changeOne(root: Json, chance: Chance): void {
  const all = places(root);
  if (all.length === 0) return;
  const place = chance.pick(all);
  const change = chance.below(8);
  if (change === 0) place.remove();
  else if (change === 1)
    place.rename(chance.pick(['__proto__', 'constructor', 'value', 'type', '']));
  else if (change === 2) place.set(structuredClone(chance.pick(all).get()));
  else if (change === 3) place.set([place.get(), place.get()]);
  else place.set(chance.pick(strange)(chance));
}

/** Numbers that JSON can write and JavaScript cannot hold, and names that come twice. */
function changeText(text: string, chance: Chance): string {
  if (chance.oneIn(8)) {
    return text.replace(
      /:\s*-?\d+(\.\d+)?/,
      `:${chance.pick(['1e999', '-1e999', '0'.repeat(9), '1'.repeat(400)])}`,
    );
  }
  if (chance.oneIn(8)) return text.replace(/\{("[^"]*":)/, '{$1null,$1');
  return text;
}

/** Changes a JSON body in one to three places; undefined when it is no JSON. */
export function mutateJson(body: Buffer, chance: Chance): Buffer | undefined {
  let root: Json;
  try {
    root = JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
  const holder: Json = { root };
  for (let count = 1 + chance.below(3); count > 0; count -= 1) changeOne(holder, chance);
  const text = changeText(JSON.stringify(holder.root ?? null), chance);
  return Buffer.from(text.replace(deepMark, (_, depth) => nestedText(Number(depth))));
}
