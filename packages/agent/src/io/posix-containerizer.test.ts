import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createFakeClock, processIdentity } from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LauncherProcess } from './launcher-process.ts';
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
  writeFileSync(join(runtimeDir, 'c1', 'started'), `${pid} ${startTicksOf(pid)}\n0\n`);
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

test('PosixContainerizer.recover() gives up a start that is late, and the supervisor respects it', async () => {
  const clock = createFakeClock();
  const options = { runtimeDir, clock, onExit: () => undefined, rotation: undefined };
  const posix = new PosixContainerizer({ ...options, hasPerl: false });
  const directory = join(runtimeDir, 'c1');
  mkdirSync(directory);
  const recovered = posix.recover('c1');
  await clock.advance(5_000);
  expect(await recovered).toEqual({ found: 'nothing', rebooted: false });
  posix.close();

  const launcher = new LauncherProcess({
    perl: '/usr/bin/perl',
    onExited: () => undefined,
    onLost: () => undefined,
  });
  const late = launcher.launch({
    ...{ containerId: 'c1', runtimeDir: directory, directory, owner: undefined },
    ...{
      rotation: undefined,
      pidFile: undefined,
      window: undefined,
      environment: {},
      words: ['/bin/touch', 'touch', 'ran'],
    },
  });
  await expect(late).rejects.toThrow('Cannot claim the start');
  launcher.close();
  expect(readdirSync(directory)).not.toContain('ran');
});
