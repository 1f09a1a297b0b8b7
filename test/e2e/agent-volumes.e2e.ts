/** Volumes in containers of a real OCI runtime: directories of sandboxes that tasks share, and what attacks on them get. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Offer, TaskInfo, TaskStatus, Volume } from '@stoke/protocol';
import { type Daemon, startCluster, type TestCluster, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountIn, RawFramework, scalar, taskFor } from './support/raw-framework.ts';

const cgroupsRoot = `stoke-volumes-${process.pid}`;

const missing = whyNoOci();
if (missing !== undefined) process.stderr.write(`Skipping the tests of volumes: ${missing}\n`);

/** A directory of a sandbox at `here`. */
function sandboxPath(type: 'SELF' | 'PARENT', path: string, mode: Volume['mode'] = 'RW'): Volume {
  const source = { type: 'SANDBOX_PATH' as const, sandbox_path: { type, path } };
  return { mode, container_path: 'here', source };
}

function inContainer(volumes: readonly Volume[], command: string): Partial<TaskInfo> {
  return { command: { value: command }, container: { type: 'MESOS', volumes: [...volumes] } };
}

describe.skipIf(missing !== undefined)('volumes of oci', () => {
  const scratch = mkdtempSync('/var/tmp/stoke-volumes-');
  let cluster: TestCluster;
  let framework: RawFramework;

  beforeAll(async () => {
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [
        '--containerizers=oci',
        `--cgroups_root=${cgroupsRoot}`,
        `--oci_host_volumes=${scratch}`,
      ],
    });
    framework = await new RawFramework(cluster.master.url).subscribe();
  });

  afterAll(async () => {
    await framework?.teardown();
    await cluster?.stop();
    rmSync(scratch, { recursive: true, force: true });
    for (const path of globSync(`/sys/fs/cgroup/{*/,}${cgroupsRoot}`)) rmdirSync(path);
  });

  function agent(): Daemon {
    const first = cluster.agents[0];
    if (first === undefined) throw new Error('The cluster has no agent');
    return first;
  }

  const taken = new Set<string>();
  /** One that nobody took: whoever takes it takes it whole. */
  async function nextOffer(): Promise<Offer> {
    const fits = (one: Offer): boolean => !taken.has(one.id.value) && amountIn(one, 'cpus') >= 0.5;
    const offer = await framework.offer('with half a cpu', fits);
    taken.add(offer.id.value);
    return offer;
  }

  /** Launches tasks together, for a default executor that is there or not. */
  async function launchGroup(
    executorId: string,
    tasks: Readonly<Record<string, Partial<TaskInfo>>>,
  ): Promise<void> {
    const offer = await nextOffer();
    const infos = Object.entries(tasks).map(([id, more]) => taskFor(offer, id, more));
    const executor = {
      type: 'DEFAULT' as const,
      executor_id: { value: executorId },
      framework_id: { value: framework.id },
      resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
    };
    const launch_group = { executor, task_group: { tasks: infos } };
    await framework.accept(offer, [{ type: 'LAUNCH_GROUP', launch_group }]);
  }

  /** Waits until the task is over, acknowledging what comes. */
  function ended(taskId: string): Promise<TaskStatus> {
    const isOver = ({ state }: TaskStatus): boolean => /FINISHED|FAILED|ERROR/.test(state);
    return framework.reach(taskId, isOver);
  }

  test('tasks of a group share a directory of their executor, one of them only to read', async () => {
    await launchGroup('share', {
      writer: inContainer(
        [sandboxPath('PARENT', 'shared/a')],
        'echo hello > here/news; sleep 1000',
      ),
      reader: inContainer(
        [sandboxPath('PARENT', 'shared/a', 'RO')],
        'until grep hello here/news; do sleep 0.1; done; ! touch here/mine',
      ),
      own: inContainer([sandboxPath('SELF', 'out')], 'echo 1 > here/x; grep 1 out/x; sleep 1000'),
    });
    const { state, message } = await ended('reader');
    expect(state, message).toBe('TASK_FINISHED');
  });

  test('a directory that is none, or a link, is not mounted; the reason is told', async () => {
    const attacker = 'ln -s /etc here/door; ln -s ../containers here/others; echo > here/file';
    await launchGroup('attack', {
      attacker: inContainer([sandboxPath('PARENT', 'shared')], `${attacker}; sleep 1000`),
    });
    await framework.reach('attacker', 'TASK_RUNNING');
    const linked = join(agent().workDir, 'slaves/*/frameworks/*/executors/attack/runs/*-*/shared');
    await waitFor(() => globSync(join(linked, 'file')).length === 1, { what: 'the links' });
    const asked = ['shared/door', 'shared/door/ssl', 'shared/others', 'shared/file'];
    for (const [index, path] of asked.entries()) {
      const id = `victim-${index}`;
      await launchGroup('attack', { [id]: inContainer([sandboxPath('PARENT', path)], 'true') });
      const { message, state } = await ended(id);
      expect({ state, message }).toMatchObject({
        state: 'TASK_FAILED',
        message: expect.stringContaining('leads over a link'),
      });
    }
    for (const path of ['containers', '/etc', 'shared/../../x']) {
      const id = `bad-${path.replaceAll('/', '-')}`;
      await launchGroup('attack', { [id]: inContainer([sandboxPath('PARENT', path)], 'true') });
      expect((await ended(id)).message).toMatch(/agent's|is absolute|leads out/);
    }
  });

  test('a directory that turns into a link and back while tasks start is never the wrong one', async () => {
    const swap =
      'mkdir here/x here/y; ln -s /etc here/z; perl -e \'while (1) { rename "here/x", "here/w"; rename "here/z", "here/x"; rename "here/x", "here/z"; rename "here/w", "here/x" }\'';
    await launchGroup('race', { swapper: inContainer([sandboxPath('PARENT', 'shared')], swap) });
    await framework.reach('swapper', 'TASK_RUNNING');
    for (let round = 0; round < 12; round += 1) {
      const id = `round-${round}`;
      const look = inContainer([sandboxPath('PARENT', 'shared/x')], 'test ! -e here/passwd');
      await launchGroup('race', { [id]: look });
      const { message = '' } = await ended(id);
      expect(message).toMatch(/^Failed to launch container|^Command exited with status 0/);
    }
  });

  test('what the machine mounts below a volume later is seen, when that is asked for', async () => {
    mkdirSync(join(scratch, 'below'));
    const run = (...words: string[]): void => {
      const [file = '', ...args] = words;
      const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    };
    run('mount', '--bind', scratch, scratch);
    try {
      run('mount', '--make-shared', scratch);
      const mount_propagation = { mode: 'HOST_TO_CONTAINER' as const };
      const host_path = { path: scratch, mount_propagation };
      const source = { type: 'HOST_PATH' as const, host_path };
      const volume: Volume = { mode: 'RW', container_path: 'here', source };
      const offer = await nextOffer();
      const command = 'until test -e here/below/now; do sleep 0.1; done';
      await framework.launch(offer, [taskFor(offer, 'follows', inContainer([volume], command))]);
      await framework.reach('follows', 'TASK_RUNNING');
      run('mount', '-t', 'tmpfs', 'none', join(scratch, 'below'));
      run('touch', join(scratch, 'below/now'));
      const { state, message } = await ended('follows');
      expect(state, message).toBe('TASK_FINISHED');
    } finally {
      run('umount', '--recursive', scratch);
    }
  });

  test('kinds of volumes that it does not know are refused by name', async () => {
    for (const type of ['SECRET', 'DOCKER_VOLUME'] as const) {
      const volume: Volume = { mode: 'RO', container_path: 'here', source: { type } };
      const offer = await nextOffer();
      await framework.launch(offer, [taskFor(offer, type, inContainer([volume], 'true'))]);
      expect((await ended(type)).message).toContain(`none of type ${type} for 'here'`);
    }
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(scratch);
  });
});
