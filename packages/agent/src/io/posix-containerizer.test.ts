import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createFakeClock, processIdentity } from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PosixContainerizer } from './posix-containerizer.ts';

const TERMINATED = '143';

let runtimeDir: string;
beforeEach(() => {
  runtimeDir = mkdtempSync(join(tmpdir(), 'stoke-posix-'));
});
afterEach(() => rmSync(runtimeDir, { recursive: true }));

/** How the child of a session's leader ends, after the recovery of an ended container with the leader's pid. */
async function childEnd(startTicksOf: (leader: number) => number): Promise<string | undefined> {
  const clock = createFakeClock();
  const posix = new PosixContainerizer({
    runtimeDir,
    clock,
    onExit: () => undefined,
    hasPerl: false,
    rotation: undefined,
  });
  const script = 'sleep 60 & echo $!; wait $!; echo $?';
  const leader = spawn('/bin/sh', ['-c', script], { detached: true });
  const lines = createInterface({ input: leader.stdout })[Symbol.asyncIterator]();
  const child = Number((await lines.next()).value);
  const pid = leader.pid ?? 0;
  mkdirSync(join(runtimeDir, 'c1'));
  writeFileSync(join(runtimeDir, 'c1', 'started'), `${pid} ${startTicksOf(pid)} 0\n`);
  writeFileSync(join(runtimeDir, 'c1', 'status'), '0\n');
  await posix.recover('c1');
  await clock.advance(1_000);
  process.kill(child, 'SIGTERM');
  const { value } = await lines.next();
  posix.close();
  return value;
}

test('PosixContainerizer.recover() leaves the session of a later process with the same pid alone', async () => {
  expect(await childEnd((pid) => (processIdentity(pid)?.startTicks ?? 0) - 1)).toBe(TERMINATED);
});
