import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tailLog } from './log-tail.ts';

test('tailLog() gives the last lines, JSON ones as their message', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'stoke-tail-'));
  const path = join(directory, 'log');
  const json = JSON.stringify({ msg: 'start failed', err: { message: 'no disk' } });
  writeFileSync(path, `first\nplain\n${json}\n{"broken"\n`);
  expect(await tailLog(path, 3)).toBe('plain\nstart failed: no disk\n{"broken"');
  expect(await tailLog(join(directory, 'none'))).toBe('');
  rmSync(directory, { recursive: true });
});
