/** Simulated agents against a real master: load, a crash of the master, and leaving. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBehaviour, startSimulation } from '@stoke/simulator';
import { StokeSession, startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await startCluster({ agents: 0 });
});

afterEach(async () => {
  await cluster.stop();
});

async function metric(name: string): Promise<unknown> {
  const answer = await fetch(`${cluster.master.url}/metrics/snapshot`);
  return ((await answer.json()) as Record<string, unknown>)[name];
}

test('tasks of simulated agents end as their script says, and all survive a crash of the master', async () => {
  const behaviour = parseBehaviour(
    {
      tasks: [
        { prefix: 'short', duration: { uniform: [0, 0.2] } },
        { prefix: 'broken', duration: 0, failureRate: 1 },
      ],
      frameworks: [
        { name: 'short', tasks: 200 },
        { name: 'broken', tasks: 20 },
        { name: 'long', tasks: 50 },
      ],
    },
    'inline',
  );
  const simulation = startSimulation({
    agents: 50,
    behaviour,
    master: new URL(cluster.master.url).host,
  });
  try {
    await waitFor(
      () => {
        const { TASK_FINISHED, TASK_FAILED } = simulation.summary().tasks.states;
        return TASK_FINISHED === 200 && TASK_FAILED === 20;
      },
      { what: 'the short tasks to end', timeoutMs: 60_000 },
    );
    await waitFor(async () => (await metric('master/tasks_running')) === 50, {
      what: 'the long tasks to run',
      timeoutMs: 60_000,
    });
    await cluster.master.crashAndRestart();
    await waitFor(() => simulation.summary().agents.returned === 50, {
      what: 'all agents to come back',
      timeoutMs: 60_000,
    });
    await waitFor(async () => (await metric('master/tasks_running')) === 50, {
      what: 'the long tasks to be known again',
      timeoutMs: 60_000,
    });
  } finally {
    await simulation.stop();
  }
  expect(await metric('master/slaves_active')).toBe(0);
  expect(simulation.summary()).toMatchObject({
    agents: { asked: 50, registered: 50, returned: 50, refused: [] },
    tasks: { launched: 270 },
  });
});

test('stoke simulate ends with Ctrl-C, tells a summary, and its agents are gone', async () => {
  const session = new StokeSession();
  try {
    const file = join(session.stateHome, 'behaviour.json');
    await writeFile(file, JSON.stringify({ agents: [{ resources: 'cpus:4;mem:64' }] }));
    const master = new URL(cluster.master.url).host;
    const words = ['simulate', '--agents', '20', '--behaviour', file, '--master', master, '--json'];
    const running = session.start(words);
    await waitFor(async () => (await metric('master/cpus_total')) === 80, {
      what: 'the agents to register',
      timeoutMs: 60_000,
    });
    running.child.kill('SIGINT');
    const result = await running.ended;
    expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(result.stdout)).toMatchObject({ agents: { asked: 20, registered: 20 } });
    expect(await metric('master/slaves_active')).toBe(0);
  } finally {
    session.dispose();
  }
});

test('stoke simulate tells all that is wrong with a behaviour file, and ends with 2', async () => {
  const session = new StokeSession();
  try {
    const file = join(session.stateHome, 'behaviour.json');
    await writeFile(file, JSON.stringify({ seed: -1, tasks: [{ failureRate: 3 }] }));
    const words = ['simulate', '--agents', '1', '--behaviour', file, '--master', '127.0.0.1:1'];
    const { code, stderr } = await session.run(words);
    expect(code).toBe(2);
    expect(stderr).toContain('seed: ');
    expect(stderr).toContain('tasks.0.duration: ');
    expect(stderr).toContain('tasks.0.failureRate: ');
  } finally {
    session.dispose();
  }
});
