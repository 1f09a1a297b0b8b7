import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endProcess, endProcesses, findProcesses } from './end-process.ts';
import { isProcessAlive, processIdentity } from './process-identity.ts';
import { startDaemon } from './start-daemon.ts';

const directory = mkdtempSync(join(tmpdir(), 'stoke-end-'));

async function sleeper(mark: string) {
  return startDaemon({
    file: 'sh',
    args: ['-c', 'sleep 60; true', mark],
    env: { PATH: process.env.PATH, MARK: mark },
    logFile: join(directory, 'log'),
  });
}

test('findProcesses() sees words and environment, and never itself', async () => {
  const daemon = await sleeper(directory);
  const byWords = findProcesses(({ commandLine }) => commandLine.includes(directory));
  const byEnvironment = findProcesses(({ environment }) =>
    environment.includes(`MARK=${directory}`),
  );
  expect(byWords.map((found) => found.pid)).toContain(daemon.pid);
  expect(byEnvironment.map((found) => found.pid)).toContain(daemon.pid);
  expect(byWords.map((found) => found.pid)).not.toContain(process.pid);
  await endProcesses(({ environment }) => environment.includes(`MARK=${directory}`), 1000);
  await daemon.exited;
  expect(isProcessAlive(daemon)).toBe(false);
});

test('endProcess() kills what ignores the request', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 0.05; done']);
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  const identity = processIdentity(child.pid ?? 0)!;
  await endProcess(identity, 'SIGTERM', 50);
  expect(isProcessAlive(identity)).toBe(false);
  expect(await exited).toEqual([null, 'SIGKILL']);
});

test('endProcess() leaves a later process with the same pid alone', async () => {
  const daemon = await sleeper('other');
  await endProcess({ pid: daemon.pid, startTicks: daemon.startTicks - 1 }, 'SIGKILL', 0);
  expect(isProcessAlive(daemon)).toBe(true);
  await endProcess(daemon, 'SIGKILL', 0);
  await daemon.exited;
  rmSync(directory, { recursive: true, force: true });
});
