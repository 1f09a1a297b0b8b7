import { expect, test } from 'vitest';
import { formatDuration } from './durations.ts';

test.each([
  [5_000, '5secs'],
  [900_000, '15mins'],
  [1_500, '1.5secs'],
  [604_800_000, '1weeks'],
  [0, '0ns'],
  [250, '250ms'],
])('formatDuration writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
