/** `stoke exec` into containers of a real Docker Engine and of a real OCI runtime: pipes, terminals, ends. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@stoke/kit';
import type { TaskInfo } from '@stoke/protocol';
import {
  StokeSession,
  skipBecause,
  startCluster,
  type TestCluster,
  waitFor,
  whyNoOci,
} from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestEngine, whyNoDocker } from './support/docker-engine.ts';
import { inDocker } from './support/docker-scene.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import { TaskRunner } from './support/task-runner.ts';
import { stokeAtTerminal } from './support/terminal.ts';

const cgroups = ownCgroups('exec');
const launcher = fileURLToPath(new URL('../../stoke', import.meta.url));

interface Kind {
  readonly kind: 'docker' | 'oci';
  readonly more: Partial<TaskInfo>;
  /** Where a command begins. */
  readonly directory: unknown;
}

/** Pids of processes of the machine whose command line is this. */
function running(...words: readonly string[]): readonly string[] {
  const line = `${words.join('\0')}\0`;
  return globSync('/proc/[0-9]*/cmdline').filter((path) => {
    try {
      return readFileSync(path, 'utf8') === line;
    } catch {
      return false;
    }
  });
}

function sessionTests({ kind, more, directory }: Kind): void {
  const session = new StokeSession();
  const engine = kind === 'docker' ? new TestEngine({ liveRestore: true }) : undefined;
  let cluster: TestCluster | undefined;
  let tasks: TaskRunner | undefined;
  let master = '';

  beforeAll(async () => {
    await engine?.create();
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        `--containerizers=${kind}`,
        ...(engine === undefined
          ? [`--cgroups_root=${cgroups.root}`]
          : [`--docker_socket=${engine.socket}`, '--docker_remove_delay=0secs']),
      ],
    });
    master = new URL(cluster.master.url).host;
    tasks = new TaskRunner(`exec-${kind}`, cluster.master.url);
    await tasks.launch([{ id: 'web', command: 'sleep 1000', memMb: 64, more }]);
    await tasks.seen('web', 'TASK_RUNNING');
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
    await engine?.dispose();
    session.dispose();
    if (kind === 'oci') cgroups.remove();
  });

  const exec = (...words: readonly string[]) => session.run(['exec', '--master', master, ...words]);

  test('it runs where the task runs, with its environment', async () => {
    const script = 'pwd; echo "$MESOS_EXECUTOR_ID$X"; echo oops >&2; exit 3';
    const { code, stdout, stderr } = await exec('-e', 'X=1', 'web', 'sh', '-c', script);
    expect({ code, lines: stdout.split('\n'), stderr }).toEqual({
      code: 3,
      lines: [directory, 'web1', ''],
      stderr: expect.stringMatching(/oops\n$/),
    });
  });

  test('signals and missing programs have their exit codes', async () => {
    expect((await exec('web', 'sh', '-c', 'kill -9 $$')).code).toBe(137);
    const none = await exec('web', '/no/such/program');
    expect(none.code).toBe(127);
    expect(none.stdout + none.stderr).toMatch(/no such file/i);
  });

  test('input comes to its end, and big output at the pace of its reader', async () => {
    const bytes = 20_000_000;
    const words = `'${launcher}' exec --master ${master} -i web`;
    const script = `head -c ${bytes} /dev/zero | ${words} cat | wc -c`;
    const ended = await runCommand({ file: '/bin/sh', args: ['-c', script], timeoutMs: 90_000 });
    expect([ended.stderr, ended.stdout.trim()]).toEqual(['', String(bytes)]);
  });

  test('-it is a terminal: size, resizing, UTF-8, Ctrl-C, Ctrl-D and exit code', async () => {
    const words = ['exec', '--master', master, '-it', '-e', 'PS1=ready> ', 'web', 'sh'];
    const { code, seen, isRestored } = await stokeAtTerminal(words, [
      { await: 'ready> ', send: 'stty size; tty\n' },
      { await: '33 101.*/dev/.*ready> ', resize: [41, 121] },
      { send: 'trap "" WINCH; until [ "$(stty size)" = "41 121" ]; do :; done; stty size\n' },
      { await: '\n41 121.*ready> ', send: 'echo gr\u00fc\u00df\u4f60 | od -An -tx1\n' },
      { await: '67 72 c3 bc c3 9f e4 bd a0.*ready> ', send: 'echo on; sleep 1000\n' },
      { await: '\non\r\n', send: '\x03' },
      { await: 'ready> ', send: 'echo caught $?\n' },
      { await: 'caught 130.*ready> ', send: '(exit 5)\n' },
      { await: 'ready> ', send: '\x04' },
    ]);
    expect(code, seen).toBe(5);
    expect(isRestored).toBe(true);
  });

  test('a terminal takes 10 MB of output and a paste of 100 kB', async () => {
    const words = ['exec', '--master', master, '-it', '-e', 'PS1=ready> ', 'web', 'sh'];
    const pasted = `${'0123456789'.repeat(9)}abcdefghi\n`.repeat(1000);
    const { code, seen } = await stokeAtTerminal(words, [
      { await: 'ready> ', send: "stty -echo; echo g''o; cat | md5sum; stty echo\n" },
      { await: '\ngo\r\n', send: `${pasted}\x04` },
      {
        await: `${createHash('md5').update(pasted).digest('hex')}.*ready> `,
        send: 'head -c 10000000 /dev/zero | tr "\\0" x; echo; exit 4\n',
      },
    ]);
    expect(code).toBe(4);
    expect(seen.includes('x'.repeat(10_000_000))).toBe(true);
  });

  test.skipIf(!existsSync('/bin/busybox'))(
    'programs that draw on the whole terminal work',
    async () => {
      const words = ['exec', '--master', master, '-it', '-e', 'PS1=ready> ', 'web', 'sh'];
      const { code, isRestored } = await stokeAtTerminal(words, [
        { await: 'ready> ', send: 'busybox vi /tmp/drawn\n' },
        { await: '~.*~', send: 'ihello there' },
        // A key that follows at once would make another one of the escape key.
        { await: 'hello there', send: '\x1b' },
        { await: '- /tmp/drawn', send: ':wq\r' },
        { await: 'ready> ', send: 'cat /tmp/drawn; busybox top\n' },
        { await: '\nhello there\r\n.*PID.*COMMAND', send: 'q' },
        { await: 'ready> ', send: 'exit 6\n' },
      ]);
      expect([code, isRestored]).toEqual([6, true]);
    },
  );

  test('the command ends with its client, and with a killed agent', async () => {
    const started = session.start(['exec', '--master', master, 'web', 'sleep', '98761']);
    await waitFor(() => running('sleep', '98761').length > 0, { what: 'the command' });
    started.child.kill('SIGKILL');
    await waitFor(() => running('sleep', '98761').length === 0, {
      what: 'the end of the command',
    });
    await started.ended;
    const other = session.start(['exec', '--master', master, 'web', 'sleep', '98762']);
    await waitFor(() => running('sleep', '98762').length > 0, { what: 'another command' });
    const agent = cluster?.agents[0];
    await agent?.signal('SIGKILL');
    await waitFor(() => running('sleep', '98762').length === 0, { what: 'its end' });
    expect((await other.ended).code).not.toBe(0);
    await agent?.start();
    expect((await exec('web', 'true')).code).toBe(0);
  });

  if (engine === undefined) return;
  test('the command ends though the engine hangs, or dies', async () => {
    const words = ['exec', '--master', master, 'web', 'sleep'];
    const first = session.start([...words, '98763']);
    await waitFor(() => running('sleep', '98763').length > 0, { what: 'the command' });
    engine.freeze('SIGSTOP');
    first.child.kill('SIGKILL');
    await waitFor(() => running('sleep', '98763').length === 0, { what: 'its end' });
    engine.freeze('SIGCONT');
    const script = ['sh', '-c', 'echo on; exec sleep 98764'];
    const second = session.start(['exec', '--master', master, 'web', ...script]);
    await waitFor(() => second.output().includes('on'), { what: 'another command' });
    await engine.end('SIGKILL');
    const { code, stderr } = await second.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('how it ended nobody knows')]);
    await waitFor(() => running('sleep', '98764').length === 0, { what: 'its end' });
    await engine.start();
    await waitFor(async () => (await exec('web', 'true')).code === 0, { what: 'a new session' });
  });
}

describe('stoke exec into docker', skipBecause(whyNoDocker()), () =>
  sessionTests({ kind: 'docker', more: inDocker(), directory: '/' }),
);
describe('stoke exec into oci', skipBecause(whyNoOci()), () =>
  sessionTests({ kind: 'oci', more: {}, directory: expect.stringContaining('/runs/') }),
);
