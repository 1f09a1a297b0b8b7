/** What every provider must do, as cases that any test runner can run in order against a real engine. */
import assert from 'node:assert/strict';
import { isProcessAlive, processIdentity } from '@stoke/kit';
import type { ClusterInfo } from './cluster-info.ts';
import { runPlan } from './plan.ts';
import type { JobRequest, Provider, SubmitContext } from './provider.ts';
import { type ClusterSpec, readClusterSpec } from './spec.ts';

/** A provider under test, and what its jobs need. The cases share one cluster of this name. */
export interface ContractSubject {
  readonly provider: Provider;
  readonly cluster: string;
  /** Without `onOutput` and the other listeners. */
  readonly submitContext: Pick<SubmitContext, 'env' | 'cwd' | 'clock'>;
  /** A Python program that prints `CONTRACT <first argument>`, waits for its third, in seconds, and exits with its second. */
  readonly job: string;
}

/** One promise of the interface. */
export interface ContractCase {
  readonly title: string;
  run(subject: ContractSubject): Promise<void>;
}

const hosts = 2;
const jobExitCode = 7;

/** A small cluster of the provider. */
export function contractSpec(provider: Provider, name: string): ClusterSpec {
  const read = readClusterSpec({
    apiVersion: 'stoke/v1',
    kind: 'Cluster',
    name,
    provider: provider.name,
    agents: hosts,
    agentCpus: 1,
    agentMemMb: 1536,
  });
  assert.ok(read.ok);
  assert.deepEqual(provider.validate(read.spec), []);
  return read.spec;
}

const quiet = { signal: new AbortController().signal, onEvent: () => undefined };

async function infoOf({ provider, cluster }: ContractSubject): Promise<ClusterInfo> {
  const info = await provider.info(cluster);
  assert.ok(info !== undefined, `cluster '${cluster}' is there`);
  return info;
}

function rejectsWith(promise: Promise<unknown>, code: string): Promise<void> {
  return assert.rejects(promise, { name: 'AppError', code });
}

async function runJob(
  subject: ContractSubject,
  args: readonly string[],
  onPrinted: () => void = () => undefined,
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  let stdout = '';
  const job: JobRequest = {
    command: 'spark-submit',
    args,
    mode: 'coarse',
    sparkHome: undefined,
    interactive: false,
  };
  const end = await subject.provider.submit(subject.cluster, job, {
    ...subject.submitContext,
    signal: quiet.signal,
    onOutput(chunk, stream) {
      if (stream === 'stdout') stdout += chunk.toString();
      if (stdout.includes('CONTRACT')) onPrinted();
    },
    onSetup: () => undefined,
    onProgress: () => undefined,
    onWait: () => undefined,
  });
  return { exitCode: end.exitCode, stdout };
}

/** To be run in this order, each once. */
export const providerContract: readonly ContractCase[] = [
  {
    title: 'knows no cluster before one is made',
    async run({ provider, cluster }) {
      assert.equal(await provider.info(cluster), undefined);
      assert.ok(!(await provider.list()).includes(cluster));
      await rejectsWith(provider.kill(cluster), 'CLUSTER_UNKNOWN');
      await rejectsWith(provider.start(cluster), 'CLUSTER_UNKNOWN');
      await rejectsWith(provider.add(cluster, undefined), 'CLUSTER_UNKNOWN');
      const removing = provider.remove(cluster, 'agent-1', { deadlineMs: 0 });
      await rejectsWith(removing, 'CLUSTER_UNKNOWN');
    },
  },
  {
    title: 'changes nothing while it only plans',
    async run({ provider, cluster }) {
      const plan = await provider.create(contractSpec(provider, cluster));
      assert.ok(plan.actions.length > 0);
      assert.equal(await provider.info(cluster), undefined);
    },
  },
  {
    title: 'creates a cluster whose hosts all take work',
    async run(subject) {
      const { provider, cluster } = subject;
      const plan = await provider.create(contractSpec(provider, cluster));
      const info = await runPlan(plan, quiet);
      assert.equal(info.name, cluster);
      assert.equal(info.provider, provider.name);
      assert.equal(info.status, 'running');
      assert.deepEqual(
        info.hosts.map(({ name, status, cpus, tasks }) => ({ name, status, cpus, tasks })),
        ['agent-1', 'agent-2'].map((name) => ({
          name,
          status: 'ready',
          cpus: { total: 1, used: 0 },
          tasks: 0,
        })),
      );
      assert.deepEqual(info.problems, []);
      assert.ok((await provider.list()).includes(cluster));
      assert.match(info.master.url ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    },
  },
  {
    title: 'refuses a second cluster of the same name and leaves the first alone',
    async run(subject) {
      const { provider, cluster } = subject;
      const create = async (): Promise<unknown> =>
        runPlan(await provider.create(contractSpec(provider, cluster)), quiet);
      await rejectsWith(create(), 'CLUSTER_EXISTS');
      assert.equal((await infoOf(subject)).status, 'running');
    },
  },
  {
    title: "runs a job, streams its output and returns the job's exit code",
    async run(subject) {
      const good = await runJob(subject, [subject.job, 'hello', '0']);
      assert.equal(good.exitCode, 0);
      assert.match(good.stdout, /^CONTRACT hello$/m);
      const bad = await runJob(subject, [subject.job, 'bye', String(jobExitCode)]);
      assert.equal(bad.exitCode, jobExitCode);
      await rejectsWith(runJob(subject, ['no-such-job.py']), 'JOB_FILE_MISSING');
    },
  },
  {
    title: 'adds a host that takes work, under the next free name',
    async run(subject) {
      const { provider, cluster } = subject;
      const added = await runPlan(await provider.add(cluster, undefined), quiet);
      assert.equal(added.name, 'agent-3');
      assert.equal(added.status, 'ready');
      assert.equal((await infoOf(subject)).hosts.length, hosts + 1);
      await rejectsWith(provider.add(cluster, 'agent-1'), 'HOST_EXISTS');
      await rejectsWith(provider.add(cluster, 'Not A Name'), 'CLUSTER_SPEC_INVALID');
    },
  },
  {
    title: 'removes a host and forgets it',
    async run(subject) {
      const { provider, cluster } = subject;
      await rejectsWith(provider.remove(cluster, 'nobody', { deadlineMs: 0 }), 'HOST_UNKNOWN');
      await runPlan(await provider.remove(cluster, 'agent-2', { deadlineMs: 0 }), quiet);
      const info = await infoOf(subject);
      assert.deepEqual(
        info.hosts.map((host) => host.name),
        ['agent-1', 'agent-3'],
      );
      assert.equal(info.status, 'running');
    },
  },
  {
    title: 'shows a host that died, and starts it again',
    async run(subject) {
      const { provider, cluster } = subject;
      const before = (await infoOf(subject)).hosts.find((host) => host.name === 'agent-1');
      assert.ok(before?.pid !== undefined);
      process.kill(before.pid, 'SIGKILL');
      await gone(subject, 'agent-1');
      const broken = await infoOf(subject);
      assert.equal(broken.status, 'degraded');
      assert.match(broken.problems[0]?.remedy ?? '', /stoke cluster start/);
      const info = await runPlan(await provider.start(cluster), quiet);
      assert.equal(info.status, 'running');
      assert.notEqual(info.hosts.find((host) => host.name === 'agent-1')?.pid, before.pid);
    },
  },
  {
    title: 'shows a master that died, and starts it again with its hosts',
    async run(subject) {
      const { provider, cluster } = subject;
      const { master } = await infoOf(subject);
      assert.ok(master.pid !== undefined);
      process.kill(master.pid, 'SIGKILL');
      await gone(subject, 'master');
      assert.equal((await infoOf(subject)).status, 'stopped');
      await rejectsWith(runJob(subject, [subject.job, 'x', '0']), 'CLUSTER_NOT_RUNNING');
      const info = await runPlan(await provider.start(cluster), quiet);
      assert.equal(info.status, 'running');
      assert.equal(info.master.url, master.url);
    },
  },
  {
    title: 'starts nothing when all parts run',
    async run(subject) {
      const before = (await infoOf(subject)).hosts.map((host) => host.pid);
      const plan = await subject.provider.start(subject.cluster);
      assert.deepEqual(plan.actions, []);
      const info = await runPlan(plan, quiet);
      assert.deepEqual(
        info.hosts.map((host) => host.pid),
        before,
      );
    },
  },
  {
    title: 'kills the cluster with every process of it, which ends its jobs',
    async run(subject) {
      const { provider, cluster } = subject;
      let printed = (): void => undefined;
      const works = new Promise<void>((resolve) => {
        printed = resolve;
      });
      const job = runJob(subject, [subject.job, 'late', '0', '600'], () => printed());
      await Promise.race([works, job]);
      const info = await infoOf(subject);
      const processes = [info.master, ...info.hosts].map((part) => processIdentity(part.pid ?? 0));
      const jobEnd = rejectsWith(job, 'CLUSTER_UNKNOWN');
      await runPlan(await provider.kill(cluster), quiet);
      assert.equal(await provider.info(cluster), undefined);
      await jobEnd;
      for (const each of processes) {
        assert.ok(each !== undefined);
        assert.ok(!isProcessAlive(each), `process ${each.pid} is gone`);
      }
    },
  },
];

const lookEveryMs = 50;
const goneTimeoutMs = 5000;

/** A killed process takes a moment to leave the process table. */
async function gone(subject: ContractSubject, part: string): Promise<void> {
  const deadline = performance.now() + goneTimeoutMs;
  while (performance.now() < deadline) {
    const info = await infoOf(subject);
    const found = part === 'master' ? info.master : info.hosts.find(({ name }) => name === part);
    if (found?.pid === undefined) return;
    await new Promise((resolve) =>
      subject.submitContext.clock.setTimer(lookEveryMs, () => resolve(undefined)),
    );
  }
  assert.fail(`'${part}' still runs`);
}
