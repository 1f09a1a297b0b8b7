/** Clients nobody here wrote: the scheduler and the executor of PyPI's pymesos 0.3.15 run on our master and agent, unchanged. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipBecause, waitFor } from '@stoke/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensurePymesos, type Pymesos } from '../../scripts/ensure-pymesos.ts';
import { CompatCluster } from './compat-cluster.ts';

interface Told {
  readonly event: string;
  readonly taskId?: string;
  readonly state?: string;
  readonly frameworkId?: string;
}

const programs = join(import.meta.dirname, 'pymesos');
const found = ensurePymesos();
const missing = 'missing' in found ? `no pymesos: ${found.missing}` : undefined;
const { python, folder } = missing === undefined ? (found as Pymesos) : { python: '', folder: '' };

function parse(text: string): Told[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told);
}

describe('pymesos', skipBecause(missing), () => {
  let cluster: CompatCluster;
  beforeAll(async () => {
    cluster = new CompatCluster();
    await cluster.start({ ports: [5051] });
  });
  afterAll(() => cluster.stop());

  async function runScheduler(): Promise<{ exitCode: unknown; told: Told[]; stderr: string }> {
    const args = [
      join(programs, 'scheduler.py'),
      new URL(cluster.master.url).host,
      join(programs, 'executor.py'),
      cluster.root,
    ];
    const env = { ...process.env, PYTHONPATH: folder };
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'], env, timeout: 60_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString('utf8');
    });
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString('utf8');
    });
    const [exitCode] = await once(child, 'close');
    return { exitCode, told: parse(stdout), stderr };
  }

  const executorLog = (name: string): Told[] =>
    parse(readFileSync(join(cluster.root, `${name}.jsonl`), 'utf8'));

  test('runs its scheduler and two of its executors: tasks, messages, a kill, a lost executor, a shutdown', async () => {
    const { exitCode, told, stderr } = await runScheduler();
    const all = `${JSON.stringify(told, undefined, 1)}\n${stderr}\n${cluster.logs()}`;
    expect(exitCode, all).toBe(0);
    expect(told[0], all).toMatchObject({ event: 'registered', version: expect.any(String) });
    const updates = (taskId: string) => told.filter((it) => it.taskId === taskId);
    expect(updates('quick'), all).toEqual([
      { event: 'update', taskId: 'quick', state: 'TASK_RUNNING', data: 'QUICK' },
      { event: 'update', taskId: 'quick', state: 'TASK_FINISHED', data: null },
    ]);
    expect(updates('lasting').map(({ state }) => state)).toEqual(['TASK_RUNNING', 'TASK_KILLED']);
    const others = told.filter((it) => it.event === 'message' || it.event === 'executorLost');
    expect(others).toHaveLength(2);
    expect(others).toContainEqual({ event: 'message', executor: 'stays', data: 'pong' });
    // The raw wait status of exit code 7.
    expect(others).toContainEqual({ event: 'executorLost', executor: 'leaves', status: 7 << 8 });

    await waitFor(() => executorLog('stays').at(-1)?.event === 'ended', {
      what: 'the executor to shut down with its framework',
    });
    expect(executorLog('stays')).toEqual([
      { event: 'registered', executor: 'stays', framework: 'from PyPI', agent: expect.any(String) },
      { event: 'message', data: 'ping' },
      { event: 'shutdown' },
      { event: 'ended' },
    ]);
    const answer = await fetch(`${cluster.master.url}/frameworks`);
    expect(await answer.json()).toMatchObject({
      frameworks: [],
      completed_frameworks: [
        { id: told[0]?.frameworkId, name: 'from PyPI', capabilities: ['GPU_RESOURCES'] },
      ],
    });
  });
});
