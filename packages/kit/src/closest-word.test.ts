import { expect, test } from 'vitest';
import { closestWord } from './closest-word.ts';

test('closestWord() finds typos, swapped letters and wrong case', () => {
  expect(closestWord('prot', ['port', 'ip'])).toBe('port');
  expect(closestWord('clutser', ['cluster', 'create'])).toBe('cluster');
  expect(closestWord('LOCAL', ['local'])).toBe('local');
});

test('closestWord() has no answer for a word unlike all', () => {
  expect(closestWord('kubernetes', ['local', 'standalone'])).toBeUndefined();
  expect(closestWord('x', [])).toBeUndefined();
});
