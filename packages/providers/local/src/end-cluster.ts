/** Plans that take one agent out of a local cluster, and that end a cluster with all it runs. */
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { callMaster } from '@stoke/client';
import {
  type Action,
  type ActionContext,
  type ClusterFolder,
  type ClusterInfo,
  type HostInfo,
  type Plan,
  type RemoveOptions,
  unknownHost,
} from '@stoke/cluster';
import { endProcess, endProcesses } from '@stoke/kit';
import { lookAtDaemon } from './daemon-process.ts';
import { belongsTo } from './leftovers.ts';
import { agentEntry, askMaster, connectTo, describe, gatherFacts } from './look.ts';
import { tearDownFramework } from './tear-down.ts';

const agentGraceMs = 15_000;
const masterGraceMs = 5000;
const taskGraceMs = 3000;
const lookEveryMs = 200;

/** @throws AppError `HOST_UNKNOWN` */
export async function planRemove(
  folder: ClusterFolder,
  host: string,
  { deadlineMs }: RemoveOptions,
): Promise<Plan<ClusterInfo>> {
  const facts = await gatherFacts(folder);
  const known = facts.agents.map((agent) => agent.name);
  if (!known.includes(host)) throw unknownHost(folder.name, host, known);
  return {
    actions: [
      {
        title: `Hold back new work from '${host}'`,
        run: (context) => deactivate(folder, host, context),
      },
      {
        title: `Wait for its tasks to end (at most ${Math.round(deadlineMs / 1000)} s)`,
        run: (context) => waitForTasks(folder, host, { deadlineMs, ...context }),
      },
      { title: `Stop agent '${host}'`, run: () => stopAgent(folder, host) },
      {
        title: 'Remove its files',
        run: () => rm(folder.agentWorkDir(host), { recursive: true, force: true, maxRetries: 3 }),
      },
    ],
    result: async () => describe(await gatherFacts(folder)),
  };
}

/** An agent that is dead or a master that is gone offers nothing anyway. */
async function deactivate(
  folder: ClusterFolder,
  host: string,
  { report }: ActionContext,
): Promise<void> {
  const facts = await gatherFacts(folder);
  const daemon = facts.agents.find((agent) => agent.name === host)?.daemon;
  const entry = daemon === undefined ? undefined : agentEntry(facts.state, daemon);
  const url = facts.master.file?.url;
  if (entry === undefined || url === undefined) return;
  await callMaster(await connectTo(folder, url), {
    type: 'DEACTIVATE_AGENT',
    deactivate_agent: { agent_id: { value: entry.id } },
  }).catch((error: unknown) => {
    report(`the master still offers it (${error instanceof Error ? error.message : error})`);
  });
}

async function hostNow(folder: ClusterFolder, host: string): Promise<HostInfo | undefined> {
  const info = describe(await gatherFacts(folder));
  return info.hosts.find((each) => each.name === host);
}

async function waitForTasks(
  folder: ClusterFolder,
  host: string,
  { deadlineMs, signal, report }: ActionContext & RemoveOptions,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  let last = -1;
  for (;;) {
    signal.throwIfAborted();
    const tasks = (await hostNow(folder, host))?.tasks ?? 0;
    if (tasks === 0) return;
    if (performance.now() >= deadline) {
      report(`${tasks} still run and are killed now`);
      return;
    }
    if (tasks !== last) report(`${tasks} still run`);
    last = tasks;
    await delay(lookEveryMs);
  }
}

/** USR1: the agent kills its tasks, says goodbye to the master and ends. */
async function stopAgent(folder: ClusterFolder, host: string): Promise<void> {
  const workDir = folder.agentWorkDir(host);
  const { file, alive } = await lookAtDaemon(workDir);
  if (file !== undefined && alive) await endProcess(file, 'SIGUSR1', agentGraceMs);
  await endProcesses(belongsTo(workDir), taskGraceMs);
}

/** Ends whatever is left, in any state the cluster may be in; running it again finishes an interrupted kill. */
export async function planKill(folder: ClusterFolder): Promise<Plan<void>> {
  const facts = await gatherFacts(folder);
  const frameworks = facts.state?.frameworks ?? [];
  const count = frameworks.length;
  const running = facts.agents.filter((agent) => agent.daemon.alive);
  const tearDown: Action = {
    title: `Tear down ${count} application${count === 1 ? '' : 's'}`,
    run: () => tearDownAll(folder, facts.master.file?.url),
  };
  return {
    actions: [
      ...(count === 0 ? [] : [tearDown]),
      {
        title: `Stop ${running.length} agent${running.length === 1 ? '' : 's'}`,
        async run() {
          await Promise.all(facts.agents.map((agent) => stopAgent(folder, agent.name)));
        },
      },
      {
        title: 'Stop master',
        async run() {
          const { file, alive } = await lookAtDaemon(folder.masterWorkDir);
          if (file !== undefined && alive) await endProcess(file, 'SIGTERM', masterGraceMs);
          await endProcesses(belongsTo(folder.path), taskGraceMs);
        },
      },
      {
        title: 'Remove files',
        run: () => rm(folder.path, { recursive: true, force: true, maxRetries: 3 }),
      },
    ],
    result: async () => undefined,
  };
}

/** Tells frameworks that it is over, instead of leaving them to look for a master that will not come back. */
async function tearDownAll(folder: ClusterFolder, url: string | undefined): Promise<void> {
  const state = await askMaster(folder, url);
  if (url === undefined) return;
  await Promise.all((state?.frameworks ?? []).map(({ id }) => tearDownFramework(folder, url, id)));
}
