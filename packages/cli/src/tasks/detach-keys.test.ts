import { expect, test } from 'vitest';
import { createDetachFilter, parseDetachKeys, usualDetachKeys } from './detach-keys.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const usual = parseDetachKeys(usualDetachKeys);

test('createDetachFilter finds the two keys also when they come apart', () => {
  const filter = createDetachFilter(usual);
  expect(filter(bytes('ab\x10'))).toEqual({ bytes: bytes('ab'), detached: false });
  expect(filter(bytes('\x11cd'))).toEqual({ bytes: bytes(''), detached: true });
});

test('createDetachFilter passes keys on when another follows', () => {
  const filter = createDetachFilter(usual);
  expect(filter(bytes('\x10\x10x'))).toEqual({ bytes: bytes('\x10\x10x'), detached: false });
  expect(filter(bytes('\x11'))).toEqual({ bytes: bytes('\x11'), detached: false });
  expect(filter(bytes('\x10\x10\x11'))).toEqual({ bytes: bytes('\x10'), detached: true });
});

test('createDetachFilter holds nothing back when there are no keys to leave with', () => {
  const filter = createDetachFilter(parseDetachKeys(''));
  expect(filter(bytes('\x10\x11'))).toEqual({ bytes: bytes('\x10\x11'), detached: false });
});

test('parseDetachKeys takes characters and control keys, and says what is no key', () => {
  expect([...parseDetachKeys('ctrl-@,a,ctrl-],ctrl-_')]).toEqual([0, 0x61, 0x1d, 0x1f]);
  expect(() => parseDetachKeys('ctrl-p,f12')).toThrow("Cannot use detach keys 'ctrl-p,f12': 'f12'");
});
