/** `stoke attach` to tasks that were launched with a terminal, under every containerizer. */
import type { ContainerInfo, TaskInfo } from '@stoke/protocol';
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
import { ownCgroups } from './support/own-cgroups.ts';
import { TaskRunner } from './support/task-runner.ts';
import { stokeAtTerminal } from './support/terminal.ts';

type Kind = 'posix' | 'oci' | 'docker';
const cgroups = ownCgroups('attach');
const window_size = { rows: 20, columns: 70 };

/** A shell at a terminal, with a prompt that is easy to wait for. */
function shell(container: Partial<ContainerInfo>): Partial<TaskInfo> {
  const environment = { variables: [{ name: 'PS1', value: 'task> ' }] };
  return {
    // An engine may be a moment late with the size.
    command: { value: 'until stty size | grep 70; do :; done; exec sh', environment },
    container: { type: 'MESOS', tty_info: { window_size }, ...container },
  };
}

function attachTests(kind: Kind): void {
  const session = new StokeSession();
  const engine = kind === 'docker' ? new TestEngine() : undefined;
  let cluster: TestCluster;
  let tasks: TaskRunner;
  let master = '';

  beforeAll(async () => {
    await engine?.create();
    const own: Record<Kind, readonly string[]> = {
      posix: [],
      oci: [`--cgroups_root=${cgroups.root}`],
      docker: [`--docker_socket=${engine?.socket}`, '--docker_remove_delay=0secs'],
    };
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [`--containerizers=${kind}`, ...own[kind]],
    });
    master = new URL(cluster.master.url).host;
    tasks = new TaskRunner(`attach-${kind}`, cluster.master.url);
    const more = shell(kind === 'docker' ? { type: 'DOCKER', docker: { image: 'busybox' } } : {});
    await tasks.launch([{ id: 'shell', command: '', memMb: 64, more }]);
    await tasks.seen('shell', 'TASK_RUNNING');
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
    await engine?.dispose();
    session.dispose();
    if (kind === 'oci') cgroups.remove();
  });

  const attach = (...options: readonly string[]) => [
    'attach',
    '--master',
    master,
    ...options,
    'shell',
  ];

  test('what is typed goes to the task, with Ctrl-C and the size of the window', async () => {
    const { code, seen, isRestored } = await stokeAtTerminal(attach(), [
      { send: '\n' },
      { await: 'task> ', send: 'until [ "$(stty size)" = "33 101" ]; do :; done; stty size\n' },
      { await: '\n33 101.*task> ', resize: [41, 121] },
      { send: 'until [ "$(stty size)" = "41 121" ]; do :; done; stty size\n' },
      { await: '\n41 121.*task> ', send: 'echo gr\u00fc\u00df | od -An -tx1\n' },
      { await: '67 72 c3 bc c3 9f.*task> ', send: 'echo on; sleep 1000\n' },
      { await: '\non\r\n', send: '\x03' },
      { await: 'task> ', send: 'echo caught $?\n' },
      { await: 'caught 130.*task> ', send: '\x10\x11' },
    ]);
    expect(seen).toMatch(/Left task 'shell', which goes on/);
    expect([code, isRestored]).toEqual([0, true]);
  });

  test('one types at a time, and others watch', async () => {
    const watching = session.start(attach('--no-stdin'));
    const typing = attach('--detach-keys=ctrl-],x');
    // A watcher sees what is said after it came.
    const isWatching = async (): Promise<boolean> => {
      await stokeAtTerminal(typing, [{ send: '\n' }, { await: 'task> ', send: '\x1dx' }]);
      return watching.output().includes('task> ');
    };
    await waitFor(isWatching, { what: 'the watcher' });
    const { seen } = await stokeAtTerminal(typing, [
      { send: '\n' },
      { await: 'task> ', send: "echo a''loud\n" },
      { await: 'aloud.*task> ', send: '\x1dx' },
    ]);
    expect(seen).toContain('Left task');
    await waitFor(() => watching.output().includes('aloud'), { what: 'what was typed' });
    watching.child.kill('SIGINT');
    expect((await watching.ended).code).toBe(130);
  });

  test('it outlives the agent, and ends with the exit code of the task', async () => {
    await cluster.agent.crashAndRestart();
    await cluster.waitForAgents(1);
    const { code, isRestored } = await stokeAtTerminal(attach(), [
      { send: '\n' },
      {
        await: 'task> ',
        send: 'head -c 3000000 /dev/zero | tr "\\0" x; echo; (sleep 98771 &) ; exit 7\n',
      },
    ]);
    expect([code, isRestored]).toEqual([7, true]);
    await tasks.seen('shell', 'TASK_FAILED');
    const logs = await session.run(['logs', '--master', master, 'shell']);
    expect(logs.stdout).toMatch(/^20 70\r?$/m);
    expect(logs.stdout).toContain('aloud');
    expect(logs.stdout).toContain('x'.repeat(3_000_000));
  });
}

describe('stoke attach to posix', () => attachTests('posix'));
describe('stoke attach to oci', skipBecause(whyNoOci()), () => attachTests('oci'));
describe('stoke attach to docker', skipBecause(whyNoDocker()), () => attachTests('docker'));
