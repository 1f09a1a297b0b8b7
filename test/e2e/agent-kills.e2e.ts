/**
 * kill -9 of agents, 100 times at random moments, some while they recover, with 60 tasks of all kinds running and
 * short ones coming and going. None is lost, none is doubled, each ends as it ended, and nothing is left behind.
 * `STOKE_KILLS_SEED` repeats the choices, `STOKE_KILLS` changes how often.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskStatus } from '@stoke/protocol';
import { type Daemon, startCluster, type TestCluster, waitFor, whyNoOci } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands, custom, docker, group, type Load } from './agent-kills/kinds.ts';
import { findLeftovers, keptNamespaces } from './agent-kills/leftovers.ts';
import { createChance } from './support/chance.ts';
import { TestEngine, whyNoDocker } from './support/docker-engine.ts';
import { ownCgroups } from './support/own-cgroups.ts';
import { TaskRunner, taskInfo } from './support/task-runner.ts';

const seed = Number(process.env.STOKE_KILLS_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.STOKE_KILLS ?? 100);
const boundMs = 60_000;
const cgroups = ownCgroups('kills');
const chance = createChance(seed);
const terminal = /FINISHED|FAILED|KILLED|LOST|DROPPED|ERROR|GONE/;
/** It was never started, and the framework is told so. */
const never = /LOST|DROPPED|GONE/;

const noOci = whyNoOci();
if (noOci !== undefined) {
  process.stderr.write(`No OCI containers among the killed agents: ${noOci}\n`);
}
const noDocker = whyNoDocker();
if (noDocker !== undefined) {
  process.stderr.write(`No Docker containers among the killed agents: ${noDocker}\n`);
}

const engine = new TestEngine();
let cluster: TestCluster;
let tasks: TaskRunner;
let agentIds: string[];
let before: readonly string[];
let over = false;
const staying: string[] = [];
/** The exit code of each short task. */
const passing = new Map<string, number>();

beforeAll(async () => {
  before = keptNamespaces();
  cluster = await startCluster({
    agents: 1,
    agentResources: 'cpus:8;mem:4096;disk:8192',
    masterFlags: ['--allocation_interval=100ms'],
    agentFlags: ['--executor_reregistration_timeout=30secs', `--cgroups_root=${cgroups.root}`],
  });
  // The custom executor of this test may lie below /tmp.
  await cluster.addAgent(
    noOci === undefined ? ['--containerizers=oci,mesos', '--oci_tmp=shared'] : [],
  );
  if (noDocker === undefined) {
    await engine.create();
    const flags = [`--docker_socket=${engine.socket}`, '--docker_remove_delay=0secs'];
    await cluster.addAgent(['--containerizers=docker,mesos', ...flags]);
  }
  tasks = new TaskRunner('agent-kills', cluster.master.url);
  agentIds = await Promise.all(cluster.agents.map(idOf));
  process.stdout.write(`agent-kills: seed ${seed}, ${kills} kills\n`);
});

afterAll(async () => {
  if (!over) await tasks?.end();
  await cluster?.stop();
  if (noDocker === undefined && !over) await engine.dispose();
  cgroups.remove();
});

async function idOf(agent: Daemon): Promise<string> {
  return waitFor(
    async () => ((await (await fetch(`${agent.url}/state`)).json()) as { id: string }).id,
    {
      what: 'the id of an agent',
    },
  );
}

async function launch(agentId: string, load: Load): Promise<void> {
  const need = { cpus: load.cpus, mem: load.mem };
  await waitFor(() => tasks.tryAccept(agentId, need, load.build)?.then(() => true), {
    what: `an offer for ${load.ids[0]}`,
    timeoutMs: boundMs,
  });
  staying.push(...load.ids);
}

/** Two tasks with exit codes of their own, if there is an offer. */
async function launchPassing(agentId: string, round: number): Promise<void> {
  const ends = [0, 1].map((index) => ({ id: `pass-${round}-${index}`, code: chance.below(4) }));
  const launched = tasks.tryAccept(agentId, { cpus: 0.2, mem: 64 }, (offer) => ({
    type: 'LAUNCH',
    launch: {
      task_infos: ends.map(({ id, code }) => {
        const command = `echo ${id} >> started; sleep 0.${chance.below(10)}; exit ${code}`;
        return taskInfo({ id, command }, offer);
      }),
    },
  }));
  if (launched === undefined) return;
  await launched;
  for (const { id, code } of ends) passing.set(id, code);
}

function updatesOf(id: string): TaskStatus[] {
  return tasks.updates.filter(({ task_id }) => task_id.value === id);
}

function ends(id: string): TaskStatus[] {
  return updatesOf(id).filter(({ state }) => terminal.test(state));
}

/** How often each task wrote its id, over all sandboxes. */
function starts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of new Set(cluster.agents.flatMap(startedFiles))) {
    for (const id of readFileSync(path, 'utf8').trim().split('\n')) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

/** Links to sandboxes are followed, so a file may be found more than once. */
function startedFiles({ workDir }: Daemon): string[] {
  return readdirSync(join(workDir, 'slaves'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'started' && entry.isFile())
    .map((entry) => realpathSync(join(entry.parentPath, entry.name)));
}

test('fifty tasks of all kinds start, and ten in Docker', async () => {
  const [plain = '', isolated = '', inDocker] = agentIds;
  for (const [index, agentId] of [plain, isolated].entries()) {
    await launch(agentId, commands(`command${index}`, 12));
    await launch(agentId, custom(`custom${index}`, 5));
    await launch(agentId, group(`group${index}`, 4));
    await launch(agentId, group(`pair${index}`, 4));
  }
  expect(staying).toHaveLength(50);
  if (inDocker !== undefined) await launch(inDocker, docker('docker', 10));
  for (const id of staying) await tasks.seen(id, 'TASK_RUNNING');
});

test('they live through the kills', async () => {
  for (let round = 0; round < kills; round += 1) {
    const index = chance.below(cluster.agents.length);
    const agent = cluster.agents[index];
    const agentId = agentIds[index];
    if (agent === undefined || agentId === undefined) throw new Error('there is no such agent');
    await launchPassing(agentId, round);
    await delay(chance.below(300));
    await agent.signal('SIGKILL');
    const starting = agent.start();
    if (!chance.oneIn(3)) {
      await starting;
      continue;
    }
    // Somewhere in its start: it reads its checkpoints, takes containers over, registers.
    starting.catch(() => undefined);
    await delay(chance.below(500));
    await agent.signal('SIGKILL');
    await agent.start();
  }
  await cluster.waitForAgents(agentIds.length, boundMs);
}, 600_000);

test('every task that came to its end is reported once, with its true end', async () => {
  await waitFor(() => [...passing.keys()].every((id) => ends(id).length > 0), {
    what: 'all short tasks to be over',
    timeoutMs: boundMs,
  });
  const started = starts();
  for (const [id, code] of passing) {
    const states = new Set(ends(id).map(({ state, message }) => `${state} ${message}`));
    expect([...states], id).toHaveLength(1);
    const state = ends(id)[0]?.state ?? 'TASK_UNKNOWN';
    const wasStarted = started.get(id) ?? 0;
    if (never.test(state)) expect(wasStarted, `${id} was dropped`).toBe(0);
    else {
      expect(wasStarted, id).toBe(1);
      expect([...states][0], id).toContain(
        code === 0 ? 'TASK_FINISHED' : `TASK_FAILED Command exited with status ${code}`,
      );
    }
  }
});

test('those that stay run on, started once and told once', async () => {
  const started = starts();
  for (const id of staying) {
    expect(ends(id), id).toEqual([]);
    expect(started.get(id), id).toBe(1);
  }
  // All of them end when they are told to, so all of them were there.
  for (const id of staying) await tasks.kill(id);
  for (const id of staying) {
    // A group ends with its first member.
    await waitFor(() => ends(id).some(({ state }) => state === 'TASK_KILLED'), {
      what: `${id} to be killed`,
      timeoutMs: boundMs,
    });
  }
  for (const id of staying) {
    const uuids = new Set(ends(id).map(({ uuid }) => Buffer.from(uuid ?? []).toString('hex')));
    expect(uuids.size, id).toBe(1);
  }
});

test('nothing is left behind', async () => {
  over = true;
  await tasks.end();
  await Promise.all(cluster.agents.map((agent) => agent.signal('SIGUSR1')));
  const none = { processes: [], mounts: [], cgroups: [] };
  const agentDirectories = join(cluster.root, 'agent-');
  await waitFor(() => findLeftovers(agentDirectories, cgroups).processes.length === 0, {
    what: 'the last processes to end',
  });
  expect(findLeftovers(agentDirectories, cgroups)).toEqual(none);
  if (noDocker === undefined) {
    await waitFor(() => engine.containers().length === 0, {
      what: 'the containers to be removed',
      timeoutMs: boundMs,
    });
    await engine.dispose();
  }
  expect(keptNamespaces()).toEqual(before);
});
