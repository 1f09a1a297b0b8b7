/** An agent that is asked for containers of an OCI runtime and cannot have them: it does not start, and says why. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipBecause, whyNoOci } from '@stoke/testing';
import { expect, test } from 'vitest';

const missing = whyNoOci();

/** What the agent says as it refuses to start; `startedBy` becomes the agent in the end. */
function refusal(flags: readonly string[], startedBy: readonly string[] = []): string {
  const workDir = mkdtempSync(join(tmpdir(), 'stoke-oci-'));
  const main = fileURLToPath(new URL('../../packages/agent/src/main.ts', import.meta.url));
  const fixed = ['--master=127.0.0.1:1', `--work_dir=${workDir}`, '--port=0'];
  const words = [process.execPath, main, ...fixed, '--containerizers=oci', ...flags];
  const [file = '', ...args] = [...startedBy, ...words];
  const refused = spawnSync(file, args, { encoding: 'utf8', timeout: 20_000 });
  rmSync(workDir, { recursive: true, force: true });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("Cannot start containerizer 'oci'");
  return refused.stderr;
}

test('an agent that is asked for oci and cannot have it does not start, and says why', () => {
  expect(refusal(['--oci_runtime=/bin/true'])).toContain(
    "/bin/true does not know 'run --detach --pid-file'",
  );
});

/** Where version 1 has the controllers, a mount of version 2 lacks them. */
const controllersOfV2 = globSync('/sys/fs/cgroup/{unified/,}cgroup.controllers')[0] ?? '';
const v2IsPartial =
  controllersOfV2 !== '' && !/\bmemory\b/.test(readFileSync(controllersOfV2, 'utf8'));

test(
  'an agent on control groups of version 2 without controllers does not start, and says which',
  skipBecause(missing ?? (v2IsPartial ? undefined : 'version 2 lacks no controllers here')),
  () => {
    const mount = 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"';
    const startedBy = ['unshare', '--mount', '/bin/sh', '-c', mount, 'sh'];
    expect(refusal([], startedBy)).toMatch(/version 2 lack the controllers cpu, memory, pids/);
  },
);

test(
  'an agent is not given crun beside control groups of version 1, which it does not take',
  skipBecause(
    whyNoOci(['crun']) ??
      (controllersOfV2.includes('/unified/') ? undefined : 'there is one version only'),
  ),
  () => {
    expect(refusal(['--oci_runtime=crun'])).toMatch(/crun does not run on control groups of versi/);
  },
);
