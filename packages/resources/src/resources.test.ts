/** Examples of the resource algebra that Mesos users rely on. */

import type { Resource } from '@stoke/protocol';
import { expect, test } from 'vitest';
import { resourcesFromWire } from './from-wire.ts';
import { parseResources } from './parse-resources.ts';
import { allocatableTo } from './reservation.ts';
import { resourceSummary } from './resource-summary.ts';
import {
  addResources,
  allocate,
  containsResources,
  equalResources,
  isEmpty,
  type Resources,
  subtractResources,
} from './resources.ts';

function parse(text: string): Resources {
  const result = parseResources(text);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.resources;
}

function fromWire(...wire: Resource[]): Resources {
  const result = resourcesFromWire(wire);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.resources;
}

function volume(id: string, extra: Partial<Resource> = {}): Resource {
  return {
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: 10 },
    reservations: [{ type: 'DYNAMIC', role: 'eng' }],
    disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
    ...extra,
  };
}

test('addResources is exact to three decimals', () => {
  expect(
    equalResources(addResources(parse('cpus:0.1'), parse('cpus:0.2')), parse('cpus:0.3')),
  ).toBe(true);
});

test('addResources keeps apart what differs in reservation, revocability or allocation', () => {
  const sum = addResources(parse('cpus:1;cpus(eng):1'), allocate(parse('cpus:1'), 'eng'));
  expect(sum.items.map((item) => item.milli)).toEqual([1000, 1000, 1000]);
});

test('subtractResources drops what falls to zero and ignores what is not there', () => {
  expect(isEmpty(subtractResources(parse('cpus:1'), parse('cpus:2;mem:5')))).toBe(true);
});

test('subtractResources cuts ports out of ranges', () => {
  const rest = subtractResources(parse('ports:[1-10]'), parse('ports:[3-4,10-10]'));
  expect(resourceSummary(rest).ports).toBe('[1-2, 5-9]');
});

test('containsResources compares persistent volumes whole', () => {
  const held = fromWire(volume('a'), volume('b'));
  expect(containsResources(held, fromWire(volume('a')))).toBe(true);
  expect(containsResources(held, fromWire(volume('c')))).toBe(false);
  expect(containsResources(held, fromWire(volume('a', { scalar: { value: 5 } })))).toBe(false);
});

test('containsResources counts the uses of a shared volume', () => {
  const one = fromWire(volume('a', { shared: {} }));
  const two = addResources(one, one);
  expect(two.items[0]?.count).toBe(2);
  expect(containsResources(two, one)).toBe(true);
  expect(containsResources(one, two)).toBe(false);
  expect(equalResources(subtractResources(two, one), one)).toBe(true);
});

test('two MOUNT disks of one root size never merge', () => {
  const mount = (root: string): Resource => ({
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: 100 },
    disk: { source: { type: 'MOUNT', mount: { root } } },
  });
  const disks = fromWire(mount('/a'), mount('/a'), mount('/b'));
  expect(disks.items).toHaveLength(3);
  expect(containsResources(disks, fromWire(mount('/a'), mount('/a')))).toBe(true);
  expect(containsResources(disks, fromWire(mount('/b'), mount('/b')))).toBe(false);
});

test('allocatableTo gives a role its own reservations and those of its ancestors', () => {
  const all = parse('cpus:1;cpus(eng):2;cpus(eng/dev):4;cpus(ops):8;cpus(engine):16');
  const milli = (role: string): number =>
    allocatableTo(all, role).items.reduce((sum, item) => sum + item.milli, 0);
  expect(milli('eng/dev')).toBe(7000);
  expect(milli('eng')).toBe(3000);
  expect(milli('*')).toBe(1000);
});

test('resourceSummary always has the four numbers, and text for ranges and sets', () => {
  const resources = parse('mem(eng):4;mem:8;ports:[31000-31005,31010-31010];tags:{b,a}');
  expect(resourceSummary(resources)).toEqual({
    cpus: 0,
    gpus: 0,
    mem: 12,
    disk: 0,
    ports: '[31000-31005, 31010-31010]',
    tags: '{a, b}',
  });
});

test('resourceSummary lists revocable resources apart', () => {
  const revocable = fromWire({ name: 'cpus', type: 'SCALAR', scalar: { value: 2 }, revocable: {} });
  expect(resourceSummary(addResources(parse('cpus:1'), revocable))).toMatchObject({
    cpus: 1,
    cpus_revocable: 2,
  });
});
