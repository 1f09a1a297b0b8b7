import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type StoreChange } from './store.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoke-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (key: string, ...bytes: number[]): StoreChange => ({
  type: 'put',
  key,
  value: new Uint8Array(bytes),
});

test('openStore() keeps what was written for the next opening', async () => {
  const path = join(directory, 'sub', 'db');
  const store = openStore(path);
  await store.write([put('a', 1), put('b', 2), { type: 'delete', key: 'a' }]);
  await store.close();
  const again = openStore(path);
  expect(again.get('a')).toBeUndefined();
  expect([...(again.get('b') ?? [])]).toEqual([2]);
  await again.close();
});

test('openStore() lets nobody else read its files, also those of an older one', async () => {
  const path = join(directory, 'db');
  writeFileSync(path, '', { mode: 0o644 });
  const store = openStore(path);
  await store.write([put('a', 1)]);
  const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
  await store.close();
});

test('Store.list() gives the entries of a prefix in key order', async () => {
  const store = openStore(join(directory, 'db'));
  await store.write([put('agent/2'), put('agent/1'), put('agent0'), put('machine/1')]);
  expect(store.list('agent/').map((entry) => entry.key)).toEqual(['agent/1', 'agent/2']);
  expect(store.list('').length).toBe(4);
  await store.close();
});

test('Store.write() applies writes of one moment in order, and reads see only commits', async () => {
  const store = openStore(join(directory, 'db'));
  const both = [store.write([put('k', 1)]), store.write([put('k', 2)])];
  expect(store.get('k')).toBeUndefined();
  await Promise.all(both);
  expect([...(store.get('k') ?? [])]).toEqual([2]);
  await store.close();
});

test('Store.close() commits what waits, and refuses later writes', async () => {
  const path = join(directory, 'db');
  const store = openStore(path);
  const waiting = store.write([put('k', 1)]);
  await store.close();
  await waiting;
  await expect(store.write([put('k', 2)])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  const again = openStore(path);
  expect([...(again.get('k') ?? [])]).toEqual([1]);
  await again.close();
});

test('openStore() refuses a file that is no database', () => {
  const path = join(directory, 'db');
  writeFileSync(path, 'not a database, but long enough to be read as a header'.repeat(20));
  expect(() => openStore(path)).toThrow(/Cannot open store .*; check the disk/);
});
