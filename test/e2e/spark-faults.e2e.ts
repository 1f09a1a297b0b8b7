/** A real Spark job gives the right answer while executors, agents and the master are killed, stopped and come back. */
import { fileURLToPath } from 'node:url';
import { type RunningStoke, StokeSession, waitFor } from '@stoke/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LocalCluster, processes } from './support/local-cluster.ts';

const job = fileURLToPath(new URL('jobs/steady.py', import.meta.url));
const session = new StokeSession();
const cluster = new LocalCluster(session, 'faults');
let running: RunningStoke | undefined;

beforeAll(async () => {
  const flags = ['--agent-cpus', '2', '--agent-mem', '2048'];
  const created = await session.run([
    'cluster',
    'create',
    '-n',
    'faults',
    '-p',
    'local',
    '--agents',
    '3',
    ...flags,
  ]);
  expect(created.code, created.stderr).toBe(0);
});

afterEach(async () => {
  running?.child.kill('SIGINT'); // the driver must not outlive its test
  await running?.ended;
  running = undefined;
});

afterAll(async () => {
  await session.run(['cluster', 'kill', '-n', 'faults']);
  session.dispose();
});

/** Submits the job and resolves when its executors run on two agents and the first round is done. */
async function submitAndWarmUp(
  rounds: number,
  extra: readonly string[] = [],
): Promise<RunningStoke> {
  const submitted = session.start([
    'cluster',
    'submit',
    '-n',
    'faults',
    ...extra,
    job,
    String(rounds),
    '8',
    '0.4',
  ]);
  running = submitted;
  await cluster.runningOn(2);
  await waitFor(() => submitted.output().includes('round 0 done'), {
    what: 'the first round',
    timeoutMs: 60_000,
  });
  return submitted;
}

async function expectRightAnswer(submitted: RunningStoke): Promise<void> {
  const result = await submitted.ended;
  expect(result.stdout, result.stderr).toMatch(/RESULT \d+ ok/);
  expect(result.code, result.stderr).toBe(0);
}

test('a job completes after kill -9 of an executor', async () => {
  const submitted = await submitAndWarmUp(6);
  const framework = await cluster.runningOn(2);
  const [executor] = processes('CoarseGrainedExecutorBackend', framework.id);
  process.kill(executor as number, 'SIGKILL');
  await expectRightAnswer(submitted);
});

test('a job completes after kill -9 of an agent that is started again', async () => {
  const submitted = await submitAndWarmUp(8);
  const [agent] = cluster.daemons('agent');
  process.kill((agent as { pid: number }).pid, 'SIGKILL');
  const started = await session.run(['cluster', 'start', '-n', 'faults']);
  expect(started.code, started.stderr).toBe(0);
  await expectRightAnswer(submitted);
});

test('a job completes after kill -9 of the master; agents and driver come back by themselves', async () => {
  const submitted = await submitAndWarmUp(8);
  const before = await cluster.runningOn(2);
  const [master] = cluster.daemons('master');
  process.kill((master as { pid: number }).pid, 'SIGKILL');
  const started = await session.run(['cluster', 'start', '-n', 'faults']);
  expect(started.code, started.stderr).toBe(0);
  const after = await cluster.runningOn(2);
  expect(after.id).toBe(before.id);
  await expectRightAnswer(submitted);
});

test('Ctrl-C during submit leaves no process behind', async () => {
  const submitted = await submitAndWarmUp(50);
  const framework = await cluster.runningOn(2);
  submitted.child.kill('SIGINT');
  const result = await submitted.ended;
  expect(result.code).toBe(130);
  await waitFor(() => processes(framework.id).length === 0, { what: 'executors to be gone' });
  await waitFor(() => processes('steady.py').length === 0, { what: 'the driver to be gone' });
});

test('kill -9 of submit leaves no process behind either', async () => {
  const submitted = await submitAndWarmUp(50);
  const framework = await cluster.runningOn(2);
  submitted.child.kill('SIGKILL');
  await submitted.ended;
  const gone = (what: string) => () => processes(what).length === 0;
  await waitFor(gone('steady.py'), { what: 'the driver to be gone', timeoutMs: 60_000 });
  await waitFor(gone(framework.id), { what: 'executors to be gone', timeoutMs: 60_000 });
});

test('a job completes when an agent is stopped for longer than its ping time-out', async () => {
  const quick = new LocalCluster(session, 'pings');
  const flags = [
    '--master-flag',
    'agent_ping_timeout=1secs',
    '--master-flag',
    'max_agent_ping_timeouts=2',
  ];
  const created = await session.run([
    ...['cluster', 'create', '-n', 'pings', '-p', 'local', '--agents', '3'],
    ...['--agent-cpus', '2', '--agent-mem', '2048', ...flags],
  ]);
  expect(created.code, created.stderr).toBe(0);
  const submitted = session.start(['cluster', 'submit', '-n', 'pings', job, '12', '8', '0.4']);
  running = submitted;
  await quick.runningOn(2);
  const pid = quick.daemons('agent')[0]?.pid as number;
  process.kill(pid, 'SIGSTOP');
  await waitFor(
    async () => (await quick.state()).slaves.filter((each) => each.active).length === 2,
    {
      what: 'the stopped agent to be unreachable',
    },
  );
  process.kill(pid, 'SIGCONT');
  await waitFor(
    async () => (await quick.state()).slaves.filter((each) => each.active).length === 3,
    {
      what: 'the agent to be back',
    },
  );
  await expectRightAnswer(submitted);
  expect((await session.run(['cluster', 'kill', '-n', 'pings'])).code).toBe(0);
});
