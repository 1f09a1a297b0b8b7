/** Tasks in containers of a real OCI runtime: true ends, limits that hold, nothing to see of the agent, nothing left behind. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStatus } from '@stoke/protocol';
import {
  Daemon,
  skipBecause,
  startCluster,
  type TestCluster,
  waitFor,
  whyNoOci,
} from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuShare } from './support/cpu-share.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import { sandboxText } from './support/sandbox.ts';
import { TaskRunner } from './support/task-runner.ts';

const cgroups = ownCgroups('oci');

const missing = whyNoOci();

function mountCount(): number {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length;
}

afterAll(() => cgroups.remove());

describe('the oci containerizer', skipBecause(missing), () => {
  let cluster: TestCluster;
  let tasks: TaskRunner;
  const mountsBefore = mountCount();

  beforeAll(async () => {
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        '--containerizers=oci',
        '--cgroups_enable_cfs',
        `--cgroups_root=${cgroups.root}`,
        '--oci_max_processes=64',
      ],
    });
    tasks = new TaskRunner('agent-oci', cluster.master.url);
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
  });

  /** Text that a task left in its sandbox. */
  function text(status: TaskStatus, file: string): string {
    return sandboxText(cluster.agent, status, file);
  }

  test('exit codes, signals and output come through', async () => {
    await tasks.launch([
      { id: 'zero', command: 'echo out; echo err >&2' },
      { id: 'three', command: 'exit 3' },
      { id: 'signal', command: 'kill -9 $$' },
    ]);
    const zero = await tasks.seen('zero', 'TASK_FINISHED');
    expect(text(zero, 'stdout')).toBe('out\n');
    expect(text(zero, 'stderr')).toBe('err\n');
    expect((await tasks.seen('three', 'TASK_FAILED')).message).toBe('Command exited with status 3');
    expect((await tasks.seen('signal', 'TASK_FAILED')).message).toBe(
      'Command terminated with signal Killed',
    );
  });

  test('a task sees its own processes and sandbox, and neither those of others nor the agent', async () => {
    const secret = join(cluster.agent.workDir, 'secret');
    writeFileSync(secret, 'do not show');
    await tasks.launch([
      {
        id: 'look',
        command: [
          'test "$PWD" = "$MESOS_SANDBOX" && touch mine',
          'ls /proc | grep -c "^[0-9]*$" > processes',
          `ls -A ${cluster.agent.workDir} > workdir; cat ${secret} && exit 9`,
          `kill -0 ${cluster.agent.pid} && exit 10`,
          'touch /etc/stoke-e2e-was-here && mknod /dev/disk b 8 0 && exit 11',
          'mount -t tmpfs none /mnt && exit 12',
          'hostname > host; exit 0',
        ].join('\n'),
      },
      { id: 'as-nobody', command: 'id -un > who; touch mine', more: nobody },
    ]);
    const look = await tasks.seen('look', 'TASK_FINISHED');
    expect(Number(text(look, 'processes'))).toBeLessThan(8);
    expect(text(look, 'workdir')).toBe('slaves\n');
    expect(text(look, 'mine')).toBe('');
    expect(text(look, 'host')).toBe(readFileSync('/proc/sys/kernel/hostname', 'utf8'));
    expect(existsSync('/etc/stoke-e2e-was-here')).toBe(false);
    expect(text(await tasks.seen('as-nobody', 'TASK_FINISHED'), 'who')).toBe('nobody\n');
  });

  test('a task over its memory is ended, and the framework is told so', async () => {
    const hog = 'perl -e \'$x = "x" x (300 << 20); sleep 100\'';
    await tasks.launch([
      { id: 'hog', command: hog, memMb: 64 },
      { id: 'hog-below', command: `(${hog}); sleep 100`, memMb: 64 },
    ]);
    for (const id of ['hog', 'hog-below']) {
      const failed = await tasks.seen(id, 'TASK_FAILED');
      expect(failed.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
      expect(failed.source).toBe('SOURCE_AGENT');
      expect(failed.message).toMatch(
        /^Memory limit exceeded: Requested: 96MB Maximum Used: 96MB\n/,
      );
      expect(failed.limitation?.resources?.[0]?.scalar?.value).toBe(96);
    }
  });

  test('a task gets no more cpu than it has', async () => {
    await tasks.launch([{ id: 'spin', command: 'while :; do :; done', cpus: 0.2 }]);
    await tasks.seen('spin', 'TASK_RUNNING');
    const share = await cpuShare(cluster.agent.url, 'spin');
    // 0.2 of its own and 0.1 of the executor that stands for it.
    expect(share).toBeLessThan(0.36);
    expect(share).toBeGreaterThan(0.1);
    await tasks.kill('spin');
    await tasks.seen('spin', 'TASK_KILLED');
  });

  test('a fork bomb stays in its container', async () => {
    const bomb = 'perl -e \'$n = 0; while (defined fork) { $n++ } open F, ">full"; sleep 1000\'';
    await tasks.launch([{ id: 'bomb', command: bomb, memMb: 256 }]);
    const running = await tasks.seen('bomb', 'TASK_RUNNING');
    await waitFor(() => text(running, 'full') === '', { what: 'the bomb to be stopped' });
    expect(Number(cgroups.read(running, 'pids.current')[0])).toBeLessThanOrEqual(64);
    await tasks.kill('bomb');
    await tasks.seen('bomb', 'TASK_KILLED');
  });

  test('a kill gives the grace period, then ends whatever is left', async () => {
    await tasks.launch([
      { id: 'polite', command: "trap 'echo bye; exit 0' TERM; while :; do sleep 0.1; done" },
      { id: 'stubborn', command: 'trap "" TERM; sleep 1000 & while :; do sleep 0.1; done' },
      { id: 'plain', command: 'exec sleep 1000' },
    ]);
    const ids = ['polite', 'stubborn', 'plain'];
    await Promise.all(ids.map((id) => tasks.seen(id, 'TASK_RUNNING')));
    for (const id of ['polite', 'stubborn']) {
      await waitFor(() => isLooping(id), { what: `the trap of ${id} to be set` });
    }
    for (const id of ids) await tasks.kill(id);
    const polite = await tasks.seen('polite', 'TASK_KILLED');
    expect(text(polite, 'stdout')).toBe('bye\n');
    const ends = await Promise.all(
      ids.map(async (id) => (await tasks.seen(id, 'TASK_KILLED')).message),
    );
    expect(ends).toEqual([
      'Command exited with status 0',
      'Command terminated with signal Killed',
      'Command terminated with signal Terminated',
    ]);
  });

  /** Whether the task's loop runs, which comes after its trap. */
  function isLooping(id: string): boolean {
    const running = tasks.updates.find(
      ({ task_id, state }) => task_id.value === id && state === 'TASK_RUNNING',
    );
    return cgroups.read(running, 'cgroup.procs').length > 2;
  }

  test('tasks live through kill -9 of their agent, and end with their true status', async () => {
    await tasks.launch([
      { id: 'during', command: 'sleep 0.5; exit 7' },
      { id: 'after', command: 'sleep 6; exit 5' },
      { id: 'hog-later', command: 'sleep 1; perl -e \'$x = "x" x (300 << 20)\'', memMb: 64 },
      { id: 'long', command: 'sleep 1000' },
    ]);
    await tasks.seen('long', 'TASK_RUNNING');
    await cluster.agent.crashAndRestart();
    expect((await tasks.seen('during', 'TASK_FAILED')).message).toBe(
      'Command exited with status 7',
    );
    expect((await tasks.seen('after', 'TASK_FAILED')).message).toBe('Command exited with status 5');
    expect((await tasks.seen('hog-later', 'TASK_FAILED')).reason).toBe(
      'REASON_CONTAINER_LIMITATION_MEMORY',
    );
    await tasks.kill('long');
    expect((await tasks.seen('long', 'TASK_KILLED')).message).toBe(
      'Command terminated with signal Terminated',
    );
  });

  test('tasks end once and truly, also when the agent is killed while it starts them', async () => {
    const codes = Array.from({ length: 20 }, (_, code) => code);
    for (const start of [0, 4, 8, 12, 16]) {
      const round = codes.slice(start, start + 4);
      await tasks.launch(
        round.map((code) => ({ id: `end-${code}`, command: `sleep 0.${code % 9}; exit ${code}` })),
      );
      await tasks.seen(`end-${start + ((start / 4) % 4)}`, 'TASK_STARTING');
      await cluster.agent.crashAndRestart();
    }
    const ends = codes.map(async (code) => {
      const { message } = await tasks.seen(
        `end-${code}`,
        code === 0 ? 'TASK_FINISHED' : 'TASK_FAILED',
      );
      return message;
    });
    expect(await Promise.all(ends)).toEqual(
      codes.map((code) => `Command exited with status ${code}`),
    );
    const told = tasks.updates.filter(({ message }) => message?.startsWith('Command exited'));
    for (const code of codes) {
      const own = told.filter(({ task_id }) => task_id.value === `end-${code}`);
      expect(new Set(own.map(({ uuid }) => String(uuid))).size).toBe(1);
    }
  });

  test('a health check runs inside the container', async () => {
    const inside = { value: `test -e /tmp/only-here && ! ls ${cluster.agent.workDir}/meta` };
    const health_check = {
      type: 'COMMAND' as const,
      delay_seconds: 0,
      interval_seconds: 0.1,
      grace_period_seconds: 20,
      consecutive_failures: 1,
      command: inside,
    };
    await tasks.launch([
      { id: 'healthy', command: 'touch /tmp/only-here; sleep 1000', more: { health_check } },
    ]);
    const healthy = (): boolean =>
      tasks.updates.some((one) => one.task_id.value === 'healthy' && one.healthy === true);
    await waitFor(healthy, { what: 'the task to be healthy' });
    await tasks.kill('healthy');
    await tasks.seen('healthy', 'TASK_KILLED');
  });

  test('a container that cannot be made fails with the reason', async () => {
    const container = { type: 'DOCKER' as const, docker: { image: 'busybox' } };
    await tasks.launch([{ id: 'docker', command: 'true', more: { container } }]);
    const failed = await tasks.seen('docker', 'TASK_FAILED');
    expect(failed.reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
    expect(failed.message).toMatch(/oci: containers of type DOCKER need another one/);
  });

  test('nothing is left of the containers: no control group, mount or directory', async () => {
    const lost = tasks.updates.filter(({ state }) => /LOST|GONE|DROPPED/.test(state));
    expect(lost).toEqual([]);
    const left = (): boolean => globSync(join(cluster.agent.workDir, 'meta/oci/*')).length === 0;
    await waitFor(left, { what: 'the directories to go' });
    expect(cgroups.containers()).toEqual([]);
    expect(mountCount()).toBe(mountsBefore);
  });
});

test(
  'a read-only root is one, and its containers go on under an agent without oci',
  skipBecause(missing),
  async () => {
    const masterFlags = ['--allocation_interval=100ms'];
    const ociFlags = ['--oci_root=readonly', `--cgroups_root=${cgroups.root}`];
    const agentFlags = ['--containerizers=oci,mesos', ...ociFlags];
    const cluster = await startCluster({ masterFlags, agentFlags });
    const tasks = new TaskRunner('oci-readonly', cluster.master.url);
    const { agent } = cluster;
    const flags = [`--master=${new URL(cluster.master.url).host}`, ...ociFlags];
    flags.push('--resources=cpus:2;mem:2048;disk:4096;ports:[31000-31999]');
    const plain = new Daemon({ kind: 'agent', workDir: agent.workDir, flags });
    try {
      await tasks.launch([
        { id: 'write', command: 'touch mine /tmp/mine && ! touch /etc/stoke-e2e-was-here' },
        { id: 'long', command: 'sleep 1000' },
      ]);
      await tasks.seen('write', 'TASK_FINISHED');
      await tasks.seen('long', 'TASK_RUNNING');
      await agent.signal('SIGKILL');
      await plain.start();
      await tasks.kill('long');
      expect((await tasks.seen('long', 'TASK_KILLED')).message).toBe(
        'Command terminated with signal Terminated',
      );
    } finally {
      await tasks.end();
      await plain.signal('SIGUSR1');
      await cluster.stop();
    }
    expect(cgroups.containers()).toEqual([]);
  },
);

const nobody = { command: { value: 'id -un > who; touch mine', user: 'nobody' } };
