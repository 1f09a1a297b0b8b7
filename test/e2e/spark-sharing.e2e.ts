/** What Spark's users expect of a Mesos: executors spread, limits hold, two applications share fairly, tasks and sandboxes can be looked at. */
import { fileURLToPath } from 'node:url';
import { type RunningStoke, StokeSession, waitFor } from '@stoke/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { GreedyFramework } from '../../examples/drf/greedy-framework.ts';
import { LocalCluster, type WireFramework } from './support/local-cluster.ts';

const job = fileURLToPath(new URL('jobs/steady.py', import.meta.url));
const session = new StokeSession();
const cluster = new LocalCluster(session, 'sharing');
const running: RunningStoke[] = [];
const agentCount = 3;
const cpusPerAgent = 2;
const memPerAgent = 2048;

beforeAll(async () => {
  const created = await session.run([
    ...['cluster', 'create', '-n', 'sharing', '-p', 'local', '--agents', String(agentCount)],
    ...['--agent-cpus', String(cpusPerAgent), '--agent-mem', String(memPerAgent)],
  ]);
  expect(created.code, created.stderr).toBe(0);
});

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGINT');
    await ended;
  }
});

afterAll(async () => {
  await session.run(['cluster', 'kill', '-n', 'sharing']);
  session.dispose();
});

/** Executors of one core, so that shares can be counted in cores. */
function submit(name: string, maxCores: number, rounds = 40): RunningStoke {
  const settings = {
    'spark.app.name': name,
    'spark.cores.max': String(maxCores),
    'spark.executor.cores': '1',
    'spark.executor.memory': '512m',
  };
  const conf = Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  const started = session.start([
    'cluster',
    'submit',
    '-n',
    'sharing',
    ...conf,
    job,
    String(rounds),
    '6',
    '0.3',
  ]);
  running.push(started);
  return started;
}

function runningCpus(framework: WireFramework): number {
  return framework.tasks
    .filter((task) => task.state === 'TASK_RUNNING')
    .reduce((sum, task) => sum + task.resources.cpus, 0);
}

async function activeFrameworks(): Promise<readonly WireFramework[]> {
  return (await cluster.state()).frameworks.filter((framework) => framework.active);
}

interface AgentState {
  readonly frameworks: readonly {
    readonly id: string;
    readonly executors: readonly { readonly directory: string }[];
  }[];
}

test('executors land on several agents within spark.cores.max, and their sandboxes can be read', async () => {
  const started = submit('limited', 3);
  const framework = await cluster.runningOn(2);
  await waitFor(() => started.output().includes('round 0 done'), {
    what: 'the first round',
    timeoutMs: 60_000,
  });
  const [now] = await activeFrameworks();
  expect(runningCpus(now as WireFramework)).toBe(3);

  const names: string[] = [];
  for (const { url } of cluster.daemons('agent')) {
    const state = (await (await cluster.fetch(`${url}/state`)).json()) as AgentState;
    const executors = state.frameworks
      .filter(({ id }) => id === framework.id)
      .flatMap((it) => it.executors);
    for (const { directory } of executors) {
      const browse = await cluster.fetch(
        `${url}/files/browse?path=${encodeURIComponent(directory)}`,
      );
      const files = (await browse.json()) as { path: string }[];
      names.push(...files.map((file) => file.path.split('/').at(-1) ?? ''));
      const read = await cluster.fetch(
        `${url}/files/read?offset=0&path=${encodeURIComponent(`${directory}/stderr`)}`,
      );
      expect(((await read.json()) as { data: string }).data).not.toBe('');
    }
  }
  expect(names.filter((name) => name === 'stdout')).toHaveLength(3);
  expect(names.filter((name) => name === 'stderr')).toHaveLength(3);
});

test('two applications that wait together get fair shares when the cluster becomes free', async () => {
  const master = { address: new URL(cluster.masterUrl).host, credential: cluster.credential };
  // All memory too: an offer of what is left, with all the disk, would make whoever holds it just then look rich.
  const blocker = new GreedyFramework('blocker', master, {
    cpus: cpusPerAgent,
    memMb: memPerAgent,
  });
  await waitFor(() => blocker.tasks.length === agentCount, {
    what: 'the blocker to fill the cluster',
  });
  submit('first', agentCount * cpusPerAgent);
  submit('second', agentCount * cpusPerAgent);
  await waitFor(async () => (await activeFrameworks()).length === 3, {
    what: 'both applications to register',
    timeoutMs: 90_000,
  });
  await blocker.end();
  const shares = await waitFor(
    async () => {
      const cpus = (await activeFrameworks()).map(runningCpus);
      return cpus.reduce((sum, each) => sum + each, 0) === agentCount * cpusPerAgent && cpus;
    },
    { what: 'all cores to be in use', timeoutMs: 60_000 },
  );
  // Offers are whole agents: of three, one application gets two at the most.
  expect([...shares].sort()).toEqual([cpusPerAgent, 2 * cpusPerAgent]);
});
