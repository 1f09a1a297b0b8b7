/**
 * kill -9 of a master under load, 200 times at random moments, some in the middle of a commit. What it acknowledged
 * is there afterwards: reservations, quota, weights, agents out of service, drained, admitted or gone; no task is lost
 * or doubled. `STOKE_KILLS_SEED` repeats the choices, `STOKE_KILLS` changes how often; on a machine so busy that a
 * start takes seconds it stops early, and says after how many.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJson, MasterResponse } from '@stoke/protocol';
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Acknowledged } from './master-kills/acknowledged.ts';
import { Happenings } from './master-kills/happenings.ts';
import { Lives } from './master-kills/lives.ts';
import { LoadFramework } from './master-kills/load-framework.ts';
import { Newcomers } from './master-kills/newcomers.ts';
import { Operator } from './master-kills/operator.ts';
import { type Chance, createChance, mixSeed } from './support/chance.ts';

const seed = Number(process.env.STOKE_KILLS_SEED ?? Date.now() % 1_000_000);
const wanted = Number(process.env.STOKE_KILLS ?? 200);
const longestMs = 6 * 60_000;
const boundMs = 60_000;

let cluster: TestCluster;
let framework: LoadFramework;
const happenings = new Happenings();
const acknowledged = new Acknowledged();

/** A master starts sooner with its code compiled before. */
const compileCache = mkdtempSync(join(tmpdir(), 'stoke-compiled-'));

beforeAll(async () => {
  process.env.NODE_COMPILE_CACHE = compileCache;
  cluster = await startCluster({
    agents: 3,
    agentResources: 'cpus:16;mem:16384;disk:16384',
    masterFlags: ['--allocation_interval=100ms'],
  });
});

afterAll(async () => {
  await cluster.stop();
  rmSync(compileCache, { recursive: true, force: true });
});

async function ask(type: 'GET_AGENTS' | 'GET_TASKS'): Promise<MasterResponse> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const body = JSON.stringify({ type });
  const answer = await fetch(`${cluster.master.url}/api/v1`, { method: 'POST', headers, body });
  return decodeJson(MasterResponse, await answer.text());
}

/** Agents that the master knows, whether or not they are back. */
async function knownAgents(): Promise<string[]> {
  const { agents = [], recovered_agents = [] } = (await ask('GET_AGENTS')).get_agents ?? {};
  return [...agents.map(({ agent_info }) => agent_info), ...recovered_agents].flatMap(
    ({ id }) => id?.value ?? [],
  );
}

interface AgentState {
  readonly id: string;
  readonly frameworks: readonly {
    readonly executors: readonly {
      readonly tasks: readonly { readonly id: string }[];
      readonly queued_tasks: readonly { readonly id: string }[];
    }[];
  }[];
}

async function agentStates(): Promise<AgentState[]> {
  const states = cluster.agents.map(async ({ url }) => (await fetch(`${url}/state`)).json());
  return (await Promise.all(states)) as AgentState[];
}

/** Tasks as agents have them, as the master has them, and as the framework has them. */
async function tasksEverywhere(): Promise<{
  agents: string[];
  master: string[];
  framework: string[];
}> {
  const onAgents = (await agentStates()).flatMap(({ frameworks }) =>
    frameworks.flatMap(({ executors }) =>
      executors.flatMap(({ tasks, queued_tasks }) =>
        [...tasks, ...queued_tasks].map(({ id }) => id),
      ),
    ),
  );
  const inMaster = (await ask('GET_TASKS')).get_tasks?.tasks ?? [];
  return {
    agents: onAgents.sort(),
    master: inMaster.map(({ task_id }) => task_id.value).sort(),
    framework: framework.running().sort(),
  };
}

async function expectSameTasks(): Promise<void> {
  const same = async (): Promise<boolean> => {
    const { agents, master, framework: own } = await tasksEverywhere();
    return agents.join() === master.join() && master.join() === own.join();
  };
  await waitFor(same, { what: 'agents, master and framework to agree', timeoutMs: boundMs }).catch(
    async (cause) => {
      throw new Error(`seed ${seed}: ${JSON.stringify(await tasksEverywhere())}`, { cause });
    },
  );
}

/**
 * Each task that started did so once, and the framework was told of one end. A kill may come after a shell made its
 * mark's file and before it wrote into it.
 */
function expectEndsOf(started: readonly string[], marks: string): void {
  expect(started.length).toBeGreaterThan(0);
  for (const task of started) {
    const mark = readFileSync(join(marks, task), 'utf8');
    expect(['', 'started\n'], `starts of ${task}`).toContain(mark);
    expect(framework.tasks.get(task)?.ends.size, `ends of ${task}`).toBe(1);
  }
}

/** Starts a load that goes on until `isOver`; resolves when all of it came to an end. */
function startLoad(agentIds: readonly string[], lives: Lives) {
  const url = cluster.master.url;
  const operators = ['a', 'b'].map(
    (name, index) =>
      new Operator({
        name,
        url,
        happenings,
        acknowledged,
        lives,
        chance: createChance(mixSeed(seed, index)),
        agentIds: agentIds.slice(0, 2),
        deactivatedId: index === 0 ? agentIds[2] : undefined,
      }),
  );
  const newcomers = new Newcomers(Number(new URL(url).port), happenings);
  let over = false;
  const comeInOften = async (): Promise<void> => {
    // One in each life is enough: the registry need not grow without end.
    for (let cameIn = -1; !over; ) {
      await lives.begun;
      const now = lives.number;
      if (cameIn !== now && (await newcomers.comeOne())) cameIn = now;
      else await happenings.next('answered');
    }
  };
  const work = Promise.all([...operators.map((one) => one.work(() => over)), comeInOften()]);
  const stop = async (): Promise<void> => {
    over = true;
    await work;
  };
  return { operators, newcomers, stop };
}

/** Kills the master as often as wanted, and looks each time whether it broke its word. */
async function killOften(chance: Chance, lives: Lives): Promise<{ kills: number; took: string }> {
  const start = performance.now();
  let downMs = 0;
  let kills = 0;
  while (kills < wanted && performance.now() - start < longestMs) {
    await happenings.moment(chance);
    lives.end();
    const died = performance.now();
    await cluster.master.crashAndRestart();
    downMs += performance.now() - died;
    lives.start();
    kills += 1;
    const problems = [...acknowledged.problems, ...framework.problems];
    expect(problems, `seed ${seed}, kill ${kills}`).toEqual([]);
  }
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return {
    kills,
    took: `${seconds(performance.now() - start)}, ${seconds(downMs)} without a master`,
  };
}

test(`a master that is killed ${wanted} times keeps every promise and every task`, async () => {
  const marks = join(cluster.root, 'marks');
  mkdirSync(marks);
  const agentIds = (await agentStates()).map(({ id }) => id);
  const chance = createChance(mixSeed(seed, 99));
  const lives = new Lives();
  framework = new LoadFramework({
    master: cluster.master.url,
    chance: createChance(mixSeed(seed, 98)),
    happenings,
    marks,
    targetTasks: 16,
  });
  const load = startLoad(agentIds, lives);
  const { kills, took } = await killOften(chance, lives).finally(async () => {
    lives.close();
    await load.stop();
  });
  framework.stopLaunching();

  await cluster.waitForAgents(
    acknowledged.value(`service of ${agentIds[2]}`) === '' ? 3 : 2,
    boundMs,
  );
  for (const operator of load.operators) {
    const lookAtAll = async (): Promise<boolean> => {
      const unseen = await operator.lookAtAll();
      if (unseen.length > 0) throw new Error(`cannot see ${unseen.join()}`);
      return true;
    };
    await waitFor(lookAtAll, { what: 'a last look', timeoutMs: boundMs });
  }
  expect((await agentStates()).map(({ id }) => id)).toEqual(agentIds);
  const { admitted, gone } = load.newcomers;
  const known = await knownAgents();
  expect(known).toEqual(expect.arrayContaining([...agentIds, ...admitted]));
  expect(known.filter((id) => gone.includes(id))).toEqual([]);
  await expectSameTasks();
  await waitFor(
    async () => {
      await framework.killAll();
      return framework.running().length === 0;
    },
    { what: 'all tasks to end', timeoutMs: boundMs, intervalMs: 1000 },
  );
  await expectSameTasks();
  expectEndsOf(readdirSync(marks), marks);
  expect([...acknowledged.problems, ...framework.problems], `seed ${seed}`).toEqual([]);
  console.info(
    `seed ${seed}: ${kills} kills in ${took}, ${acknowledged.writes} acknowledged writes, ${admitted.length} admitted agents, ${gone.length} marked gone, ${readdirSync(marks).length} tasks ran; refused: ${load.operators.map((one) => one.refusals()).join()}`,
  );
  await framework.end();
}, 900_000);
