/**
 * Dominant resource fairness at work: greedy frameworks with different demands share one agent of an embedded
 * cluster, which lives as long as the demo. Tables come from the master's own books.
 *
 * Usage: node_modules/.bin/node examples/drf/drf.ts
 */
import { TestCluster, waitFor } from '@stoke/testing';
import { type Demand, fits, GreedyFramework } from './greedy-framework.ts';
import { type Row, renderTable } from './table.ts';

interface Scene {
  readonly demands: Readonly<Record<string, Demand>>;
  /** Subscribes before the others and may take the whole agent. */
  readonly first: string;
}

interface MasterState {
  readonly frameworks: readonly {
    readonly name: string;
    readonly tasks: readonly object[];
    readonly used_resources: { readonly cpus: number; readonly mem: number };
  }[];
}

const total: Demand = { cpus: 6, memMb: 6762 };
const small: Demand = { cpus: 0.5, memMb: 512 };
const scenes: readonly Scene[] = [
  { demands: { A: small, B: small, C: small }, first: 'A' },
  { demands: { A: { cpus: 2, memMb: 1000 }, B: { cpus: 1, memMb: 2000 } }, first: 'A' },
  { demands: { A: { cpus: 2, memMb: 1000 }, B: { cpus: 1, memMb: 2500 } }, first: 'B' },
];

/** What the master has given to whom; undefined until it knows all frameworks and all their tasks. */
async function books(
  cluster: TestCluster,
  frameworks: ReadonlyMap<string, GreedyFramework>,
): Promise<Row[] | undefined> {
  const state = await cluster.state<MasterState>();
  const rows: Row[] = [];
  for (const [name, { demand, tasks }] of frameworks) {
    const found = state.frameworks.find((framework) => framework.name === name);
    if (found?.tasks.length !== tasks.length) return undefined;
    const { cpus, mem: memMb } = found.used_resources;
    rows.push({ name, demand, tasks: tasks.length, used: { cpus, memMb } });
  }
  return rows;
}

/** Waits until nothing that is free fits anybody. */
function settled(
  cluster: TestCluster,
  frameworks: ReadonlyMap<string, GreedyFramework>,
): Promise<Row[]> {
  const look = async (): Promise<Row[] | undefined> => {
    const rows = await books(cluster, frameworks);
    const free = (rows ?? []).reduce(
      (rest, { used }) => ({ cpus: rest.cpus - used.cpus, memMb: rest.memMb - used.memMb }),
      total,
    );
    return rows?.every(({ demand }) => fits(demand, free) === 0) ? rows : undefined;
  };
  return waitFor(look, { what: 'the frameworks to take what is free', intervalMs: 20 });
}

const counts = (rows: readonly Row[]): string => rows.map(({ tasks }) => tasks).join('/');

/** Ends the oldest task, again and again, until a whole round of endings changes nothing; returns how many ended. */
async function untilSteady(
  cluster: TestCluster,
  frameworks: ReadonlyMap<string, GreedyFramework>,
): Promise<{ rows: Row[]; ended: number }> {
  const running = (): string[] => [...frameworks.values()].flatMap(({ tasks }) => tasks);
  let rows = await settled(cluster, frameworks);
  let queue = running();
  let [ended, unchanged] = [0, 0];
  while (unchanged < queue.length && ended < 100) {
    const [oldest = ''] = queue;
    const owner = [...frameworks.values()].find(({ tasks }) => tasks.includes(oldest));
    await owner?.kill(oldest);
    await waitFor(() => !running().includes(oldest), { what: `${oldest} to end`, intervalMs: 20 });
    const before = counts(rows);
    rows = await settled(cluster, frameworks);
    queue = [...queue.slice(1), ...running().filter((id) => !queue.includes(id))];
    ended++;
    unchanged = counts(rows) === before ? unchanged + 1 : 0;
  }
  return { rows, ended: ended - unchanged };
}

async function play(cluster: TestCluster, { demands, first }: Scene): Promise<void> {
  const master = new URL(cluster.master.url).host;
  const frameworks = new Map<string, GreedyFramework>();
  try {
    for (const name of [first, ...Object.keys(demands).filter((other) => other !== first)]) {
      frameworks.set(name, new GreedyFramework(name, master, demands[name] as Demand));
      await settled(cluster, frameworks);
    }
    const ordered = new Map([...frameworks].sort(([a], [b]) => a.localeCompare(b)));
    const names = Object.keys(demands);
    const start = await settled(cluster, ordered);
    print(`\n${names.length} frameworks, ${first} came first:\n${renderTable(start, total)}`);
    const { rows, ended } = await untilSteady(cluster, ordered);
    const tasks = ended === 1 ? '1 task' : `${ended} tasks`;
    print(`\nsteady after ${tasks} ended, one at a time:\n${renderTable(rows, total)}`);
  } finally {
    await Promise.all([...frameworks.values()].map((framework) => framework.end()));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

print(`An agent with ${total.cpus} cpus and ${total.memMb} MB`);
const cluster = new TestCluster({
  agentResources: `cpus:${total.cpus};mem:${total.memMb}`,
  masterFlags: ['--allocation_interval=100ms'],
  detached: true,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cluster.stop().finally(() => process.exit(1)));
}
try {
  await cluster.start();
  for (const scene of scenes) await play(cluster, scene);
} finally {
  await cluster.stop();
}
