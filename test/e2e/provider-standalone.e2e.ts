/** The standalone provider keeps the contract of all providers, on real processes. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContractSubject, providerContract, runPlan } from '@stoke/cluster';
import { systemClock } from '@stoke/kit';
import { createStandaloneProvider } from '@stoke/provider-standalone';
import { afterAll, expect, test } from 'vitest';

const stateHome = mkdtempSync(join(tmpdir(), 'stoke-contract-'));
const env = { ...process.env, XDG_STATE_HOME: stateHome };
const provider = createStandaloneProvider(env);
const subject: ContractSubject = {
  provider,
  cluster: 'contract',
  job: fileURLToPath(new URL('jobs/contract.py', import.meta.url)),
  submitContext: { env, cwd: stateHome, clock: systemClock },
};

afterAll(async () => {
  for (const name of await provider.list()) {
    const { signal } = new AbortController();
    await runPlan(await provider.kill(name), { signal, onEvent: () => undefined });
  }
  rmSync(stateHome, { recursive: true, force: true });
});

for (const { title, run } of providerContract) test(`standalone ${title}`, () => run(subject));

test('standalone leaves no file behind', () => {
  expect(readdirSync(join(stateHome, 'stoke', 'standalone'))).toEqual([]);
});
