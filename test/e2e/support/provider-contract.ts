/** Holds a provider to the contract of all providers, on real processes, in a home of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Provider, providerContract, runPlan } from '@stoke/cluster';
import { systemClock } from '@stoke/kit';
import { afterAll, expect, test } from 'vitest';

/** Defines the tests of the file that calls it. */
export function testProvider(create: (env: NodeJS.ProcessEnv) => Provider): void {
  const stateHome = mkdtempSync(join(tmpdir(), 'stoke-contract-'));
  const env = { ...process.env, XDG_STATE_HOME: stateHome };
  const provider = create(env);
  const subject = {
    provider,
    cluster: 'contract',
    job: fileURLToPath(new URL('../jobs/contract.py', import.meta.url)),
    submitContext: { env, cwd: stateHome, clock: systemClock },
  };

  afterAll(async () => {
    for (const name of await provider.list()) {
      const { signal } = new AbortController();
      await runPlan(await provider.kill(name), { signal, onEvent: () => undefined });
    }
    rmSync(stateHome, { recursive: true, force: true });
  });

  for (const { title, run } of providerContract) {
    test(`${provider.name} ${title}`, () => run(subject));
  }

  test(`${provider.name} leaves no file behind`, () => {
    expect(readdirSync(join(stateHome, 'stoke', provider.name))).toEqual([]);
  });
}
