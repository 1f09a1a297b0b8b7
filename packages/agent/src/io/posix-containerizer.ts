/** Containers as plain processes: a session each, led by a tiny supervisor that outlives the agent and keeps the exit status. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Clock,
  isProcessAlive,
  type ProcessIdentity,
  systemErrorCode,
  type Timer,
} from '@stoke/kit';
import type { ContainerSpec } from '../core/effects.ts';
import type { RecoveredContainer } from '../core/events.ts';
import { agentError } from '../errors.ts';
import type {
  ContainerExitListener,
  Containerizer,
  ContainerUsage,
  LaunchRequest,
} from './containerizer.ts';
import { processesUnder, readProcessTable, signalProcess } from './process-table.ts';

const perl = '/usr/bin/perl';
const watchIntervalMs = 100;
const sweepDelayMs = 200;
/** How long a supervisor may take to say that it started, and how often that is looked up. */
const startupWaitMs = 2_000;
const startupPollMs = 25;
const ticksPerSecond = 100;
const pageBytes = 4096;

interface Running {
  readonly supervisor: number;
  /** Set when the supervisor is not our child, so that its end has to be watched for. */
  readonly adopted: ProcessIdentity | undefined;
}

interface StartedFile {
  readonly supervisor: ProcessIdentity;
}

export interface PosixOptions {
  /** Where supervisors leave their files, a directory for each container. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  readonly onExit: ContainerExitListener;
  /** Whether supervise.pl can be used. */
  readonly hasPerl: boolean;
}

export class PosixContainerizer implements Containerizer {
  readonly name = 'posix';
  readonly #options: PosixOptions;
  readonly #running = new Map<string, Running>();
  /** Sessions whose leaders ended and whose stragglers are still to be killed. */
  readonly #ended = new Set<number>();
  #watch: Timer | undefined;
  #sweep: Timer | undefined;

  constructor(options: PosixOptions) {
    this.#options = options;
  }

  whyUnsupported({ container }: ContainerSpec): string | undefined {
    if (container === undefined) return undefined;
    if (container.type !== 'MESOS') return `containers of type ${container.type} need another one`;
    if (container.mesos?.image !== undefined) return 'it runs no images';
    if ((container.volumes ?? []).length > 0) return 'it mounts no volumes';
    const named = (container.network_infos ?? []).find((one) => one.name !== undefined);
    return named === undefined
      ? undefined
      : `it joins no network, and '${named.name}' is asked for`;
  }

  async launch(request: LaunchRequest): Promise<number> {
    const { spec, owner } = request;
    if (owner !== undefined && !this.#options.hasPerl) {
      throw agentError('LAUNCH_FAILED', {
        message: `Cannot launch container '${spec.containerId}': switching to user '${spec.user}' needs ${perl}; install perl or start the agent with --no-switch_user`,
      });
    }
    mkdirSync(this.#runtimeDir(spec.containerId), { recursive: true, mode: 0o700 });
    const stdout = openSync(join(spec.directory, 'stdout'), 'a', 0o644);
    const stderr = openSync(join(spec.directory, 'stderr'), 'a', 0o644);
    try {
      if (owner !== undefined) {
        for (const file of [stdout, stderr]) fchownSync(file, owner.uid, owner.gid);
      }
      return await this.#spawn(request, [stdout, stderr]);
    } finally {
      closeSync(stdout);
      closeSync(stderr);
    }
  }

  #spawn(
    { spec, owner }: LaunchRequest,
    [stdout, stderr]: readonly [number, number],
  ): Promise<number> {
    const { containerId, directory } = spec;
    const user = owner === undefined ? '-' : `${owner.uid}:${owner.gid}`;
    const [program, script] = this.#options.hasPerl
      ? [perl, 'supervise.pl']
      : ['/bin/sh', 'supervise.sh'];
    const path = fileURLToPath(new URL(script, import.meta.url));
    const args = [path, this.#runtimeDir(containerId), user, ...commandWords(spec)];
    const child = spawn(program, args, {
      cwd: directory,
      env: supervisorEnvironment(spec.environment),
      stdio: ['ignore', stdout, stderr],
      detached: true,
    });
    child.unref();
    return new Promise((resolve, reject) => {
      child.once('error', (cause) => {
        reject(
          agentError('LAUNCH_FAILED', {
            message: `Cannot launch container '${containerId}': ${cause.message}`,
            cause,
          }),
        );
      });
      child.once('spawn', () => {
        const supervisor = child.pid ?? 0;
        this.#running.set(containerId, { supervisor, adopted: undefined });
        resolve(supervisor);
      });
      child.once('exit', () => this.#exited(containerId));
    });
  }

  async recover(containerId: string): Promise<RecoveredContainer> {
    const started = await this.#awaitStarted(containerId);
    if (started === undefined) return { found: 'nothing', rebooted: false };
    const { supervisor } = started;
    if (isProcessAlive(supervisor)) {
      this.#running.set(containerId, { supervisor: supervisor.pid, adopted: supervisor });
      this.#keepWatching();
      return { found: 'running', pid: supervisor.pid };
    }
    this.#sweepLater(supervisor.pid);
    return { found: 'ended', pid: supervisor.pid, status: this.#readStatus(containerId) };
  }

  /** A supervisor started by a dying agent may not have written its file yet. */
  async #awaitStarted(containerId: string): Promise<StartedFile | undefined> {
    const deadline = this.#options.clock.now() + startupWaitMs;
    for (;;) {
      const started = this.#readStarted(containerId);
      if (started !== 'not yet') return started;
      if (this.#options.clock.now() >= deadline) return undefined;
      await new Promise<void>((resolve) => {
        this.#options.clock.setTimer(startupPollMs, resolve);
      });
    }
  }

  #readStarted(containerId: string): StartedFile | 'not yet' | undefined {
    const directory = this.#runtimeDir(containerId);
    const text = readIfThere(join(directory, 'started'));
    if (text === undefined) return existsSync(directory) ? 'not yet' : undefined;
    const [pid, startTicks] = text.trim().split(' ').map(Number);
    if (pid === undefined || startTicks === undefined) return undefined;
    return { supervisor: { pid, startTicks } };
  }

  #readStatus(containerId: string): number | undefined {
    const text = readIfThere(join(this.#runtimeDir(containerId), 'status'));
    const status = Number(text?.trim() || Number.NaN);
    return Number.isInteger(status) ? status : undefined;
  }

  #exited(containerId: string): void {
    const running = this.#running.get(containerId);
    if (running === undefined) return;
    this.#running.delete(containerId);
    this.#sweepLater(running.supervisor);
    this.#options.onExit(containerId, this.#readStatus(containerId));
  }

  #keepWatching(): void {
    this.#watch ??= this.#options.clock.setTimer(watchIntervalMs, () => {
      this.#watch = undefined;
      let adopted = 0;
      for (const [containerId, { adopted: identity }] of [...this.#running]) {
        if (identity === undefined) continue;
        if (isProcessAlive(identity)) adopted += 1;
        else this.#exited(containerId);
      }
      if (adopted > 0) this.#keepWatching();
    });
  }

  /** What a command left in the background ends with it. */
  #sweepLater(session: number): void {
    this.#ended.add(session);
    this.#sweep ??= this.#options.clock.setTimer(sweepDelayMs, () => {
      this.#sweep = undefined;
      const sessions = [...this.#ended];
      this.#ended.clear();
      for (const entries of processesUnder(readProcessTable(), sessions).values()) {
        for (const { pid } of entries) signalProcess(pid, 'SIGKILL');
      }
    });
  }

  signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#signal(containerId, signal, this.#options.clock.now() + startupWaitMs);
  }

  #signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL', deadline: number): void {
    const running = this.#running.get(containerId);
    if (running === undefined) return;
    const { supervisor } = running;
    const started = this.#readStarted(containerId) !== 'not yet';
    if (!started && this.#options.clock.now() < deadline) {
      const retry = (): void => this.#signal(containerId, signal, deadline);
      this.#options.clock.setTimer(startupPollMs, retry);
      return;
    }
    for (const { pid } of processesUnder(readProcessTable(), [supervisor]).get(supervisor) ?? []) {
      signalProcess(pid, signal);
    }
  }

  remove(containerId: string): void {
    rmSync(this.#runtimeDir(containerId), { recursive: true, force: true });
  }

  usage(containerIds: readonly string[]): ReadonlyMap<string, ContainerUsage> {
    const supervisors = new Map<string, number>();
    for (const id of containerIds) {
      const running = this.#running.get(id);
      if (running !== undefined) supervisors.set(id, running.supervisor);
    }
    const table = supervisors.size === 0 ? [] : readProcessTable();
    const processes = processesUnder(table, [...supervisors.values()]);
    return new Map(
      [...supervisors].map(([id, supervisor]) => [id, sumUsage(processes.get(supervisor) ?? [])]),
    );
  }

  close(): void {
    this.#watch?.cancel();
    this.#sweep?.cancel();
  }

  #runtimeDir(containerId: string): string {
    return join(this.#options.runtimeDir, containerId);
  }
}

/** Program, argv[0] and further arguments of the command. */
function commandWords({ command }: ContainerSpec): readonly string[] {
  const value = command.value ?? '';
  if (command.shell !== false) return ['/bin/sh', 'sh', '-c', value];
  const argv = command.arguments ?? [];
  return [value, ...(argv.length === 0 ? [value] : argv)];
}

/** Perl reads variables of its own, which are the command's business: they are kept aside for it. */
function supervisorEnvironment(
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]): [string, string] =>
    name.startsWith('PERL') ? [`STOKE_KEPT_${name}`, value] : [name, value],
  );
  return { ...Object.fromEntries(entries), PERL_BADLANG: '0' };
}

function sumUsage(
  entries: readonly {
    readonly userTicks: number;
    readonly systemTicks: number;
    readonly residentPages: number;
  }[],
): ContainerUsage {
  let userTicks = 0;
  let systemTicks = 0;
  let pages = 0;
  for (const entry of entries) {
    userTicks += entry.userTicks;
    systemTicks += entry.systemTicks;
    pages += entry.residentPages;
  }
  return {
    userSeconds: userTicks / ticksPerSecond,
    systemSeconds: systemTicks / ticksPerSecond,
    residentBytes: pages * pageBytes,
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
