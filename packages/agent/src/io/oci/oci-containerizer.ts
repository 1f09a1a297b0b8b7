/**
/**
 * Containers by an OCI runtime: namespaces, control groups and a root of their own, on the machine's network or others.
 * The first process of a container has the same supervisor as a plain process, which outlives the agent and keeps the
 * exit status; all files of a container lie in one directory, and its mounts end with its processes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';
import type { Image } from '@stoke/protocol';
import type { ContainerSize, ContainerSpec } from '../../core/effects.ts';
import type { ContainerFacts, Limitation, RecoveredContainer } from '../../core/events.ts';
import { agentError } from '../../errors.ts';
import type {
  ContainerExitListener,
  Containerizer,
  ContainerUsage,
  InsideCommand,
  LaunchRequest,
} from '../containerizer.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { LogRotation } from '../launcher-process.ts';
import type { RunningPlace } from '../mount-inside.ts';
import {
  type ContainerNetworks,
  factsOf,
  type JoinedNetwork,
} from '../networks/container-networks.ts';
import { PosixContainerizer } from '../posix-containerizer.ts';
import { processesUnder, readProcessTable, signalProcess } from '../process-table.ts';
import type { Console, ConsoleListener } from '../session/session.ts';
import { cgroupUsage, memoryReport, oomKills } from './cgroup-files.ts';
import { type BundleRules, layerLinks, limitsOf, makeBundle, networkOf } from './oci-bundle.ts';
import { cgroupLimits } from './oci-config.ts';
import { containerStatus, memoryLimitation } from './oci-ends.ts';
import { runtimeLaunch, startError } from './oci-launch.ts';
import { forgetStates, removeContainer } from './oci-removal.ts';
import { execWords, type OciPrograms, updateContainer } from './oci-runtime.ts';
import { whyNotConnected, whyNotContained } from './oci-support.ts';
import { signalled } from './signalled.ts';

const mebibyte = 1024 * 1024;
const oomWatchMs = 500;
const startWaitMs = 30_000;
const startPollMs = 5;
/** A container that is told to end while its first process is being made gets the signal again so much later. */
const signalRetryMs = 25;
const signalWaitMs = 5_000;
/** Variables that an image decides on. */
const inImages: readonly string[] = ['PATH', 'MESOS_SANDBOX'];

export interface OciOptions {
  /** A directory for each container. */
  readonly runtimeDir: string;
  readonly programs: OciPrograms;
  readonly rules: BundleRules;
  /** Undefined: tasks with images go to another containerizer. */
  readonly images: ImageStore | undefined;
  readonly networks: ContainerNetworks;
  /** Where executors of their own find the agent. */
  readonly agentAddress: string;
  /** Directory of control groups, below each hierarchy's root. */
  readonly cgroupsRoot: string;
  readonly rotation: LogRotation | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onExit: ContainerExitListener;
}

export class OciContainerizer implements Containerizer {
  readonly name = 'oci';
  readonly givesDevices = true;
  readonly #options: OciOptions;
  readonly #processes: PosixContainerizer;
  /** Supervisors by container id, from the start of the runtime to the end of the container. */
  readonly #supervisors = new Map<string, number>();
  /** Containers whose supervisors saw their ends: nothing of them runs any more. */
  readonly #over = new Set<string>();
  /** Containers whose `launch` is under way, and how they ended if they did. */
  readonly #starting = new Map<string, { ended: boolean; status: number | undefined }>();
  /** Containers that wait for their image or their network. */
  readonly #preparing = new Map<string, AbortController>();
  /** Changes of limits, one after the other for each container. */
  readonly #resizes = new Map<string, Promise<void>>();
  #watch: Timer | undefined;

  constructor(options: OciOptions) {
    this.#options = options;
    this.#processes = new PosixContainerizer({
      runtimeDir: options.runtimeDir,
      clock: options.clock,
      onExit: (containerId, status) => this.#ended(containerId, status),
      hasPerl: true,
      rotation: options.rotation,
    });
  }

  whyUnsupported(spec: ContainerSpec): string | undefined {
    const { images, rules, networks, agentAddress, programs } = this.#options;
    const [hasImages, hasTerminals] = [images !== undefined, programs.runtimeStays];
    return (
      whyNotContained(spec, { hasImages, hasTerminals, rules }) ??
      whyNotConnected(spec, { networks, agentAddress })
    );
  }

  async launch(request: LaunchRequest): Promise<number> {
    const { containerId } = request.spec;
    const start = { ended: false, status: undefined };
    this.#starting.set(containerId, start);
    try {
      await this.#prepare(request);
      const supervisor = await this.#processes.launch(this.#runtimeLaunch(request.spec));
      this.#supervisors.set(containerId, supervisor);
      const pid = await this.#awaitInit(containerId, start);
      this.#keepWatching();
      return pid;
    } catch (error) {
      this.#supervisors.delete(containerId);
      throw error;
    } finally {
      this.#starting.delete(containerId);
      // Its end is told after its start, however short it was.
      const { status } = start;
      if (start.ended && this.#supervisors.has(containerId)) {
        setImmediate(() => this.#ended(containerId, status));
      }
    }
  }

  async #prepare(request: LaunchRequest): Promise<void> {
    const { containerId } = request.spec;
    const stop = new AbortController();
    this.#preparing.set(containerId, stop);
    try {
      await this.#prepareUntil(request, stop.signal);
    } finally {
      this.#preparing.delete(containerId);
    }
  }

  async #prepareUntil(request: LaunchRequest, signal: AbortSignal): Promise<void> {
    const { rules, images, networks } = this.#options;
    const { containerId, container, directory: sandbox } = request.spec;
    const bundle = this.#bundle(containerId);
    const asked = container?.mesos?.image;
    const image = asked && (await images?.acquire({ image: asked, sandbox, signal }));
    try {
      await mkdir(bundle, { recursive: true, mode: 0o700 });
      const network = await networks.join(request.spec, signal);
      signal.throwIfAborted();
      if (network !== undefined) await writeFile(networkOf(bundle), network.containerId);
      const cgroup = this.#cgroup(containerId);
      await makeBundle({ ...request, bundle, cgroup, rules, image, network });
    } finally {
      // From here on the links of the bundle hold it.
      image?.release();
    }
  }

  openConsole(containerId: string, listener: ConsoleListener): Promise<Console | undefined> {
    return this.#processes.openConsole(containerId, listener);
  }

  #runtimeLaunch(spec: ContainerSpec): LaunchRequest {
    const { programs, rules } = this.#options;
    const bundle = this.#bundle(spec.containerId);
    return runtimeLaunch(spec, { programs, rules, bundle });
  }

  /** Resolves with the pid of the container's first process. */
  async #awaitInit(containerId: string, start: { readonly ended: boolean }): Promise<number> {
    const { clock } = this.#options;
    const deadline = clock.now() + startWaitMs;
    for (;;) {
      const pid = this.#initPid(containerId);
      if (pid !== undefined) return pid;
      if (start.ended || clock.now() >= deadline) {
        throw startError(containerId, { bundle: this.#bundle(containerId), ended: start.ended });
      }
      await new Promise<void>((resolve) => {
        clock.setTimer(startPollMs, resolve);
      });
    }
  }

  /** The container ended, or the runtime did that was to make it. */
  #ended(containerId: string, status: number | undefined): void {
    const start = this.#starting.get(containerId);
    if (start !== undefined) {
      start.ended = true;
      start.status = status;
      return;
    }
    this.#supervisors.delete(containerId);
    if (status !== undefined) this.#over.add(containerId);
    this.#options.onExit(containerId, containerStatus(status), this.#limitation(containerId));
  }

  #limitation(containerId: string): Limitation | undefined {
    return memoryLimitation({ path: this.#cgroup(containerId) });
  }

  /** The kernel ends one process of a container that is out of memory: the others follow. */
  #keepWatching(): void {
    this.#watch ??= this.#options.clock.setTimer(oomWatchMs, () => {
      this.#watch = undefined;
      for (const containerId of this.#supervisors.keys()) {
        if (oomKills({ path: this.#cgroup(containerId) }) > 0) this.signal(containerId, 'SIGKILL');
      }
      if (this.#supervisors.size > 0) this.#keepWatching();
    });
  }

  forgetProcesses(): Promise<void> {
    return forgetStates(this.#options.runtimeDir);
  }

  /** A default executor has no process, but its tasks may share networks of its. */
  holds(containerId: string): boolean {
    return this.#processes.holds(containerId) || this.#options.networks.has(containerId);
  }

  async recover(containerId: string): Promise<RecoveredContainer> {
    const found = await this.#processes.recover(containerId);
    if (found.found === 'nothing') return found;
    const pid = this.#initPid(containerId);
    if (found.found === 'running') {
      this.#supervisors.set(containerId, found.pid);
      this.#keepWatching();
      void this.#options.networks.verify(containerId);
      return { ...found, pid: pid ?? found.pid, facts: this.facts(containerId) };
    }
    // A runtime that ended before it had made the container leaves a status that is not the container's.
    if (pid === undefined) return { found: 'nothing', rebooted: false };
    const status = containerStatus(found.status);
    return { found: 'ended', pid, status, limitation: this.#limitation(containerId) };
  }

  /** Ends and removes what no record speaks of. */
  async removeUnknown(known: ReadonlySet<string>): Promise<void> {
    const { runtimeDir, log } = this.#options;
    const there = existsSync(runtimeDir) ? readdirSync(runtimeDir) : [];
    const joined = this.#options.networks.all();
    for (const containerId of new Set([...there, ...joined])) {
      if (known.has(containerId)) continue;
      try {
        await this.#removeRuntime(containerId);
      } catch (error) {
        log.warn({ containerId, reason: errorMessage(error) }, 'container not removed');
      }
      // Nobody waits for a plugin that takes its time.
      void this.#options.networks.leave(containerId);
    }
  }

  signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#signal(containerId, signal, this.#options.clock.now() + signalWaitMs);
  }

  #signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL', deadline: number): void {
    this.#preparing.get(containerId)?.abort(killedMeanwhile(containerId));
    const supervisor = this.#supervisors.get(containerId);
    if (supervisor === undefined) return;
    const table = processesUnder(readProcessTable(), [supervisor]).get(supervisor) ?? [];
    const init = this.#initPid(containerId);
    if (init === undefined || !table.some(({ pid }) => pid === init)) {
      if (this.#options.clock.now() >= deadline) return;
      const retry = (): void => this.#signal(containerId, signal, deadline);
      this.#options.clock.setTimer(signalRetryMs, retry);
      return;
    }
    for (const pid of signalled(table, init, signal)) signalProcess(pid, signal);
  }

  async remove(containerId: string): Promise<void> {
    await this.#removeRuntime(containerId);
    await this.#options.networks.leave(containerId);
  }

  async #removeRuntime(containerId: string): Promise<void> {
    this.#supervisors.delete(containerId);
    await removeContainer({
      containerId,
      runtime: this.#options.programs.runtime,
      root: join(this.#bundle(containerId), 'state'),
      cgroup: this.#cgroup(containerId),
      isOver: this.#over.delete(containerId),
    });
    await this.#processes.remove(containerId);
  }

  facts(containerId: string): ContainerFacts | undefined {
    const joined = this.#joined(containerId);
    return joined && factsOf(joined);
  }

  networkNamespace(containerId: string): string | undefined {
    return this.#joined(containerId)?.namespace;
  }

  /** Its own network, or that of its executor. */
  #joined(containerId: string): JoinedNetwork | undefined {
    const path = networkOf(this.#bundle(containerId));
    if (!existsSync(path)) return undefined;
    return this.#options.networks.joined(readFileSync(path, 'utf8'));
  }

  /** Tasks of an executor come and go. Memory is only ever raised: what is in use cannot be taken back. */
  async resize(containerId: string, size: ContainerSize): Promise<void> {
    const before = this.#resizes.get(containerId) ?? Promise.resolve();
    const next = before.then(() => this.#resizeNow(containerId, size));
    const settled = next.catch(() => undefined);
    this.#resizes.set(containerId, settled);
    await next;
    if (this.#resizes.get(containerId) === settled) this.#resizes.delete(containerId);
  }

  async #resizeNow(containerId: string, size: ContainerSize): Promise<void> {
    if (!this.#supervisors.has(containerId)) return;
    const { programs, rules } = this.#options;
    const wanted = limitsOf(size, rules);
    const { limitBytes } = memoryReport({ path: this.#cgroup(containerId) });
    const mostMemoryMb = Math.max(wanted.mostMemoryMb, limitBytes / mebibyte);
    const bundle = this.#bundle(containerId);
    const limits = cgroupLimits({ ...wanted, mostMemoryMb });
    await updateContainer({ runtime: programs.runtime, bundle, containerId, limits });
  }

  runningPlace(containerId: string, outside: string): RunningPlace {
    const inside = this.#isImage(containerId) ? this.#options.rules.sandboxInImage : outside;
    return { pid: this.#initPid(containerId) ?? 0, sandbox: { outside, inside } };
  }

  #isImage(containerId: string): boolean {
    return existsSync(join(this.#bundle(containerId), layerLinks, '0'));
  }

  /** Health checks and the like run where the task runs. */
  entering(containerId: string, command: InsideCommand): InsideCommand {
    const { owner, environment, file, args } = command;
    // With an image these are its own.
    const given = this.#isImage(containerId) ? inImages : [];
    const variables = Object.entries(environment).filter(([name]) => !given.includes(name));
    const user = owner === undefined ? [] : ['--user', `${owner.uid}:${owner.gid}`];
    return {
      file: this.#options.programs.runtime,
      args: [
        ...['--root', join(this.#bundle(containerId), 'state'), ...execWords(command)],
        ...variables.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...[...user, containerId, file, ...args],
      ],
      directory: '/',
      environment: { PATH: process.env.PATH ?? '' },
      owner: undefined,
    };
  }

  processes(containerIds: readonly string[]): ReadonlyMap<string, readonly number[]> {
    return this.#processes.processes(containerIds);
  }

  usage(containerIds: readonly string[]): ReadonlyMap<string, ContainerUsage> {
    const running = containerIds.filter((containerId) => this.#supervisors.has(containerId));
    return new Map(running.map((id) => [id, cgroupUsage({ path: this.#cgroup(id) })]));
  }

  async pruneImages(excluded: readonly Image[]): Promise<void> {
    await this.#options.images?.prune(excluded);
  }

  close(): void {
    this.#watch?.cancel();
    this.#options.images?.close();
    this.#options.networks.close();
    this.#processes.close();
  }

  #initPid(containerId: string): number | undefined {
    const path = join(this.#bundle(containerId), 'pid');
    const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
    return pid > 1 ? pid : undefined;
  }

  #bundle(containerId: string): string {
    return join(this.#options.runtimeDir, containerId);
  }

  #cgroup(containerId: string): string {
    return join('/', this.#options.cgroupsRoot, containerId);
  }
}

function killedMeanwhile(containerId: string): Error {
  return agentError('LAUNCH_FAILED', {
    message: `Cannot launch container '${containerId}': it was killed meanwhile`,
  });
}
