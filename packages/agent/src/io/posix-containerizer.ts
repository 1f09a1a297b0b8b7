/** Containers as plain processes: a session each, led by a tiny supervisor that outlives the agent and keeps the exit status. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  isProcessAlive,
  type ProcessIdentity,
  processIdentity,
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
import { type CommandLaunch, LauncherProcess, type LogRotation } from './launcher-process.ts';
import { askedNetworks } from './networks/asked-networks.ts';
import {
  type ProcessEntry,
  processesUnder,
  readProcessTable,
  signalProcess,
} from './process-table.ts';
import { removeTree } from './remove-tree.ts';
import { linkProblem, linkSandboxVolumes } from './sandbox-links.ts';
import { openConsole } from './session/console.ts';
import { type Console, type ConsoleListener, windowOf } from './session/session.ts';
import { launchWithShell } from './shell-launch.ts';

const perl = '/usr/bin/perl';
const adoptedWatchMs = 100;
const watchMs = 1_000;
const leastSweepDelayMs = 200;
/** Where there are many processes, looking through them takes a twentieth of the time at most. */
const sweepPause = 20;
/** How long a supervisor may take to say that it started, and how often that is looked up. */
const startupWaitMs = 2_000;
const startupPollMs = 25;
const ticksPerSecond = 100;
const pageBytes = 4096;

interface Running {
  readonly supervisor: number;
  /** Tells the supervisor from a later process with its pid; undefined when it was gone at once. */
  readonly identity: ProcessIdentity | undefined;
  /** Whether a former agent started it, so that its end is seen only by looking. */
  readonly adopted: boolean;
}

interface StartedFile {
  readonly supervisor: ProcessIdentity;
}

export interface PosixOptions {
  /** Where supervisors leave their files, a directory for each container. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  readonly onExit: ContainerExitListener;
  /** Whether launcher.pl can be used. */
  readonly hasPerl: boolean;
  /** Takes launcher.pl; undefined: logs grow without end. */
  readonly rotation: LogRotation | undefined;
}

export class PosixContainerizer implements Containerizer {
  readonly name = 'posix';
  readonly #options: PosixOptions;
  readonly #running = new Map<string, Running>();
  /** Containers that ended before their launch was noted. */
  readonly #ended = new Set<string>();
  /** Sessions whose leaders ended and whose stragglers are still to be killed. */
  readonly #orphaned = new Map<number, ProcessIdentity | undefined>();
  readonly #launcher: LauncherProcess | undefined;
  #watch: Timer | undefined;
  #sweep: Timer | undefined;
  #sweepDelayMs = leastSweepDelayMs;

  constructor(options: PosixOptions) {
    this.#options = options;
    if (!options.hasPerl) return;
    this.#launcher = new LauncherProcess({
      perl,
      onExited: (containerId) => this.#exited(containerId),
      onLost: (containerIds) => void this.#settleLost(containerIds),
    });
    this.#launcher.start();
  }

  whyUnsupported(spec: ContainerSpec): string | undefined {
    const [network] = askedNetworks(spec)?.infos ?? [];
    if (network !== undefined) return `it joins no network, and '${network.name}' is asked for`;
    const { container } = spec;
    if (container === undefined) return undefined;
    if (container.tty_info !== undefined && !this.#options.hasPerl) return 'a terminal takes perl';
    if (container.type !== 'MESOS') return `containers of type ${container.type} need another one`;
    if (container.mesos?.image !== undefined) return 'it runs no images';
    const [problem] = (container.volumes ?? []).flatMap((one) => linkProblem(one, spec) ?? []);
    return problem;
  }

  async launch({ spec, owner, pidFile }: LaunchRequest): Promise<number> {
    const { containerId, directory, environment } = spec;
    const runtimeDir = this.#runtimeDir(containerId);
    mkdirSync(runtimeDir, { recursive: true, mode: 0o700 });
    linkSandboxVolumes(spec);
    const words = commandWords(spec);
    const { rotation } = this.#options;
    const window = windowOf(spec.container);
    const settings = { directory, owner, rotation, pidFile, window, environment };
    const command = { containerId, runtimeDir, words, ...settings };
    const supervisor = await (this.#launcher?.launch(command) ??
      this.#launchWithShell(command, spec));
    this.#running.set(containerId, {
      supervisor,
      identity: processIdentity(supervisor),
      adopted: false,
    });
    this.#keepWatching();
    // Its end is told after its start, however short it was.
    if (this.#ended.delete(containerId)) setImmediate(() => this.#exited(containerId));
    return supervisor;
  }

  openConsole(containerId: string, listener: ConsoleListener): Promise<Console | undefined> {
    return openConsole(this.#runtimeDir(containerId), listener);
  }

  /** Without Perl the agent itself starts the supervisor, a shell script that can do less. */
  #launchWithShell(command: CommandLaunch, { user }: ContainerSpec): Promise<number> {
    const { containerId, owner } = command;
    if (owner !== undefined) {
      throw agentError('LAUNCH_FAILED', {
        message: `Cannot launch container '${containerId}': switching to user '${user}' needs ${perl}; install perl or start the agent with --no-switch_user`,
      });
    }
    return launchWithShell(command, () => this.#exited(containerId));
  }

  /** The launcher process died: some of its launches may have begun all the same. */
  async #settleLost(containerIds: readonly string[]): Promise<void> {
    for (const containerId of containerIds) {
      const started = await this.#awaitStarted(containerId);
      this.#launcher?.settle(containerId, started?.supervisor.pid);
    }
  }

  /** Their processes are not ended: a pid alone does not tell whose it is by now. */
  async removeUnknown(known: ReadonlySet<string>): Promise<void> {
    const { runtimeDir } = this.#options;
    const there = existsSync(runtimeDir) ? readdirSync(runtimeDir) : [];
    for (const containerId of there.filter((name) => !known.has(name))) {
      await this.remove(containerId);
    }
  }

  holds(containerId: string): boolean {
    return existsSync(this.#runtimeDir(containerId));
  }

  async recover(containerId: string): Promise<RecoveredContainer> {
    const started = await this.#awaitStarted(containerId);
    if (started === undefined) return { found: 'nothing', rebooted: false };
    const { supervisor } = started;
    if (isProcessAlive(supervisor)) {
      this.#running.set(containerId, {
        supervisor: supervisor.pid,
        identity: supervisor,
        adopted: true,
      });
      this.#keepWatching();
      return { found: 'running', pid: supervisor.pid };
    }
    // A pid that names a later process says that nothing is left of the session: such numbers are not given away.
    const now = processIdentity(supervisor.pid);
    if (now === undefined || now.startTicks === supervisor.startTicks) {
      this.#sweepLater(supervisor.pid, supervisor);
    }
    return { found: 'ended', pid: supervisor.pid, status: this.#readStatus(containerId) };
  }

  /**
   * A supervisor started by a dying agent may not have written its file yet. One that is late finds the agent's file in
   * its place, and does not start its command.
   */
  async #awaitStarted(containerId: string): Promise<StartedFile | undefined> {
    const deadline = this.#options.clock.now() + startupWaitMs;
    for (;;) {
      const started = this.#readStarted(containerId);
      if (started !== 'not yet') return started;
      if (this.#options.clock.now() >= deadline && this.#giveUp(containerId)) return undefined;
      await new Promise<void>((resolve) => {
        this.#options.clock.setTimer(startupPollMs, resolve);
      });
    }
  }

  /** False when the supervisor was quicker after all. */
  #giveUp(containerId: string): boolean {
    try {
      writeFileSync(join(this.#runtimeDir(containerId), 'started'), 'given up\n', { flag: 'wx' });
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  #readStarted(containerId: string): StartedFile | 'not yet' | undefined {
    const directory = this.#runtimeDir(containerId);
    const text = readIfThere(join(directory, 'started'));
    if (text === undefined) return existsSync(directory) ? 'not yet' : undefined;
    const [, pid, startTicks] = /^(\d+) (\d+)/.exec(text) ?? [];
    if (pid === undefined || startTicks === undefined) return undefined;
    return { supervisor: { pid: Number(pid), startTicks: Number(startTicks) } };
  }

  /** The second line of what the supervisor wrote. */
  #readStatus(containerId: string): number | undefined {
    const text = readIfThere(join(this.#runtimeDir(containerId), 'started'));
    const [, status] = /^\d+ \d+\n(\d+)\n/.exec(text ?? '') ?? [];
    return status === undefined ? undefined : Number(status);
  }

  #exited(containerId: string): void {
    const running = this.#running.get(containerId);
    if (running === undefined) {
      // It ended before its start was noted.
      this.#ended.add(containerId);
      return;
    }
    this.#running.delete(containerId);
    this.#sweepLater(running.supervisor, running.identity);
    this.#options.onExit(containerId, this.#readStatus(containerId));
  }

  /** Supervisors tell their end themselves, unless a former agent started them or they are killed. */
  #keepWatching(): void {
    const adopted = [...this.#running.values()].some((one) => one.adopted);
    this.#watch ??= this.#options.clock.setTimer(adopted ? adoptedWatchMs : watchMs, () => {
      this.#watch = undefined;
      for (const [containerId, { identity }] of [...this.#running]) {
        if (identity === undefined || !isProcessAlive(identity)) this.#exited(containerId);
      }
      if (this.#running.size > 0) this.#keepWatching();
    });
  }

  /** What a command left in the background ends with it. */
  #sweepLater(session: number, leader: ProcessIdentity | undefined): void {
    this.#orphaned.set(session, leader);
    this.#sweep ??= this.#options.clock.setTimer(this.#sweepDelayMs, () => {
      this.#sweep = undefined;
      const startMs = this.#options.clock.now();
      this.#sweepNow();
      const tookMs = this.#options.clock.now() - startMs;
      this.#sweepDelayMs = Math.max(leastSweepDelayMs, tookMs * sweepPause);
    });
  }

  #sweepNow(): void {
    const sessions = [...this.#orphaned].filter(isOwnSession).map(([pid]) => pid);
    this.#orphaned.clear();
    for (const entries of processesUnder(readProcessTable(), sessions).values()) {
      for (const { pid } of entries) signalProcess(pid, 'SIGKILL');
    }
  }

  signal(containerId: string, signal: NodeJS.Signals): void {
    this.#signal(containerId, signal, this.#options.clock.now() + startupWaitMs);
  }

  #signal(containerId: string, signal: NodeJS.Signals, deadline: number): void {
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

  async remove(containerId: string): Promise<void> {
    this.#ended.delete(containerId);
    await removeTree(this.#runtimeDir(containerId));
  }

  usage(containerIds: readonly string[]): ReadonlyMap<string, ContainerUsage> {
    return new Map([...this.#entries(containerIds)].map(([id, found]) => [id, sumUsage(found)]));
  }

  processes(containerIds: readonly string[]): ReadonlyMap<string, readonly number[]> {
    const entries = [...this.#entries(containerIds)];
    return new Map(entries.map(([id, found]) => [id, found.map(({ pid }) => pid)]));
  }

  #entries(containerIds: readonly string[]): ReadonlyMap<string, readonly ProcessEntry[]> {
    const supervisors = new Map<string, number>();
    for (const id of containerIds) {
      const running = this.#running.get(id);
      if (running !== undefined) supervisors.set(id, running.supervisor);
    }
    const table = supervisors.size === 0 ? [] : readProcessTable();
    const found = processesUnder(table, [...supervisors.values()]);
    return new Map([...supervisors].map(([id, supervisor]) => [id, found.get(supervisor) ?? []]));
  }

  close(): void {
    this.#launcher?.close();
    this.#watch?.cancel();
    this.#sweep?.cancel();
  }

  #runtimeDir(containerId: string): string {
    return join(this.#options.runtimeDir, containerId);
  }
}

/** While a session has processes its number is not given out again; a new process of that number means there are none. */
function isOwnSession([pid, leader]: readonly [number, ProcessIdentity | undefined]): boolean {
  const current = processIdentity(pid);
  return current === undefined || current.startTicks === leader?.startTicks;
}

/** Program, argv[0] and further arguments of the command. */
function commandWords({ command }: ContainerSpec): readonly string[] {
  const value = command.value ?? '';
  if (command.shell !== false) return ['/bin/sh', 'sh', '-c', value];
  const argv = command.arguments ?? [];
  return [value, ...(argv.length === 0 ? [value] : argv)];
}

function sumUsage(entries: readonly ProcessEntry[]): ContainerUsage {
  const sum = (of: (entry: ProcessEntry) => number): number =>
    entries.reduce((total, entry) => total + of(entry), 0);
  return {
    userSeconds: sum(({ userTicks }) => userTicks) / ticksPerSecond,
    systemSeconds: sum(({ systemTicks }) => systemTicks) / ticksPerSecond,
    residentBytes: sum(({ residentPages }) => residentPages) * pageBytes,
    processes: entries.length,
    threads: sum(({ threads }) => threads),
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
