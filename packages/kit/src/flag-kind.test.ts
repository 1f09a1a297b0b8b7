import { expect, test } from 'vitest';
import { formatBytes, formatDuration, parseBytes, parseDuration } from './flag-kind.ts';

test.each([
  ['15secs', 15_000],
  ['1.5mins', 90_000],
  ['0ns', 0],
  ['2weeks', 1_209_600_000],
])('parseDuration() reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['15', 'secs', '-1secs', '1 hour', ''])('parseDuration() refuses "%s"', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('parseBytes() counts in 1024s', () => {
  expect(parseBytes('64MB')).toBe(67_108_864);
  expect(parseBytes('64')).toBeUndefined();
});

test('formatDuration() and formatBytes() choose the largest whole unit', () => {
  expect(formatDuration(90_000)).toBe('90secs');
  expect(formatDuration(0)).toBe('0ms');
  expect(formatBytes(2 * 1024 ** 3)).toBe('2GB');
});
