import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { formatCommand } from './command-line.ts';
import { isProcessAlive, processIdentity } from './process-identity.ts';
import { runCommand } from './run-command.ts';

const node = process.execPath;
const script = (code: string): string[] => ['-e', code];

test('runCommand() keeps both streams and the exit code', async () => {
  const ended = await runCommand({
    file: node,
    args: script('console.log("out"); console.error("err"); process.exitCode = 3'),
  });
  expect(ended).toMatchObject({ cause: 'exit', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('runCommand() gives the child its input', async () => {
  const ended = await runCommand({ file: 'cat', input: 'hello' });
  expect(ended.stdout).toBe('hello');
});

test('runCommand() names a signal', async () => {
  const ended = await runCommand({ file: node, args: script('process.kill(process.pid, 9)') });
  expect(ended).toMatchObject({ cause: 'signal', signal: 'SIGKILL' });
});

test('runCommand() ends a command that takes too long, with all it started', async () => {
  const ended = await runCommand({
    file: 'sh',
    args: ['-c', 'sleep 60 & echo $!; wait'],
    timeoutMs: 100,
  });
  expect(ended.cause).toBe('timeout');
  const grandchild = processIdentity(Number(ended.stdout));
  // It was signalled with its parent; the kernel may take a moment longer for it.
  await expect.poll(() => grandchild !== undefined && isProcessAlive(grandchild)).toBe(false);
});

test('runCommand() kills a command that ignores TERM after the grace time', async () => {
  const cancel = new AbortController();
  const ended = await runCommand({
    file: node,
    args: script('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1e6)'),
    signal: cancel.signal,
    killGraceMs: 30,
    onOutput: () => cancel.abort(),
  });
  expect(ended).toMatchObject({ cause: 'cancelled', signal: 'SIGKILL' });
});

test('runCommand() does not wait for what left the group and holds the output open', async () => {
  const ended = await runCommand({
    file: 'sh',
    args: ['-c', 'setsid sleep 60 & echo $!'],
    killGraceMs: 30,
  });
  const [left] = ended.stdout.split('\n').map(Number).filter(Boolean);
  if (left !== undefined) process.kill(left, 'SIGKILL');
  expect(ended).toMatchObject({ cause: 'exit', exitCode: 0 });
});

test('runCommand() stops a command that prints too much', async () => {
  const ended = await runCommand({ file: 'yes', maxOutputBytes: 1000 });
  expect(ended.cause).toBe('output-limit');
});

test('runCommand() does not hold output that is only watched', async () => {
  const sink = new PassThrough();
  const ended = await runCommand({
    file: node,
    args: script('console.log("x")'),
    keepOutput: false,
    onOutput: (chunk) => sink.end(chunk),
  });
  const [chunk] = await once(sink, 'data');
  expect([String(chunk), ended.stdout]).toEqual(['x\n', '']);
});

test('runCommand() reports a file that does not exist', async () => {
  const ended = await runCommand({ file: '/no/such/file' });
  expect(ended).toMatchObject({ cause: 'spawn-error', command: '/no/such/file' });
});

test('runCommand() of what ends with us passes input, output, status and signals on', async () => {
  const options = { file: 'sh', input: 'in', endsWithUs: true };
  const three = await runCommand({
    ...options,
    args: ['-c', 'cat; echo $# "$1" >&2; exit 3', 'a', 'b c'],
  });
  expect(three).toMatchObject({ cause: 'exit', exitCode: 3, stdout: 'in', stderr: '1 b c\n' });
  expect(await runCommand({ ...options, args: ['-c', 'kill -9 $$'] })).toMatchObject({
    cause: 'signal',
    signal: 'SIGKILL',
  });
  const held = await runCommand({ ...options, args: ['-c', 'exec <&3'] });
  expect(held.exitCode, 'the command has no descriptor 3').not.toBe(0);
});

test('runCommand() of what ends with us leaves what it left behind, and ends it when told to', async () => {
  const args = ['-c', 'sleep 60 >/dev/null 2>&1 & echo $!'];
  const left = await runCommand({ file: 'sh', args, endsWithUs: true });
  const pid = Number(left.stdout);
  expect(processIdentity(pid)).toBeDefined();
  process.kill(pid, 'SIGKILL');
  const ended = await runCommand({ file: 'sleep', args: ['60'], endsWithUs: true, timeoutMs: 100 });
  expect(ended.cause).toBe('timeout');
});

test('formatCommand() quotes what a shell would split and masks secrets', () => {
  const args = ["it's", 'a b', '--conf', 'spark.authenticate.secret=abc', ''];
  expect(formatCommand('/bin/x', args)).toBe(
    `/bin/x 'it'\\''s' 'a b' --conf 'spark.authenticate.secret=***' ''`,
  );
});
