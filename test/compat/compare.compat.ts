/** The comparator itself: it must find what differs and forgive what may. */
import { expect, test } from 'vitest';
import { compareJson, type Json } from './compare.ts';

const plain = { recorded: (text: string) => text, actual: (text: string) => text };

const differing = (recorded: Json, actual: Json) =>
  compareJson(recorded, actual, plain).map(({ path }) => path);

const id = (tail: string, digit = '1') => `${digit.repeat(8)}-2222-3333-4444-555555555555${tail}`;

test('compareJson forgives ids of the same kind, and finds ids of another kind', () => {
  expect(differing({ a: id('-S0') }, { a: id('-S7', '9') })).toEqual([]);
  expect(differing({ a: id('-S0') }, { a: id('-O0') })).toEqual(['a']);
  expect(differing({ [id('-0001')]: 1 }, { [id('-0023', '9')]: 1 })).toEqual([]);
});

test('compareJson forgives times, and finds times that became text', () => {
  expect(differing({ timestamp: 1.5 }, { timestamp: 2.5 })).toEqual([]);
  expect(differing({ timestamp: 1.5 }, { timestamp: '2.5' })).toEqual(['timestamp']);
});

test('compareJson finds keys too many, keys missing, other constants and other types', () => {
  expect(
    differing({ a: 1, b: { c: 'x' }, d: [1] }, { b: { c: 'y', e: 1 }, d: [true] }).sort(),
  ).toEqual(['a', 'b.c', 'b.e', 'd[]']);
});

test('compareJson forgives the order of resources but not of statuses', () => {
  const cpus = { name: 'cpus' };
  const mem = { name: 'mem' };
  expect(differing({ resources: [cpus, mem] }, { resources: [mem, cpus] })).toEqual([]);
  expect(differing({ statuses: [cpus, mem] }, { statuses: [mem, cpus] })).toEqual([
    'statuses[].name',
    'statuses[].name',
  ]);
});

test('compareJson finds a list of another length', () => {
  expect(differing({ offers: [{ id: 1 }] }, { offers: [] })).toEqual(['offers[]']);
});

test('compareJson maps ports with the neutral functions', () => {
  const neutral = { ...plain, actual: (text: string) => text.replace(':4711', ':5050') };
  const recorded = { port: 5050, pid: 'master@127.0.0.1:5050' };
  expect(compareJson(recorded, { port: 4711, pid: 'master@127.0.0.1:4711' }, neutral)).toEqual([]);
  expect(compareJson(recorded, { port: 1, pid: 'master@127.0.0.1:4711' }, neutral)).toHaveLength(1);
});
