/**
 * Agents in a virtual machine with control groups of version 2 only, one with runc and one with crun: limits that hold,
 * true ends, nothing left behind, and what is left of it all when the power is cut and the machine boots again.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TaskStatus } from '@stoke/protocol';
import { Daemon, skipBecause, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';
import { GuestAgent } from './support/virtual-machine/guest-agent.ts';
import { VirtualMachine, whyNoVirtualMachine } from './support/virtual-machine/virtual-machine.ts';

const patienceMs = 180_000;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const writer = join(repository, 'test/e2e/support/virtual-machine/acknowledged-writes.ts');

const missing = whyNoVirtualMachine() ?? whyNoOci(['crun']);

describe('an agent on control groups of version 2', skipBecause(missing), () => {
  const acknowledged = new Set<string>();
  let directory: string;
  let machine: VirtualMachine;
  let master: Daemon;
  let tasks: TaskRunner;
  let listener: Server;
  let agents: readonly GuestAgent[] = [];
  let ids: ReadonlyMap<GuestAgent, string>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'stoke-machine-'));
    machine = await VirtualMachine.create(directory, [5051, 5052]);
    const flags = ['--allocation_interval=100ms', '--agent_reregister_timeout=10mins'];
    flags.push('--agent_ping_timeout=60secs');
    master = new Daemon({ kind: 'master', workDir: join(directory, 'master'), flags });
    listener = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.setEncoding('latin1');
      let rest = '';
      socket.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) acknowledged.add(line);
      });
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    compileAhead();
    await Promise.all([machine.start(), master.start()]);
    const common = {
      masterPort: new URL(master.url).port,
      compileCache: `/outside${directory}/js`,
    };
    agents = [
      new GuestAgent(machine, { ...common, runtime: 'runc', port: 5051, ownCgroup: '' }),
      new GuestAgent(machine, {
        ...common,
        runtime: 'crun',
        port: 5052,
        ownCgroup: 'system/agent',
      }),
    ];
    await startAgents();
    tasks = new TaskRunner('virtual-machine', master.url);
    tasks.patienceMs = patienceMs;
  });

  afterAll(async () => {
    await tasks?.end();
    await machine?.cut();
    await master?.signal('SIGTERM');
    listener?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** So that programs inside, which may be emulated, need not translate TypeScript. */
  function compileAhead(): void {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'js') };
    const main = join(repository, 'packages/agent/src/main.ts');
    spawnSync(process.execPath, [main, '--help'], { env });
  }

  async function startAgents(): Promise<void> {
    const started = agents.map(async (agent) => [agent, await agent.start()] as const);
    ids = new Map(await Promise.all(started));
  }

  /** The same with each runtime, at the same time. */
  async function withBoth(run: (agent: GuestAgent, name: string) => Promise<void>): Promise<void> {
    await Promise.all(agents.map((agent) => run(agent, agent.options.runtime)));
  }

  function launch(agent: GuestAgent, requests: Parameters<TaskRunner['launch']>[0]): Promise<void> {
    return tasks.launch(requests, ids.get(agent));
  }

  function containerOf({ container_status }: TaskStatus): string {
    return container_status?.container_id?.value ?? '';
  }

  test('tasks end as they end, and see their own control group only', async () => {
    await withBoth(async (agent, name) => {
      const look = 'cat /sys/fs/cgroup/memory.max; ls -d /sys/fs/cgroup/stoke-*; echo >&2 err';
      await launch(agent, [
        { id: `look-${name}`, command: `${look}; echo 1 >/sys/fs/cgroup/memory.max; exit 3` },
        { id: `signal-${name}`, command: 'kill -9 $$' },
        { id: `zero-${name}`, command: 'true' },
      ]);
      await tasks.seen(`zero-${name}`, 'TASK_FINISHED');
      const signal = await tasks.seen(`signal-${name}`, 'TASK_FAILED');
      expect(signal.message).toBe('Command terminated with signal Killed');
      const end = await tasks.seen(`look-${name}`, 'TASK_FAILED');
      expect(end.message).toBe('Command exited with status 3');
      expect(await agent.sandboxText(`look-${name}`, 'stdout')).toBe(`${64 << 20}\n`);
      const said = await agent.sandboxText(`look-${name}`, 'stderr');
      expect(said).toMatch(/err/);
      expect(said).toMatch(/memory\.max: Read-only file system/);
    });
  });

  test('limits are those of the task, and its use is told', async () => {
    await withBoth(async (agent, name) => {
      const spin = `spin-${name}`;
      await launch(agent, [{ id: spin, command: 'while :; do :; done', cpus: 0.2, memMb: 96 }]);
      const container = containerOf(await tasks.seen(spin, 'TASK_RUNNING'));
      // 0.1 cpus and 32 MB are those of the executor that stands for the task.
      expect(await agent.cgroupText(container, 'cpu.max')).toBe('30000 100000');
      expect(await agent.cgroupText(container, 'memory.max')).toBe(String(128 << 20));
      expect(await agent.cgroupText(container, 'pids.max')).toBe('64');
      const used = (): Promise<Statistics> => statistics(agent, spin);
      const first = await used();
      const second = await waitFor(
        async () => {
          const now = await used();
          return now.timestamp - first.timestamp > 3 ? now : undefined;
        },
        { what: '3 seconds of spinning', timeoutMs: patienceMs },
      );
      const seconds = (one: Statistics): number =>
        one.cpus_user_time_secs + one.cpus_system_time_secs;
      const share = (seconds(second) - seconds(first)) / (second.timestamp - first.timestamp);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(0.4);
      expect(second.processes).toBeGreaterThan(1);
      expect(second.mem_total_bytes).toBeGreaterThan(0);
      expect(second.cpus_nr_throttled).toBeGreaterThan(0);
      await tasks.kill(spin);
      await tasks.seen(spin, 'TASK_KILLED');
    });
  });

  async function statistics(agent: GuestAgent, id: string): Promise<Statistics> {
    type Entry = { readonly executor_id: string; readonly statistics: Statistics };
    const all = await agent.get<readonly Entry[]>('/containers');
    const found = all.find(({ executor_id }) => executor_id === id);
    if (found === undefined) throw new Error(`There are no statistics of ${id}`);
    return found.statistics;
  }

  test('a task over its memory is ended, and the framework is told so', async () => {
    await withBoth(async (agent, name) => {
      const hog = 'perl -e \'$x = "x" x (300 << 20); sleep 1000\'';
      const command = `(${hog}); sleep 1000`;
      await launch(agent, [{ id: `hog-${name}`, command, memMb: 64 }]);
      const failed = await tasks.seen(`hog-${name}`, 'TASK_FAILED');
      expect(failed.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
      expect(failed.message).toMatch(
        /^Memory limit exceeded: Requested: 96MB Maximum Used: 96MB\n\nMEMORY STATISTICS: \nanon /,
      );
    });
  });

  test('a fork bomb stays in its container, and a kill ends all of it', async () => {
    await withBoth(async (agent, name) => {
      const bomb = `bomb-${name}`;
      const command =
        'perl -e \'$n = 0; while (defined fork) { $n++ } open F, ">full"; sleep 1000\'';
      await launch(agent, [{ id: bomb, command, memMb: 256 }]);
      const container = containerOf(await tasks.seen(bomb, 'TASK_RUNNING'));
      const isFull = async (): Promise<boolean> => (await agent.sandboxText(bomb, 'full')) === '';
      await waitFor(isFull, { what: 'the bomb to be stopped', timeoutMs: patienceMs });
      expect(Number(await agent.cgroupText(container, 'pids.current'))).toBeLessThanOrEqual(64);
      await tasks.kill(bomb);
      await tasks.seen(bomb, 'TASK_KILLED');
    });
  });

  test('tasks live through kill -9 of their agent, and end with their true status', async () => {
    await withBoth(async (agent, name) => {
      await launch(agent, [
        { id: `during-${name}`, command: 'sleep 0.5; exit 7' },
        {
          id: `hog-later-${name}`,
          command: 'sleep 2; perl -e \'$x = "x" x (300 << 20)\'',
          memMb: 64,
        },
        { id: `long-${name}`, command: 'sleep 100000' },
      ]);
      for (const id of ['during', 'hog-later', 'long'])
        await tasks.seen(`${id}-${name}`, 'TASK_RUNNING');
      await agent.kill();
      await agent.start();
      const during = await tasks.seen(`during-${name}`, 'TASK_FAILED');
      expect(during.message).toBe('Command exited with status 7');
      const hogged = await tasks.seen(`hog-later-${name}`, 'TASK_FAILED');
      expect(hogged.reason).toBe('REASON_CONTAINER_LIMITATION_MEMORY');
      await tasks.kill(`long-${name}`);
      const long = await tasks.seen(`long-${name}`, 'TASK_KILLED');
      expect(long.message).toBe('Command terminated with signal Terminated');
    });
  });

  test('nothing is left of the containers: no control group, mount or directory', async () => {
    await withBoth(async (agent) => {
      const { workDir, cgroupsRoot } = agent;
      const left = `ls -d ${workDir}/meta/oci/* /sys/fs/cgroup/${cgroupsRoot}/*/ 2>/dev/null || true`;
      const isClean = async (): Promise<boolean> => (await machine.run(left)) === '';
      await waitFor(isClean, { what: 'the containers to go', timeoutMs: patienceMs });
      expect(await machine.run(`grep -c ${workDir} /proc/self/mountinfo || true`)).toBe('0\n');
    });
  });

  test('when the power is cut, the agent is the same after the boot, and tasks and acknowledged writes are told truly', async () => {
    await withBoth(async (agent, name) => {
      await launch(agent, [{ id: `lost-${name}`, command: 'sleep 100000' }]);
      await tasks.seen(`lost-${name}`, 'TASK_RUNNING');
    });
    const { port } = listener.address() as AddressInfo;
    await machine.run(
      `setsid ${process.execPath} ${writer} /disk/store.db ${machine.outside}:${port} >/disk/writer.log 2>&1 &`,
    );
    await waitFor(() => acknowledged.size > 500, { what: 'writes', timeoutMs: patienceMs });
    const pids = await machine.run(
      'for file in /disk/agent-*/meta/oci/*/pid; do echo $(cat $file); done',
    );
    await machine.cut();
    const before = ids;
    await machine.start();
    const strangers = pids.trim().split(/\s+/);
    expect(strangers).toHaveLength(2);
    for (const pid of strangers) await occupy(pid);
    await startAgents();
    await withBoth(async (agent, name) => {
      expect(ids.get(agent)).toBe(before.get(agent));
      const lost = await tasks.seen(`lost-${name}`, 'TASK_GONE', 'TASK_LOST', 'TASK_FAILED');
      expect([lost.state, lost.reason]).toEqual(['TASK_GONE', 'REASON_AGENT_RESTARTED']);
      expect(lost.message).toBe("The agent's machine was restarted");
      const left = (): Promise<string> => machine.run(`ls ${agent.workDir}/meta/oci`);
      await waitFor(async () => (await left()) === '', { what: 'the old containers to go' });
      await launch(agent, [{ id: `new-${name}`, command: 'true' }]);
      await tasks.seen(`new-${name}`, 'TASK_FINISHED');
    });
    for (const pid of strangers) expect(await machine.run(`cat /proc/${pid}/comm`)).toBe('sleep\n');
    const kept = await machine.run(`${process.execPath} ${writer} /disk/store.db`);
    const there = new Set(kept.trim().split('\n'));
    expect([...acknowledged].filter((key) => !there.has(key))).toEqual([]);
  });

  /** Makes a process that has a certain pid. */
  async function occupy(pid: string): Promise<void> {
    const next = `echo $((${pid} - 1)) >/proc/sys/kernel/ns_last_pid`;
    await machine.run(
      `for try in 1 2 3 4 5; do ${next}; setsid sleep 100000 </dev/null >/dev/null 2>&1 & [ $! = ${pid} ] && exit 0; kill $!; done; exit 1`,
    );
  }
});

interface Statistics {
  readonly cpus_user_time_secs: number;
  readonly cpus_system_time_secs: number;
  readonly cpus_nr_throttled: number;
  readonly mem_total_bytes: number;
  readonly processes: number;
  readonly timestamp: number;
}
