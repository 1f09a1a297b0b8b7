import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomic } from './atomic-file.ts';
import {
  isDaemonAlive,
  readDaemonFile,
  readLaunchFile,
  removeDaemonFile,
  writeDaemonFile,
} from './daemon-file.ts';
import { isProcessAlive, processIdentity } from './process-identity.ts';
import { runCommand } from './run-command.ts';
import { startDaemon } from './start-daemon.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoke-kit-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const about = { kind: 'master', url: 'http://127.0.0.1:5050', version: '0.1.0', cluster: 'dev' };

test('writeFileAtomic() makes parents, replaces the file and leaves nothing beside it', async () => {
  const path = join(directory, 'a', 'b.json');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, new Uint8Array([0x32]), { mode: 0o600 });
  expect(readFileSync(path, 'utf8')).toBe('2');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, 'a'))).toEqual(['b.json']);
});

test('writeFileAtomic() names the path it cannot write and leaves nothing aside', async () => {
  writeFileSync(join(directory, 'file'), '');
  await expect(writeFileAtomic(join(directory, 'file', 'x'), '')).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: expect.stringContaining(join(directory, 'file', 'x')),
  });
});

test('writeDaemonFile() lets nobody else read the flags', async () => {
  await writeDaemonFile(directory, about);
  expect(statSync(join(directory, 'launch.json')).mode & 0o777).toBe(0o600);
});

test('writeDaemonFile() says who runs here, until removeDaemonFile()', async () => {
  await writeDaemonFile(directory, about);
  const file = await readDaemonFile(directory);
  expect(file).toMatchObject({ ...about, pid: process.pid });
  expect(file !== undefined && isDaemonAlive(file)).toBe(true);
  await removeDaemonFile(directory);
  expect(await readDaemonFile(directory)).toBeUndefined();
  expect(await readLaunchFile(directory)).toEqual({ kind: 'master', argv: process.argv.slice(2) });
});

test('readDaemonFile() takes a file that does not fit for none', async () => {
  writeFileSync(join(directory, 'daemon.json'), '{"pid":');
  expect(await readDaemonFile(directory)).toBeUndefined();
  writeFileSync(join(directory, 'daemon.json'), '{"pid":1}');
  expect(await readDaemonFile(directory)).toBeUndefined();
});

test('removeDaemonFile() leaves the file of another process', async () => {
  await writeDaemonFile(directory, about);
  const path = join(directory, 'daemon.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(`${process.pid}`, '1'));
  await removeDaemonFile(directory);
  expect(await readDaemonFile(directory)).toMatchObject({ pid: 1 });
});

test('isProcessAlive() tells a process from a later one with the same pid', async () => {
  const own = processIdentity(process.pid)!;
  expect(isProcessAlive(own)).toBe(true);
  expect(isProcessAlive({ ...own, startTicks: own.startTicks + 1 })).toBe(false);
  const gone = await runCommand({ file: 'sh', args: ['-c', 'echo $$'] });
  expect(processIdentity(Number(gone.stdout))).toBeUndefined();
});

test('startDaemon() starts a session leader that writes to its log', async () => {
  const logFile = join(directory, 'logs', 'x.log');
  const script = 'ps -o sid= -p $$; echo >&2 "$GREETING"; exit 5';
  const daemon = await startDaemon({
    file: 'sh',
    args: ['-c', script],
    env: { PATH: process.env.PATH, GREETING: 'hi' },
    logFile,
  });
  expect(await daemon.exited).toMatchObject({ code: 5 });
  expect(readFileSync(logFile, 'utf8').trim()).toMatch(new RegExp(`^${daemon.pid}\\s+hi$`));
});

test('startDaemon() reports a file that cannot be executed', async () => {
  const start = startDaemon({ file: '/no/such', args: ['x'], logFile: join(directory, 'l') });
  await expect(start).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining('/no/such x'),
  });
});
