/** Spark with its executors in containers of an OCI runtime. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StokeSession, skipBecause, waitFor, whyNoOci } from '@stoke/testing';
import { expect, test } from 'vitest';
import { ownCgroups } from './support/own-cgroups.ts';

const missing = whyNoOci();

const cgroups = ownCgroups('spark-oci');

test(
  'Spark runs in containers in both modes, with the same answer',
  skipBecause(missing),
  async () => {
    const session = new StokeSession();
    const flags = ['containerizers=oci', 'oci_tmp=shared', `cgroups_root=${cgroups.root}`];
    const words = flags.flatMap((flag) => ['--agent-flag', flag]);
    const size = ['--agents', '2', '--agent-cpus', '2', '--agent-mem', '2048'];
    const wordcount = fileURLToPath(new URL('../../examples/wordcount', import.meta.url));
    try {
      const made = await session.run([
        'cluster',
        'create',
        '-n',
        'oci',
        '-p',
        'local',
        ...size,
        ...words,
      ]);
      expect(made.code, made.stderr).toBe(0);
      for (const mode of ['coarse', 'fine']) {
        const submit = ['cluster', 'submit', '-n', 'oci', '--mode', mode];
        const job = session.run([...submit, join(wordcount, 'wordcount.py')]);
        await waitFor(() => cgroups.containers().length > 0, {
          what: 'a container',
          timeoutMs: 60_000,
        });
        const { code, stdout, stderr } = await job;
        expect(code, stderr).toBe(0);
        expect(stdout).toBe(readFileSync(join(wordcount, 'expected.txt'), 'utf8'));
      }
    } finally {
      await session.run(['cluster', 'kill', '-n', 'oci']);
      session.dispose();
    }
  },
);
