/**
 * Dominant resource fairness through a real master and agent: greedy frameworks reach the published closed sets of
 * allocations and never leave them, while at most two tasks end at a time.
 */
import { startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Demand, fits, GreedyFramework } from '../../examples/drf/greedy-framework.ts';

const total: Demand = { cpus: 6, memMb: 6762 };
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({
    agentResources: `cpus:${total.cpus};mem:${total.memMb}`,
    masterFlags: ['--allocation_interval=100ms'],
  });
});

afterAll(async () => {
  await cluster.stop();
});

/** A small linear congruential generator: the same completions in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function free(frameworks: readonly GreedyFramework[]): Demand {
  return frameworks.reduce(
    (rest, { demand, tasks }) => ({
      cpus: rest.cpus - demand.cpus * tasks.length,
      memMb: rest.memMb - demand.memMb * tasks.length,
    }),
    total,
  );
}

/** Nothing that is free fits anybody: every offer was taken or declined. */
async function settled(frameworks: readonly GreedyFramework[]): Promise<string> {
  await waitFor(() => frameworks.every(({ demand }) => fits(demand, free(frameworks)) === 0), {
    what: 'the frameworks to take what is free',
    intervalMs: 10,
  });
  return counts(frameworks);
}

function counts(frameworks: readonly GreedyFramework[]): string {
  return frameworks.map((framework) => framework.tasks.length).join('/');
}

interface Run {
  readonly demands: readonly Demand[];
  /** Which framework subscribes first and takes the whole agent. */
  readonly first: number;
  readonly start: string;
  readonly closed: readonly string[];
  readonly seed: number;
}

/** Ends one or two running tasks, chosen by the seeded generator, and waits until they are gone. */
async function endSome(
  frameworks: readonly GreedyFramework[],
  random: () => number,
): Promise<void> {
  const tasks = frameworks.flatMap((framework) => framework.tasks.map((id) => ({ framework, id })));
  const chosen = Array.from(
    { length: random() < 0.5 ? 1 : 2 },
    () => tasks.splice(Math.floor(random() * tasks.length), 1)[0],
  ).filter((task) => task !== undefined);
  await Promise.all(chosen.map(({ framework, id }) => framework.kill(id)));
  await waitFor(() => chosen.every(({ framework, id }) => !framework.tasks.includes(id)), {
    what: 'the tasks to end',
    intervalMs: 10,
  });
}

async function subscribeInOrder({ demands, first, start }: Run): Promise<GreedyFramework[]> {
  const master = new URL(cluster.master.url).host;
  const make = (index: number): GreedyFramework =>
    new GreedyFramework(`framework-${index}`, master, demands[index] as Demand);
  const winner = make(first);
  await waitFor(() => fits(winner.demand, free([winner])) === 0, { what: 'the first to take all' });
  const frameworks = demands.map((_, index) => (index === first ? winner : make(index)));
  expect(await settled(frameworks)).toBe(start);
  return frameworks;
}

async function expectClosedSet(run: Run): Promise<void> {
  const random = seeded(run.seed);
  const frameworks = await subscribeInOrder(run);
  const trace: string[] = [run.start];
  let reached = run.closed.includes(run.start);
  try {
    for (let cycle = 0, after = 0; after < 25; cycle++) {
      await endSome(frameworks, random);
      const now = await settled(frameworks);
      trace.push(now);
      if (reached) expect(run.closed, trace.join(' ')).toContain(now);
      reached ||= run.closed.includes(now);
      after += reached ? 1 : 0;
      expect(cycle, `not in the closed set after 100 cycles: ${trace.join(' ')}`).toBeLessThan(100);
    }
  } finally {
    await Promise.all(frameworks.map((framework) => framework.end()));
  }
}

const small: Demand = { cpus: 0.5, memMb: 512 };
const wide: Demand = { cpus: 2, memMb: 1000 };
const orders = ['5/4/3', '5/3/4', '4/5/3', '4/3/5', '3/5/4', '3/4/5'];

test('case 1: three equal frameworks reach 4/4/4 or an order of 5/4/3 from 12/0/0', () =>
  expectClosedSet({
    demands: [small, small, small],
    first: 0,
    start: '12/0/0',
    closed: ['4/4/4', ...orders],
    seed: 1,
  }));

for (const [first, start] of [
  [0, '3/0'],
  [1, '0/3'],
] as const) {
  test(`case 2: <2,1000> and <1,2000> reach 2/2 from ${start}`, () =>
    expectClosedSet({
      demands: [wide, { cpus: 1, memMb: 2000 }],
      first,
      start,
      closed: ['2/2'],
      seed: 2 + first,
    }));
}

for (const [first, start] of [
  [0, '3/0'],
  [1, '1/2'],
] as const) {
  test(`case 3: <2,1000> and <1,2500> reach 2/1 or 1/2 from ${start}`, () =>
    expectClosedSet({
      demands: [wide, { cpus: 1, memMb: 2500 }],
      first,
      start,
      closed: ['2/1', '1/2'],
      seed: 4 + first,
    }));
}
