/** Plans that decommission one worker, and that end a standalone cluster with all it runs. */
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ActionContext,
  type ClusterFolder,
  type ClusterInfo,
  type Plan,
  type RemoveOptions,
  unknownHost,
} from '@stoke/cluster';
import { endProcess, endProcesses } from '@stoke/kit';
import { describe, gatherFacts } from './look.ts';
import { belongsTo, findPart, workerPart } from './service.ts';

const graceMs = 10_000;
const lookEveryMs = 200;
const decommissionTimeoutMs = 5000;

/** @throws AppError `HOST_UNKNOWN` */
export async function planRemove(
  folder: ClusterFolder,
  host: string,
  { deadlineMs }: RemoveOptions,
): Promise<Plan<ClusterInfo>> {
  const known = (await gatherFacts(folder)).workers.map((worker) => worker.part.name);
  if (!known.includes(host)) throw unknownHost(folder.name, host, known);
  const part = workerPart(folder, host);
  return {
    actions: [
      {
        title: `Hold back new work from '${host}'`,
        run: (context) => decommission(folder, host, context),
      },
      {
        title: `Wait for its executors to end (at most ${Math.round(deadlineMs / 1000)} s)`,
        run: (context) => waitForExecutors(folder, host, { deadlineMs, ...context }),
      },
      {
        title: `Stop worker '${host}'`,
        async run() {
          const process = findPart(part);
          if (process !== undefined) await endProcess(process, 'SIGTERM', graceMs);
          await endProcesses(belongsTo(part.workDir), graceMs);
        },
      },
      {
        title: 'Remove its files',
        run: () => rm(part.workDir, { recursive: true, force: true, maxRetries: 3 }),
      },
    ],
    result: async () => describe(await gatherFacts(folder)),
  };
}

/** PWR tells Spark's worker that its machine is about to go: the master gives it nothing more. */
async function decommission(
  folder: ClusterFolder,
  host: string,
  { signal, report }: ActionContext,
): Promise<void> {
  const worker = findPart(workerPart(folder, host));
  if (worker === undefined) return;
  process.kill(worker.pid, 'SIGPWR');
  const deadline = performance.now() + decommissionTimeoutMs;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const info = describe(await gatherFacts(folder));
    if (info.hosts.find((each) => each.name === host)?.status !== 'ready') return;
    await delay(lookEveryMs);
  }
  report('the master still counts on it');
}

async function waitForExecutors(
  folder: ClusterFolder,
  host: string,
  { deadlineMs, signal, report }: ActionContext & RemoveOptions,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  let last = -1;
  for (;;) {
    signal.throwIfAborted();
    const { workers } = await gatherFacts(folder);
    const count = workers.find((worker) => worker.part.name === host)?.executors.length ?? 0;
    if (count === 0) return;
    if (performance.now() >= deadline) {
      report(`${count} still run and are killed now`);
      return;
    }
    if (count !== last) report(`${count} still run`);
    last = count;
    await delay(lookEveryMs);
  }
}

/** Ends whatever is left, in any state the cluster may be in. */
export async function planKill(folder: ClusterFolder): Promise<Plan<void>> {
  const { workers } = await gatherFacts(folder);
  return {
    actions: [
      {
        title: `Stop master and ${workers.length} worker${workers.length === 1 ? '' : 's'}`,
        run: () => endProcesses(belongsTo(folder.path), graceMs),
      },
      {
        title: 'Remove files',
        run: () => rm(folder.path, { recursive: true, force: true, maxRetries: 3 }),
      },
    ],
    result: async () => undefined,
  };
}
