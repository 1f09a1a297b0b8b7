/** Tasks in containers of an OCI runtime that try to get at others, at the agent, and at the machine, as root. */
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TaskStatus } from '@stoke/protocol';
import { skipBecause, startCluster, type TestCluster, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownCgroups } from './support/own-cgroups.ts';
import { TaskRunner } from './support/task-runner.ts';

const cgroups = ownCgroups('escape');

const missing = whyNoOci();

describe('a task in a container cannot get out', skipBecause(missing), () => {
  const scratch = mkdtempSync('/var/tmp/stoke-escape-');
  const credentials = join(scratch, 'credentials.json');
  const shared = join(scratch, 'shared');
  const secret = `secret-${process.pid}`;
  let cluster: TestCluster;
  let tasks: TaskRunner;
  let victim: TaskStatus;
  let victimDirectory: string;

  beforeAll(async () => {
    mkdirSync(shared);
    const known = { credentials: [{ principal: 'me', secret }] };
    writeFileSync(credentials, JSON.stringify(known), { mode: 0o600 });
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        '--containerizers=oci',
        `--cgroups_root=${cgroups.root}`,
        `--http_credentials=${credentials}`,
        `--oci_host_volumes=${shared}`,
      ],
    });
    tasks = new TaskRunner('escape', cluster.master.url);
    await tasks.launch([{ id: 'victim', command: `echo ${secret} > mine; exec sleep 1000` }]);
    victim = await tasks.seen('victim', 'TASK_RUNNING');
    const id = victim.container_status?.container_id?.value ?? '';
    [victimDirectory = ''] = globSync(join(cluster.agent.workDir, `slaves/**/runs/${id}`));
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
    rmSync(scratch, { recursive: true, force: true });
    cgroups.remove();
  });

  function victimPid(): number {
    const pid = victim.container_status?.executor_pid ?? 0;
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    return pid;
  }

  /** Each attempt must fail; the exit code of the task says which one did not. */
  async function attempt(id: string, attempts: readonly string[]): Promise<void> {
    const lines = attempts.map((line, index) => `(${line}) >/dev/null 2>&1 && exit ${index + 10}`);
    await tasks.launch([{ id, command: [...lines, 'exit 0'].join('\n') }]);
    const ended = (): TaskStatus | undefined =>
      tasks.updates.find(({ task_id, state }) => task_id.value === id && /FIN|FAIL/.test(state));
    await tasks.seen(id, 'TASK_FINISHED').catch((error: unknown) => {
      throw new Error(`${id}: ${ended()?.message ?? String(error)}`);
    });
  }

  test('the sandbox of another task, the agent and its credentials are not to be read', async () => {
    await attempt('read', [
      `cat ${victimDirectory}/mine`,
      `ls ${victimDirectory}`,
      `ls ${cluster.agent.workDir}/meta`,
      `grep -r ${secret} ${cluster.agent.workDir}`,
      `grep ${secret} ${credentials}`,
      `echo stolen > ${credentials} && grep stolen ${credentials}`,
      `rm ${credentials}`,
    ]);
    expect(readFileSync(credentials, 'utf8')).toContain(secret);
  });

  test('other processes are neither seen nor signalled', async () => {
    const pid = victimPid();
    await attempt('signal', [
      `kill -0 ${cluster.agent.pid}`,
      `kill -9 ${pid}`,
      'grep -q MESOS_EXECUTOR_ID=victim /proc/*/environ',
      `test -e /proc/${pid}/root${victimDirectory}`,
      'cat /proc/kcore | head -c 1 | grep .',
      'echo 1 > /proc/sys/kernel/sysrq',
      'echo c > /proc/sysrq-trigger',
    ]);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
  });

  test('devices, mounts and name spaces are out of reach', async () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    await attempt('mount', [
      'mount -t tmpfs none /mnt',
      'umount /proc',
      'mount -o remount,rw /sys',
      'unshare --user true',
      'unshare --user --mount --cgroup true',
      'nsenter --target 1 --mount true',
      'mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk',
      'test -e /dev/vda || test -e /dev/sda || test -e /dev/mem || test -e /dev/kmsg',
      'chroot /proc/1/root/.. test -e /nowhere',
    ]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(mounts);
  });

  test('a task cannot change its own limits', async () => {
    await attempt('limits', [
      ...['memory/memory.limit_in_bytes', 'memory.max', 'pids/pids.max', 'cpu/cpu.shares'].map(
        (file) => `test -e /sys/fs/cgroup/${file} && echo 100000000 > /sys/fs/cgroup/${file}`,
      ),
      'echo 0 > /sys/fs/cgroup/memory/../../cgroup.procs',
    ]);
  });

  test('links in a volume of the machine lead nowhere, and what they lead to is not mounted', async () => {
    const volumes = [{ mode: 'RW' as const, container_path: 'shared', host_path: shared }];
    const container = { type: 'MESOS' as const, volumes };
    const command = `ln -s ${victimDirectory} shared/other; ln -s / shared/all; touch shared/mine`;
    await tasks.launch([{ id: 'link', command, more: { container } }]);
    await tasks.seen('link', 'TASK_FINISHED');
    expect(existsSync(join(shared, 'mine'))).toBe(true);
    const follow = `! cat shared/other/mine && ! ls shared/all${cluster.agent.workDir}/meta`;
    await tasks.launch([{ id: 'follow', command: follow, more: { container } }]);
    await tasks.seen('follow', 'TASK_FINISHED');
    for (const name of ['other', 'all']) {
      const asked = [{ mode: 'RW' as const, container_path: 'x', host_path: join(shared, name) }];
      const more = { container: { type: 'MESOS' as const, volumes: asked } };
      await tasks.launch([{ id: name, command: 'true', more }]);
      const { message } = await tasks.seen(name, 'TASK_FAILED');
      expect(message).toMatch(/is not in --oci_host_volumes/);
    }
  });

  test('links in a sandbox are not followed by the agent', async () => {
    const command = `ln -s ${credentials} leak; ln -s / all; rm stderr; ln -s ${credentials} stderr`;
    await tasks.launch([{ id: 'leak', command }]);
    const { container_status: status } = await tasks.seen('leak', 'TASK_FINISHED');
    const id = status?.container_id?.value ?? '';
    const [directory = ''] = globSync(join(cluster.agent.workDir, `slaves/**/runs/${id}`));
    for (const path of ['leak', `all${credentials}`, 'stderr']) {
      const query = new URLSearchParams({ path: join(directory, path), offset: '0' });
      const answer = await fetch(`${cluster.agent.url}/files/read?${query}`);
      expect(await answer.text()).not.toContain(secret);
    }
  });
});
