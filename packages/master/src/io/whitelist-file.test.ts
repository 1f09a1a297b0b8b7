import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock, createSilentLogger } from '@stoke/kit';
import { expect, onTestFinished, test } from 'vitest';
import { WhitelistFile } from './whitelist-file.ts';

test('WhitelistFile tells of the hosts at the start and after each change', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoke-whitelist-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hosts');
  const clock = createFakeClock();
  const told: string[][] = [];
  const file = new WhitelistFile({
    path,
    clock,
    log: createSilentLogger(),
    onChange: (hostnames) => told.push([...hostnames]),
  });
  writeFileSync(path, 'a\n b \n\n');
  file.start();
  await clock.advance(5000);
  writeFileSync(path, 'c\n');
  await clock.advance(5000);
  rmSync(path);
  await clock.advance(5000);
  file.stop();
  writeFileSync(path, 'd\n');
  await clock.advance(10_000);
  expect(told).toEqual([['a', 'b'], ['c']]);
});

test('WhitelistFile names no host as long as there is no file', () => {
  const told: string[][] = [];
  const file = new WhitelistFile({
    path: join(tmpdir(), 'stoke-no-such-whitelist'),
    clock: createFakeClock(),
    log: createSilentLogger(),
    onChange: (hostnames) => told.push([...hostnames]),
  });
  file.start();
  file.stop();
  expect(told).toEqual([[]]);
});
