/** Tasks in images out of a real registry: what the image says counts, what it holds is all they see, nothing is left. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerInfo, TaskInfo, TaskStatus } from '@stoke/protocol';
import { skipBecause, startCluster, type TestCluster, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownCgroups } from './support/own-cgroups.ts';
import { sandboxText } from './support/sandbox.ts';
import { TaskRunner } from './support/task-runner.ts';
import { TestRegistry, tinyImage } from './support/tiny-image.ts';

const cgroups = ownCgroups('images');

const missing = whyNoOci(['busybox', 'docker-registry']);

function container(name: string): ContainerInfo {
  return { type: 'MESOS', mesos: { image: { type: 'DOCKER', docker: { name } } } };
}

/** A task of the shell of the image. */
function shell(id: string, command: string, more: Partial<TaskInfo> = {}) {
  return { id, command, more: { container: container('team/tiny'), ...more } };
}

describe('the oci containerizer with images', skipBecause(missing), () => {
  const scratch = mkdtempSync(join(tmpdir(), 'stoke-images-'));
  const registry = new TestRegistry(scratch);
  let cluster: TestCluster;
  let tasks: TaskRunner;

  beforeAll(async () => {
    await registry.start();
    await registry.push('team/tiny', tinyImage(scratch));
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        '--containerizers=oci',
        '--image_providers=docker',
        `--docker_registry=${registry.url}`,
        `--cgroups_root=${cgroups.root}`,
        '--oci_max_processes=32',
      ],
    });
    tasks = new TaskRunner('agent-images', cluster.master.url);
  });

  afterAll(async () => {
    await tasks?.end();
    await cluster?.stop();
    registry.stop();
    rmSync(scratch, { recursive: true, force: true });
    cgroups.remove();
  });

  /** Text that a task left in its sandbox. */
  function text(status: TaskStatus, file: string): string {
    return sandboxText(cluster.agent, status, file);
  }

  test('several tasks at once run in one image, each on layers of its own', async () => {
    const ids = ['one', 'two', 'three', 'four'];
    const look =
      'echo $GREETING; pwd; cat changed; echo; ls; ls /; touch mine; echo "$MESOS_SANDBOX"';
    await tasks.launch(ids.map((id) => shell(id, look)));
    for (const id of ids) {
      const ended = await tasks.seen(id, 'TASK_FINISHED');
      expect(text(ended, 'stdout')).toBe(
        'hello\n/srv\nupper\nchanged\nbin\ndev\netc\nmnt\nproc\nrun\nsrv\nsys\ntmp\n/mnt/mesos/sandbox\n',
      );
    }
    expect(globSync(join(cluster.agent.workDir, 'store/docker/layers/*'))).toHaveLength(2);
    expect(globSync(join(cluster.agent.workDir, 'store/docker/downloads/*'))).toEqual([]);
  });

  test('without a command the image says what runs, and arguments replace its own', async () => {
    const args = { shell: false, arguments: ['echo argument > $MESOS_SANDBOX/said'] };
    await tasks.launch([
      shell('preset', '', { command: { shell: false } }),
      shell('argument', '', { command: args }),
    ]);
    expect(text(await tasks.seen('preset', 'TASK_FINISHED'), 'said')).toBe('preset\n');
    expect(text(await tasks.seen('argument', 'TASK_FINISHED'), 'said')).toBe('argument\n');
  });

  test('a task in an image sees nothing of the machine, and cannot get out', async () => {
    const secret = join(cluster.agent.workDir, 'secret');
    writeFileSync(secret, 'do not show');
    const script = [
      `test -e ${cluster.agent.workDir} && exit 2`,
      'test -e /usr/bin/perl && exit 3',
      `kill -0 ${cluster.agent.pid} 2>/dev/null && exit 4`,
      'mount -t tmpfs none /srv 2>/dev/null && exit 5',
      'cat /proc/1/root/etc/shadow 2>/dev/null && exit 6',
      'test "$(ls -d /proc/[0-9]* | wc -l)" -lt 8 || exit 7',
      'echo bad 2>/dev/null > /proc/sys/kernel/hostname && exit 8',
      'cd "$MESOS_SANDBOX" && touch mine && exit 0',
    ];
    await tasks.launch([shell('contained', script.join('\n'))]);
    const ended = await tasks.seen('contained', 'TASK_FINISHED');
    expect(text(ended, 'mine')).toBe('');
  });

  test('memory and processes are limited in an image too', async () => {
    const hog = 'dd if=/dev/zero of=/dev/null bs=300M count=1; sleep 100';
    await tasks.launch([shell('hog', hog)]);
    const failed = await tasks.seen('hog', 'TASK_FAILED');
    expect(failed.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
    const bomb = 'b() { b | b & }; b; sleep 1000';
    await tasks.launch([shell('bomb', bomb)]);
    const running = await tasks.seen('bomb', 'TASK_RUNNING');
    expect(cgroups.read(running, 'pids.max')).toEqual(['32']);
    await tasks.kill('bomb');
    await tasks.seen('bomb', 'TASK_KILLED');
  });

  test('tasks in images live through kill -9 of their agent', async () => {
    await tasks.launch([shell('long', 'sleep 1000'), shell('during', 'sleep 1; exit 7')]);
    await tasks.seen('long', 'TASK_RUNNING');
    await cluster.agent.crashAndRestart();
    expect((await tasks.seen('during', 'TASK_FAILED')).message).toBe(
      'Command exited with status 7',
    );
    await tasks.kill('long');
    await tasks.seen('long', 'TASK_KILLED');
  });

  test('an image that cannot be had fails its task with the reason', async () => {
    const appc = {
      type: 'MESOS',
      mesos: { image: { type: 'APPC', appc: { name: 'x' } } },
    } as const;
    await tasks.launch([
      shell('absent', 'true', { container: container('team/absent') }),
      shell('unnamed', 'true', { container: container('../etc') }),
      shell('appc', 'true', { container: appc }),
    ]);
    const messages = ['absent', 'unnamed', 'appc'].map(async (id) => {
      const { message, reason } = await tasks.seen(id, 'TASK_FAILED');
      expect(reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
      return message;
    });
    const [absent, unnamed, other] = await Promise.all(messages);
    expect(absent).toMatch(
      /Cannot pull image 'team\/absent' from '127.0.0.1:\d+': the registry does/,
    );
    expect(unnamed).toMatch(/the name is not of the form/);
    expect(other).toMatch(/it runs no APPC images/);
  });

  test('a task is killed while its image is pulled', async () => {
    const asked: string[] = [];
    const silent = createServer((request) => void asked.push(request.url ?? ''));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      await tasks.launch([
        shell('waiting', 'true', { container: container(`127.0.0.1:${port}/never`) }),
      ]);
      await waitFor(() => asked.length > 0, { what: 'the registry to be asked' });
      await tasks.kill('waiting');
      await tasks.seen('waiting', 'TASK_KILLED');
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  test('images that are in use stay when they are pruned, and go when they are not', async () => {
    const prune = async (): Promise<number> => {
      const headers = { 'Content-Type': 'application/json' };
      const body = '{"type":"PRUNE_IMAGES"}';
      const url = `${cluster.agent.url}/api/v1`;
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    const layers = (): string[] =>
      globSync(join(cluster.agent.workDir, 'store/docker/layers/*/fs/'));
    await tasks.launch([shell('keeps', 'exec sleep 1000')]);
    await tasks.seen('keeps', 'TASK_RUNNING');
    expect(await prune()).toBe(200);
    expect(layers().length).toBeGreaterThan(0);
    await tasks.kill('keeps');
    await tasks.seen('keeps', 'TASK_KILLED');
    const isEmpty = async (): Promise<boolean> => (await prune()) === 200 && layers().length === 0;
    await waitFor(isEmpty, { what: 'the layers to go' });
    await tasks.launch([shell('pulls-again', 'true')]);
    await tasks.seen('pulls-again', 'TASK_FINISHED');
  });

  test('nothing is left of the containers', async () => {
    const left = (): boolean => globSync(join(cluster.agent.workDir, 'meta/oci/*')).length === 0;
    await waitFor(left, { what: 'the directories to go' });
    expect(cgroups.containers()).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(cluster.agent.workDir);
  });
});
