/** The actions that bring daemons of a local cluster up: for a new cluster, one more agent, or after a crash. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterFolder, Environment } from '@stoke/cluster';
import { type Action, type ActionContext, type ClusterSpec, clusterError } from '@stoke/cluster';
import { type DaemonFile, readLaunchFile } from '@stoke/kit';
import { authenticationFlags } from './cluster-credential.ts';
import {
  beginDaemon,
  type DaemonStart,
  type DaemonState,
  type StartingDaemon,
  untilServing,
} from './daemon-process.ts';
import { agentEntry, askMaster } from './look.ts';
import { type AgentShare, shareText } from './machine-share.ts';

/** Where all daemons of these clusters listen. */
export const loopback = '127.0.0.1';

const registerTimeoutMs = 20_000;
const lookEveryMs = 25;

/** Daemons that an earlier action of a plan began, for a later one to wait for. */
export interface StartedParts {
  readonly daemons: StartingDaemon[];
}

/**
 * Mesos's interval of a second is sized for large clusters. Here a cycle costs next to nothing, and each wave of
 * fine-grained Spark tasks waits for one.
 */
const allocationInterval = 'allocation_interval=100ms';

function withInterval(flags: readonly string[]): readonly string[] {
  const given = flags.some((flag) => flag.startsWith('allocation_interval='));
  return given ? flags : [allocationInterval, ...flags];
}

/** The master of a new cluster. */
export function masterStart(
  folder: ClusterFolder,
  env: Environment,
  settings: { readonly port: number; readonly flags: readonly string[] },
): DaemonStart {
  return {
    kind: 'master',
    name: 'master',
    workDir: folder.masterWorkDir,
    logFile: folder.logFile('master'),
    env,
    flags: [
      `--ip=${loopback}`,
      `--port=${settings.port}`,
      `--work_dir=${folder.masterWorkDir}`,
      `--cluster=${folder.name}`,
      ...authenticationFlags('master', folder, settings.flags).map((flag) => `--${flag}`),
      ...withInterval(settings.flags).map((flag) => `--${flag}`),
    ],
  };
}

/** An agent on this machine. */
export function agentStart(
  folder: ClusterFolder,
  env: Environment,
  settings: {
    readonly host: string;
    /** `ip:port` */
    readonly master: string;
    readonly share: AgentShare;
    /** Of {@link authenticationFlags}; none when `flags` are those of a sibling, which holds them. */
    readonly authentication?: readonly string[];
    readonly flags: readonly string[];
  },
): DaemonStart {
  const workDir = folder.agentWorkDir(settings.host);
  return {
    kind: 'agent',
    name: settings.host,
    workDir,
    logFile: folder.logFile(settings.host),
    env,
    flags: [
      `--ip=${loopback}`,
      '--port=0',
      `--hostname=${loopback}`,
      `--master=${settings.master}`,
      `--work_dir=${workDir}`,
      `--resources=${shareText(settings.share)}`,
      ...(settings.authentication ?? []).map((flag) => `--${flag}`),
      ...settings.flags.map((flag) => `--${flag}`),
    ],
  };
}

/**
 * A daemon started as it was the last time, on the port it had: tasks and frameworks know its address.
 * @throws AppError `CLUSTER_NOT_RUNNING` when it never served
 */
export async function startAgain(
  folder: ClusterFolder,
  env: Environment,
  part: {
    readonly kind: 'master' | 'agent';
    readonly name: string;
    readonly daemon: DaemonState;
  },
): Promise<DaemonStart> {
  const workDir = part.kind === 'master' ? folder.masterWorkDir : folder.agentWorkDir(part.name);
  const launch = await readLaunchFile(workDir);
  if (launch === undefined) {
    throw clusterError('CLUSTER_NOT_RUNNING', {
      message: `Cannot start ${part.kind} '${part.name}' again: it never served, so its flags are unknown; run 'stoke cluster kill -n ${folder.name}' and create the cluster anew`,
      details: { cluster: folder.name, part: part.name },
    });
  }
  const url = part.daemon.file?.url;
  const flags =
    url === undefined
      ? launch.argv
      : launch.argv.map((flag) =>
          flag.startsWith('--port=') ? `--port=${new URL(url).port}` : flag,
        );
  return {
    kind: part.kind,
    name: part.name,
    workDir,
    logFile: folder.logFile(part.name),
    env,
    flags,
  };
}

/** Starts processes, all at once; they may not serve yet. */
export function beginAction(
  title: string,
  starts: () => Promise<readonly DaemonStart[]>,
  parts: StartedParts,
): Action {
  return {
    title,
    async run() {
      parts.daemons.push(...(await Promise.all((await starts()).map(beginDaemon))));
    },
  };
}

/** Waits until every process that was begun serves. */
export function serveAction(title: string, parts: StartedParts, kind: 'master' | 'agent'): Action {
  return {
    title,
    async run({ signal, report }) {
      const waiting = parts.daemons.filter((daemon) => daemon.start.kind === kind);
      let serving = 0;
      await Promise.all(
        waiting.map(async (daemon) => {
          await untilServing(daemon, signal);
          serving++;
          if (waiting.length > 1) report(`${serving} of ${waiting.length} serve`);
        }),
      );
    },
  };
}

/** Waits until the master offers the resources of all given agents. */
export function registerAction(
  title: string,
  folder: ClusterFolder,
  look: () => Promise<{ readonly masterUrl: string; readonly agents: readonly DaemonFile[] }>,
): Action {
  return {
    title,
    run: async (context) => waitForRegistration(folder, await look(), context),
  };
}

async function waitForRegistration(
  folder: ClusterFolder,
  expected: { readonly masterUrl: string; readonly agents: readonly DaemonFile[] },
  { signal, report }: ActionContext,
): Promise<void> {
  const deadline = performance.now() + registerTimeoutMs;
  let ready = -1;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const state = await askMaster(folder, expected.masterUrl);
    const active = expected.agents.filter(
      (file) => agentEntry(state, { file, alive: true })?.active === true,
    ).length;
    if (active === expected.agents.length) return;
    if (active !== ready) report(`${active} of ${expected.agents.length} take work`);
    ready = active;
    await delay(lookEveryMs);
  }
  throw clusterError('DAEMON_NOT_STARTED', {
    message: `Cannot finish cluster '${folder.name}': only ${Math.max(0, ready)} of ${expected.agents.length} agents registered with ${expected.masterUrl} within ${registerTimeoutMs / 1000} s; their logs are in the cluster's folder`,
    details: { cluster: folder.name, ready, expected: expected.agents.length },
  });
}

/** Flags the description may not set: they decide who and where the daemon is. */
const ownFlags: Readonly<Record<'master' | 'agent', ReadonlySet<string>>> = {
  master: new Set(['ip', 'port', 'work_dir', 'cluster', 'credentials']),
  agent: new Set([
    'ip',
    'port',
    'work_dir',
    'master',
    'resources',
    'hostname',
    'credential',
    'http_credentials',
  ]),
};

/** What of a description this provider cannot do. */
export function specProblems(spec: ClusterSpec): string[] {
  const check = (kind: 'master' | 'agent', flags: readonly string[]): string[] =>
    flags
      .map((flag) => flag.slice(0, flag.indexOf('=')))
      .filter((name) => ownFlags[kind].has(name))
      .map((name) => `${kind}Flags: the local provider sets '${name}' itself`);
  return [...check('master', spec.masterFlags), ...check('agent', spec.agentFlags)];
}
