/** `stoke exec`, `attach` and `logs` on a real cluster: pipes, a real terminal, exit codes, and ends that leave nothing behind. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@stoke/kit';
import { StokeSession, startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';
import { stokeAtTerminal } from './support/terminal.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const session = new StokeSession();
let cluster: TestCluster;
let tasks: TaskRunner;
let master: string;

beforeAll(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  master = new URL(cluster.master.url).host;
  tasks = new TaskRunner('cli-exec', cluster.master.url);
  await tasks.launch([
    { id: 'web-one', command: 'echo started; echo oops >&2; sleep 1000' },
    { id: 'web-two', command: 'sleep 1000' },
    { id: 'short', command: 'echo first; until [ -e go ]; do sleep 0.1; done; echo last; exit 7' },
  ]);
  for (const id of ['web-one', 'web-two', 'short']) await tasks.seen(id, 'TASK_RUNNING');
});

afterAll(async () => {
  await tasks?.end();
  await cluster?.stop();
  session.dispose();
});

function exec(...words: readonly string[]) {
  return session.run(['exec', '--master', master, ...words]);
}

test('stoke exec runs a command in the sandbox and the environment of a task', async () => {
  const script = 'pwd; echo "$MESOS_SANDBOX"; cat stdout; echo oops >&2; exit 3';
  const { code, stdout, stderr } = await exec('web-one', 'sh', '-c', script);
  const [directory, sandbox, written] = stdout.split('\n');
  expect({ code, written }).toEqual({ code: 3, written: 'started' });
  expect(stderr).toMatch(/oops\n$/);
  expect(directory).toMatch(/executors\/web-one\/runs\//);
  expect(sandbox).toBe(directory);
});

test('stoke exec tells signals, missing programs and tasks as a shell would', async () => {
  expect((await exec('web-one', 'sh', '-c', 'kill -9 $$')).code).toBe(137);
  expect((await exec('web-one', '/no/such/program')).code).toBe(127);
  const unknown = await exec('nope', 'true');
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringMatching(/Cannot find task 'nope': the running tasks are\n.*web-one/s),
  ]);
  const ambiguous = await exec('web', 'true');
  expect([ambiguous.code, ambiguous.stderr]).toEqual([
    1,
    expect.stringMatching(/Cannot tell which task 'web' is.*web-one.*web-two/s),
  ]);
});

test('stoke exec -i passes on what is piped in, to its end', async () => {
  const bytes = 3_000_000;
  const command = `head -c ${bytes} /dev/zero | '${path('../../stoke')}' exec --master ${master} -i web-t wc -c`;
  const ended = await runCommand({ file: '/bin/sh', args: ['-c', command], timeoutMs: 60_000 });
  expect([ended.exitCode, ended.stdout.trim()]).toEqual([0, String(bytes)]);
});

test('stoke exec -it is a terminal: size, Ctrl-C and exit code', async () => {
  const lines = ['tty; stty size', 'sleep 1000', '\x03', 'echo caught $?', 'exit 5'];
  const ended = await runCommand({
    file: 'python3',
    args: [
      path('support/type-into.py'),
      'ready> ',
      JSON.stringify(lines),
      path('../../stoke'),
      ...['exec', '--master', master, '-it', '-e', 'PS1=ready> ', 'web-one', 'sh'],
    ],
    timeoutMs: 90_000,
  });
  expect(ended.stdout).toMatch(/\/dev\/pts\/\d+\s+33 101\s/);
  expect(ended.stdout).toContain('caught 130');
  expect(ended.exitCode, ended.stdout).toBe(5);
});

test('a session ends with its connection, also when the client is killed', async () => {
  const child = spawn(process.execPath, [
    path('../../packages/cli/src/main.ts'),
    ...['exec', '--master', master, 'web-one', 'sh', '-c', 'echo on; exec sleep 98765'],
  ]);
  await waitFor(runsSleep, { what: 'the command in the task' });
  child.kill('SIGKILL');
  await waitFor(() => !runsSleep(), { what: 'the end of the session' });
});

function runsSleep(): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\0' + '98765\0';
      } catch {
        return false;
      }
    });
}

test('stoke logs shows what was written, and attach goes on to the exit code', async () => {
  const logs = await session.run(['logs', '--master', master, 'web-one']);
  expect(logs).toMatchObject({ code: 0, stdout: 'started\n', stderr: 'oops\n' });
  const attached = session.start(['attach', '--master', master, 'short']);
  const followed = session.start(['logs', '-f', '--master', master, 'short']);
  await waitFor(() => followed.output().includes('first'), { what: 'the beginning of the log' });
  expect((await exec('short', 'touch', 'go')).code).toBe(0);
  expect((await followed.ended).stdout).toBe('first\nlast\n');
  expect((await attached.ended).code).toBe(7);
  await tasks.seen('short', 'TASK_FAILED');
  const after = await session.run(['logs', '--master', master, 'short']);
  expect(after.stdout).toBe('first\nlast\n');
});

test('stoke exec without words shows its help, and -t without a terminal is refused', async () => {
  const bare = await session.run(['exec']);
  expect([bare.code, bare.stderr]).toEqual([
    2,
    expect.stringMatching(/missing required argument 'task'.*Usage: stoke exec .*Examples:/s),
  ]);
  const none = await exec('-it', 'web-one', 'sh');
  expect([none.code, none.stderr]).toEqual([
    1,
    'error: Cannot give a terminal to the command: the input is none; leave out -t\n',
  ]);
});

test('stoke exec -it gives the terminal back, also when the agent dies', async () => {
  const agent = cluster.agent;
  const words = ['exec', '--master', master, '-it', '-e', 'PS1=ready> ', 'web-one', 'sh'];
  const left = await stokeAtTerminal(words, [{ await: 'ready> ', send: '\x10\x11' }]);
  expect([left.code, left.isRestored]).toEqual([0, true]);
  expect(left.seen).toMatch(/Left task 'web-one'; the command was ended/);
  const { pid } = JSON.parse(readFileSync(`${agent.workDir}/daemon.json`, 'utf8'));
  const cut = await stokeAtTerminal(words, [{ await: 'ready> ', run: ['kill', '-9', `${pid}`] }]);
  expect([cut.code, cut.isRestored]).toEqual([1, true]);
  expect(cut.seen).toMatch(/\n.*error:.* Cannot POST .* the connection was lost/);
  await agent.start();
});

test('completion knows the tasks that run', async () => {
  const { code, stdout } = await session.run([
    'complete',
    '--',
    'exec',
    '--master',
    master,
    'web-',
  ]);
  expect(code).toBe(0);
  expect(stdout.match(/^web-\w+/gm)).toEqual(['web-one', 'web-two']);
});
