/** The scenario files are the living specification: this runs them all. `vitest -u` rewrites them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runScenario } from '../scenarios/run-scenario.ts';

const directory = join(import.meta.dirname, '../scenarios');
const files = readdirSync(directory).filter((name) => name.endsWith('.txt'));

test.each(files)('scenario %s gives the answers written in it', async (name) => {
  const path = join(directory, name);
  await expect(runScenario(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
