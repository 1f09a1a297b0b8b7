import { expect, test } from 'vitest';
import { createDetachFilter } from './detach-keys.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('createDetachFilter finds the two keys also when they come apart', () => {
  const filter = createDetachFilter();
  expect(filter(bytes('ab\x10'))).toEqual({ bytes: bytes('ab'), detached: false });
  expect(filter(bytes('\x11cd'))).toEqual({ bytes: bytes(''), detached: true });
});

test('createDetachFilter passes the first key on when another follows', () => {
  const filter = createDetachFilter();
  expect(filter(bytes('\x10\x10x'))).toEqual({ bytes: bytes('\x10\x10x'), detached: false });
  expect(filter(bytes('\x11'))).toEqual({ bytes: bytes('\x11'), detached: false });
});
