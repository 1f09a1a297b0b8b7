import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { programName } from './program-name.ts';

const folder = mkdtempSync(join(tmpdir(), 'stoke-name-'));
const launcher = '/src/stoke/stoke';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('programName() is the name when PATH has it', () => {
  writeFileSync(join(folder, 'stoke'), '');
  expect(programName({ path: `/nowhere:${folder}`, cwd: '/src', launcher })).toBe('stoke');
});

test.each([
  ['/src/stoke', './stoke'],
  ['/src', './stoke/stoke'],
  ['/src/stoke/examples/pi', '../../stoke'],
  ['/home/ann/data/may', '/src/stoke/stoke'],
])('programName() in %s is %s', (cwd, name) => {
  expect(programName({ path: '', cwd, launcher })).toBe(name);
});
