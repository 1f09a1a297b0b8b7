import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FetchCache } from './fetch-cache.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoke-cache-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('FetchCache.use() makes room without the files that others are still filling', async () => {
  const cache = new FetchCache({ directory, maxBytes: 10 });
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = cache.use('slow', async (path) => {
    writeFileSync(path, 'x'.repeat(20));
    begun.resolve();
    await goOn.promise;
  });
  await begun.promise;
  (await cache.use('quick', async (path) => writeFileSync(path, 'y'))).done();
  goOn.resolve();
  expect(existsSync((await slow).path)).toBe(true);
});
