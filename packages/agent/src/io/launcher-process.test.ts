import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLaunch, LauncherProcess } from './launcher-process.ts';

let exited: PromiseWithResolvers<string>;
let root: string;
let launcher: LauncherProcess;
beforeEach(() => {
  exited = Promise.withResolvers();
  root = mkdtempSync(join(tmpdir(), 'stoke-launcher-'));
  for (const name of ['run', 'sandbox']) mkdirSync(join(root, name));
  launcher = new LauncherProcess({
    perl: '/usr/bin/perl',
    onExited: exited.resolve,
    onLost: () => undefined,
  });
});
afterEach(() => {
  launcher.close();
  rmSync(root, { recursive: true });
});

function launch(
  script: string,
  { rotation, pidFile }: Partial<Pick<CommandLaunch, 'rotation' | 'pidFile'>> = {},
): Promise<number> {
  return launcher.launch({
    containerId: 'c1',
    runtimeDir: join(root, 'run'),
    directory: join(root, 'sandbox'),
    owner: undefined,
    rotation,
    pidFile,
    window: undefined,
    environment: { PATH: process.env.PATH ?? '' },
    words: ['/bin/sh', 'sh', '-c', script],
  });
}

test('LauncherProcess.launch() waits for no reader of a pipe that stands where a log goes', async () => {
  execFileSync('mkfifo', [join(root, 'sandbox', 'stdout')]);
  await expect(launch('true')).rejects.toThrow('Cannot open stdout');
});

test('LauncherProcess.launch() writes to no file that has another name elsewhere', async () => {
  const other = join(root, 'other');
  writeFileSync(other, 'kept');
  linkSync(other, join(root, 'sandbox', 'stdout'));
  await expect(launch('echo lost')).rejects.toThrow('no file of its own');
  expect(readFileSync(other, 'utf8')).toBe('kept');
});

test('LauncherProcess.launch() keeps logs small also when the task is in the way of their files', async () => {
  const bytes = 64 * 1024;
  await launch('mkdir stdout.1; seq 1 40000', { rotation: { bytes, files: 2 } });
  expect(await exited.promise).toBe('c1');
  const log = join(root, 'sandbox', 'stdout');
  expect(statSync(log).size).toBeLessThanOrEqual(bytes);
  expect(readFileSync(log, 'utf8')).toMatch(/\n40000\n$/);
});

function statusLine(): string | undefined {
  return readFileSync(join(root, 'run', 'started'), 'utf8').split('\n')[1];
}

test('LauncherProcess.launch() waits for the process that the command leaves, and keeps its logs', async () => {
  const pidFile = join(root, 'pid');
  const gates = ['parent', 'left'].map((name) => join(root, 'sandbox', name));
  execFileSync('mkfifo', gates);
  const left = "sh -c 'read go <left; echo late; exit 7'";
  const parent = `(${left} & echo $! >new; mv new ${pidFile}; read go <parent)`;
  const command = `${parent} & until test -e ${pidFile}; do :; done; echo soon`;
  await launch(command, { rotation: { bytes: 1024, files: 2 }, pidFile });
  for (const gate of gates) writeFileSync(gate, 'go\n');
  expect(await exited.promise).toBe('c1');
  expect(statusLine()).toBe(String(7 << 8));
  expect(readFileSync(join(root, 'sandbox', 'stdout'), 'utf8')).toBe('soon\nlate\n');
});

test('LauncherProcess.launch() tells how a command ended that left no process', async () => {
  await launch('exit 3', { pidFile: join(root, 'pid') });
  expect(await exited.promise).toBe('c1');
  expect(statusLine()).toBe(String(3 << 8));
});
