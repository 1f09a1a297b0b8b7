/** A client nobody here wrote: npm's mesos-framework 0.5.3 runs tasks on our master, unchanged. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';

interface Told {
  readonly event: string;
  readonly taskId?: string;
  readonly state?: string;
  readonly frameworkId?: string;
}

const cluster = new CompatCluster();
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

test('mesos-framework subscribes, launches command tasks, gets its updates and is torn down', async () => {
  const { hostname, port } = new URL(cluster.master.url);
  const program = join(import.meta.dirname, 'mesos-framework-program.ts');
  const child = spawn(process.execPath, [program, hostname, port, cluster.root], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString('utf8');
  });
  const [exitCode] = await once(child, 'close');
  // The library's logger shares standard output.
  const lines = output.split('\n').filter((line) => line.startsWith('{"event"'));
  const told = lines.map((line) => JSON.parse(line) as Told);
  const count = (event: string) => told.filter((it) => it.event === event).length;

  expect(told.filter((it) => it.event === 'error')).toEqual([]);
  expect(exitCode, `${output}\n${cluster.logs()}`).toBe(0);
  expect(told[0]).toMatchObject({ event: 'subscribed' });
  const updates = Object.groupBy(
    told.filter((it) => it.event === 'update'),
    ({ taskId = '' }) => taskId,
  );
  const states = Object.values(updates).map((list) => list?.map(({ state }) => state));
  const life = ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED'];
  expect(states).toEqual([life, life]);
  // The last acknowledgement may cross the teardown.
  expect(count('sent_acknowledge')).toBeGreaterThanOrEqual(4);
  expect(count('sent_teardown')).toBe(1);
  const answer = await fetch(`${cluster.master.url}/frameworks`);
  expect(await answer.json()).toMatchObject({
    frameworks: [],
    completed_frameworks: [{ id: told[0]?.frameworkId, name: 'from-npm' }],
  });
});
