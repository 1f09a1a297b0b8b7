/** Persistent volumes of tasks that come to an executor whose container runs already: seen with the task, gone with it. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type {
  ContainerInfo,
  Offer,
  Offer_Operation,
  Resource,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { type Daemon, startCluster, type TestCluster, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestEngine, whyNoDocker } from './support/docker-engine.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import { RawExecutor } from './support/raw-executor.ts';
import { amountIn, RawFramework, scalar, taskFor } from './support/raw-framework.ts';
import { sandboxOf } from './support/sandbox.ts';

const cgroups = ownCgroups('running-volumes');
const reservations = [{ type: 'DYNAMIC', role: 'e2e' }] as const;
const small: readonly Resource[] = [scalar('cpus', 0.1), scalar('mem', 32)];

function volumeOf(id: string): Resource {
  const disk = { persistence: { id }, volume: { container_path: 'data', mode: 'RW' as const } };
  return { ...scalar('disk', 100), reservations: [...reservations], disk };
}

/** Tells in its sandbox what it sees of the volume, and writes to it. */
const watch =
  'cd $MESOS_SANDBOX; while :; do if cat data/news > look.new 2>/dev/null; then mv look.new look; touch data/mine; else rm -f look look.new; fi; sleep 0.1; done';

const engine = new TestEngine();
const kinds = [
  {
    name: 'oci',
    missing: whyNoOci(),
    flags: () => ['--containerizers=oci', `--cgroups_root=${cgroups.root}`],
    container: undefined,
  },
  {
    name: 'docker',
    missing: whyNoDocker(),
    flags: () => ['--containerizers=docker', `--docker_socket=${engine.socket}`],
    container: { type: 'DOCKER' as const, docker: { image: 'busybox' } },
  },
] as const;

for (const { name, missing } of kinds) {
  if (missing !== undefined) process.stderr.write(`Skipping volumes of ${name}: ${missing}\n`);
}

describe.each(kinds)('a running executor of $name', ({ name, missing, flags, container }) => {
  let cluster: TestCluster;
  let framework: RawFramework;

  beforeAll(async () => {
    if (missing !== undefined) return;
    if (name === 'docker') await engine.create();
    cluster = await startCluster({
      masterFlags: ['--allocation_interval=100ms'],
      agentFlags: [...flags(), '--executor_reregistration_timeout=10secs'],
    });
    framework = await new RawFramework(cluster.master.url).subscribe();
  });

  afterAll(async () => {
    await framework?.teardown();
    await cluster?.stop();
    if (name === 'docker') await engine.dispose();
    else cgroups.remove();
  });

  const taken = new Set<string>();
  async function nextOffer(): Promise<Offer> {
    const fits = (one: Offer): boolean => !taken.has(one.id.value) && amountIn(one, 'cpus') >= 0.5;
    const offer = await framework.offer('with half a cpu', fits);
    taken.add(offer.id.value);
    return offer;
  }

  /** Launches a task for the executor; with a volume it is made before. */
  async function launch(executorId: string, id: string, volume?: Resource): Promise<void> {
    const offer = await nextOffer();
    const executor: TaskInfo['executor'] = {
      type: 'CUSTOM',
      executor_id: { value: executorId },
      framework_id: { value: framework.id },
      command: { value: executorId === 'attack' ? attack(agent()) : watch },
      resources: [...small],
      ...(container === undefined ? {} : { container: container as ContainerInfo }),
    };
    const resources = [...small, ...(volume === undefined ? [] : [volume])];
    const task = taskFor(offer, id, { executor, resources });
    const make = volume === undefined ? [] : [reserve(volume), create(volume)];
    const launched = { type: 'LAUNCH' as const, launch: { task_infos: [task] } };
    await framework.accept(offer, [...make, launched]);
  }

  const reserve = ({ disk: _, ...plain }: Resource): Offer_Operation => ({
    type: 'RESERVE',
    reserve: { resources: [plain] },
  });
  const create = (volume: Resource): Offer_Operation => ({
    type: 'CREATE',
    create: { volumes: [volume] },
  });

  async function play(executorId: string): Promise<RawExecutor> {
    const names = { agent: agent().url, frameworkId: framework.id, executorId };
    const played = new RawExecutor(names);
    await played.subscribe();
    return played;
  }

  async function tell(played: RawExecutor, taskId: string, state: TaskStatus['state']) {
    const uuid = crypto.getRandomValues(new Uint8Array(16));
    const source = 'SOURCE_EXECUTOR' as const;
    expect(await played.update({ task_id: { value: taskId }, state, source, uuid })).toBe(202);
    await framework.reach(taskId, state);
  }

  function agent(): Daemon {
    return cluster.agent;
  }

  function delivered(played: RawExecutor, taskId: string): Promise<unknown> {
    const find = (): boolean =>
      played.events.some(({ launch: order }) => order?.task.task_id.value === taskId);
    return waitFor(find, { what: `${taskId} to be delivered`, timeoutMs: 30_000 });
  }

  test.skipIf(missing !== undefined)(
    'sees the volume of its second task, also after kill -9 of the agent, and not when the task is over',
    async () => {
      await launch('ex', 'first');
      let played = await play('ex');
      await delivered(played, 'first');
      await tell(played, 'first', 'TASK_RUNNING');
      const look = join(sandboxOf(agent(), 'ex'), 'look');
      const seen = (): string | undefined => {
        try {
          return readFileSync(look, 'utf8');
        } catch {
          return undefined;
        }
      };
      await launch('ex', 'second', volumeOf('v1'));
      await delivered(played, 'second');
      const data = join(agent().workDir, 'volumes/roles/e2e/v1');
      writeFileSync(join(data, 'news'), 'hello');
      await waitFor(() => seen() === 'hello', { what: 'the volume to be seen' });
      await waitFor(() => readFileSync(join(data, 'mine')), { what: 'the volume to be written' });
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('volumes/roles');
      await tell(played, 'second', 'TASK_RUNNING');

      await agent().crashAndRestart();
      played = await play('ex');
      writeFileSync(join(data, 'news'), 'again');
      await waitFor(() => seen() === 'again', { what: 'the volume to be seen after kill -9' });
      await tell(played, 'second', 'TASK_FINISHED');
      await waitFor(() => seen() === undefined, { what: 'the volume to be gone' });
      expect(readFileSync(join(data, 'news'), 'utf8')).toBe('again');
      played.close();
    },
  );

  test.skipIf(missing !== undefined)(
    'that puts a link in the way of a volume loses the task, and nothing is made elsewhere',
    async () => {
      mkdirSync(join(cluster.root, 'outside'));
      await launch('attack', 'first-attack');
      const played = await play('attack');
      await delivered(played, 'first-attack');
      const ready = join(sandboxOf(agent(), 'attack'), 'ready');
      await waitFor(() => readFileSync(ready), { what: 'the link to be there' });
      await launch('attack', 'second-attack', volumeOf('v2'));
      const failed = await framework.reach('second-attack', 'TASK_FAILED');
      expect(failed).toMatchObject({
        reason: 'REASON_CONTAINER_UPDATE_FAILED',
        message: expect.stringContaining("'roles' on the way to"),
      });
      played.close();
    },
  );

  if (name !== 'docker') return;
  test.skipIf(missing !== undefined)(
    'has room for its tasks at the engine, and less when one is over',
    async () => {
      await launch('grows', 'first-growing');
      const played = await play('grows');
      await delivered(played, 'first-growing');
      await tell(played, 'first-growing', 'TASK_RUNNING');
      const run = basename(realpathSync(sandboxOf(agent(), 'grows')));
      const isGiven = (megabytes: number): Promise<unknown> => {
        const find = (): boolean => {
          const { stdout } = engine.docker('inspect', `mesos-${run}`);
          const [{ HostConfig }] = JSON.parse(stdout) as [{ HostConfig: { Memory: number } }];
          return HostConfig.Memory === megabytes * 1024 ** 2;
        };
        return waitFor(find, { what: `${megabytes} MB for the container` });
      };
      await isGiven(64);
      await launch('grows', 'second-growing');
      await delivered(played, 'second-growing');
      await isGiven(96);
      await tell(played, 'second-growing', 'TASK_RUNNING');
      await tell(played, 'second-growing', 'TASK_FINISHED');
      await isGiven(64);
      played.close();
    },
  );
});

/** As root, in the place where the agent will show a volume. */
function attack({ workDir }: Daemon): string {
  const volumes = join(workDir, 'volumes');
  return `mkdir -p ${volumes} && ln -s /etc ${volumes}/roles && touch $MESOS_SANDBOX/ready && exec sleep 1000`;
}
