/**
 * GPUs of containers, with device nodes that have no driver: opening one that a container was given answers that there
 * is no device, opening another one that it is not allowed.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Offer, TaskStatus } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestEngine, whyNoDocker } from './support/docker-engine.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import {
  amountIn,
  modernFramework,
  RawFramework,
  scalar,
  taskFor,
} from './support/raw-framework.ts';

const cgroups = ownCgroups('gpus');
const engine = new TestEngine();
const kinds = [
  {
    name: 'oci',
    missing: whyNoOci(),
    flags: () => ['--containerizers=oci,mesos', `--cgroups_root=${cgroups.root}`],
    container: undefined,
  },
  {
    name: 'docker',
    missing: whyNoDocker(),
    flags: () => ['--containerizers=docker,mesos', `--docker_socket=${engine.socket}`],
    container: { type: 'DOCKER' as const, docker: { image: 'busybox' } },
  },
] as const;

for (const { name, missing } of kinds) {
  if (missing !== undefined) process.stderr.write(`Skipping GPUs of ${name}: ${missing}\n`);
}

const noSuchDevice = 6;
const notPermitted = 1;

/** What a process of the machine gets that opens the device in the control groups of another one. */
function openIn(pid: number, device: string): number {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const line =
    groups.find((one) => /:devices:/.test(one)) ?? groups.find((one) => /^0::/.test(one));
  const path = line?.split(':').slice(2).join(':') ?? '';
  const [directory = ''] = globSync(`/sys/fs/cgroup/{devices/,}${path}/`);
  const script = `echo $$ > ${directory}/cgroup.procs; exec perl -e 'open(F, "<", "${device}"); exit $!+0'`;
  return spawnSync('/bin/sh', ['-c', script]).status ?? -1;
}

describe.each(kinds)('GPUs of $name', ({ name, missing, flags, container }) => {
  const devices = mkdtempSync('/var/tmp/stoke-gpus-');
  let cluster: TestCluster;
  let framework: RawFramework;

  beforeAll(async () => {
    if (missing !== undefined) return;
    if (name === 'docker') await engine.create();
    for (const [node, minor] of Object.entries({ nvidia0: 0, nvidia1: 1, nvidiactl: 255 })) {
      spawnSync('mknod', [join(devices, node), 'c', '195', String(minor)]);
    }
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [...flags(), '--isolation=gpu/nvidia', `--nvidia_device_dir=${devices}`],
    });
    const plain = modernFramework();
    const capabilities = [...(plain.capabilities ?? []), { type: 'GPU_RESOURCES' as const }];
    framework = await new RawFramework(cluster.master.url).subscribe({ ...plain, capabilities });
  });

  afterAll(async () => {
    await framework?.teardown();
    await cluster?.stop();
    rmSync(devices, { recursive: true, force: true });
    if (name === 'docker') await engine.dispose();
    else cgroups.remove();
  });

  const taken = new Set<string>();
  async function launch(id: string, gpus: number, command: string): Promise<void> {
    const fits = (one: Offer): boolean =>
      !taken.has(one.id.value) && amountIn(one, 'gpus') >= gpus && amountIn(one, 'cpus') >= 0.1;
    const offer = await framework.offer(`with ${gpus} GPUs`, fits);
    taken.add(offer.id.value);
    const resources = [scalar('cpus', 0.1), scalar('mem', 32)];
    if (gpus > 0) resources.push(scalar('gpus', gpus));
    const more = { resources, command: { value: command }, ...(container && { container }) };
    await framework.launch(offer, [taskFor(offer, id, more as Parameters<typeof taskFor>[2])]);
  }

  const pidOf = (status: TaskStatus): number => status.container_status?.executor_pid ?? 0;
  const rights = (status: TaskStatus): number[] =>
    ['nvidia0', 'nvidia1'].map((node) => openIn(pidOf(status), join(devices, node)));

  test.skipIf(missing !== undefined)(
    'each task sees and opens its own only, also after kill -9 of the agent',
    async () => {
      const other = await new RawFramework(cluster.master.url).subscribe();
      const wait = 'ls /dev | grep -c "nvidia[01]"; exec sleep 1000';
      await launch('one', 1, wait);
      const one = await framework.reach('one', 'TASK_RUNNING');
      expect(rights(one)).toEqual([noSuchDevice, notPermitted]);
      await cluster.agent.crashAndRestart();
      await launch('two', 1, wait);
      const two = await framework.reach('two', 'TASK_RUNNING');
      expect(rights(two)).toEqual([notPermitted, noSuchDevice]);
      await launch('none', 0, '! ls /dev/nvidia*');
      await framework.reach('none', 'TASK_FINISHED');
      await framework.call({ type: 'KILL', kill: { task_id: { value: 'one' } } });
      await framework.reach('one', 'TASK_KILLED');
      await launch('three', 1, wait);
      expect(rights(await framework.reach('three', 'TASK_RUNNING'))[0]).toBe(noSuchDevice);
      // Nobody without the capability was offered the agent all the while.
      expect(other.offers()).toEqual([]);
      await other.teardown();
      const wc = await waitFor(
        () => globSync(`${cluster.root}/**/executors/two/runs/*-*/stdout`)[0],
        {
          what: 'the output',
        },
      );
      expect(readFileSync(wc, 'utf8')).toBe('1\n');
    },
  );
});
