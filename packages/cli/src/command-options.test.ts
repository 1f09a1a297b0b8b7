import { expect, test } from 'vitest';
import { collect, readDuration, readNumber } from './command-options.ts';

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['15secs', 15_000],
])('readDuration() reads %s', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test.each(['', 'soon', '5 minutes', '-1s'])('readDuration() refuses "%s"', (text) => {
  expect(() => readDuration(text)).toThrow(`got '${text}'`);
});

test('readNumber() refuses what is no number', () => {
  expect(readNumber('0.5')).toBe(0.5);
  expect(() => readNumber('')).toThrow("got ''");
  expect(() => readNumber('1e999')).toThrow();
});

test('collect() keeps all values of an option', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
});
