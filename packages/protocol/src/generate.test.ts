/** The generated files are what the .proto files say. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('generate.ts --check finds src/gen up to date', () => {
  const script = join(import.meta.dirname, '..', 'scripts', 'generate.ts');
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
});
