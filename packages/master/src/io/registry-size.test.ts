import { expect, test } from 'vitest';
import { RegistrySize } from './registry-size.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length);

test('RegistrySize counts what is put, replaced and deleted', () => {
  const size = new RegistrySize(undefined);
  size.follow([
    { type: 'put', key: 'agent/a', value: bytes(100) },
    { type: 'put', key: 'agent/b', value: bytes(50) },
    { type: 'put', key: 'agent/a', value: bytes(10) },
  ]);
  expect(size.bytes()).toBe(60);
  size.follow([
    { type: 'delete', key: 'agent/b' },
    { type: 'delete', key: 'agent/never' },
  ]);
  expect(size.bytes()).toBe(10);
});
