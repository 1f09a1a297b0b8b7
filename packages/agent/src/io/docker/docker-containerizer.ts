/**
 * Containers of a Docker Engine. The engine keeps them, their output and their exit codes, so neither a restart of
 * the agent nor one of the engine loses any; while the engine is away they count as running.
 */
import { type Clock, errorMessage, type Logger } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { z } from 'zod';
import type { ContainerSize, ContainerSpec } from '../../core/effects.ts';
import type { ContainerFacts, RecoveredContainer } from '../../core/events.ts';
import { agentError } from '../../errors.ts';
import type {
  ContainerExitListener,
  Containerizer,
  ContainerUsage,
  InsideCommand,
  InsideSession,
  LaunchRequest,
} from '../containerizer.ts';
import type { RunningPlace } from '../mount-inside.ts';
import { type Cgroup, cgroupUsage } from '../oci/cgroup-files.ts';
import { type Console, type ConsoleListener, type Session, windowOf } from '../session/session.ts';
import { containerMounts } from './container-mounts.ts';
import { type ContainerRecord, ContainerRecords } from './container-records.ts';
import {
  agentLabel,
  containerLabel,
  createRequest,
  dockerInfo,
  dockerName,
  limitsOf,
  memoryMbOf,
  sandboxInside,
} from './container-request.ts';
import { whyNotDocker } from './docker-support.ts';
import { DockerEngine, type EngineAddress, refusalText } from './engine-client.ts';
import { openEngineConsole } from './engine-console.ts';
import { EngineContainers } from './engine-containers.ts';
import { EngineSession } from './engine-session.ts';
import { EngineWatch } from './engine-watch.ts';
import { ImagePuller } from './image-puller.ts';
import { runInContainer } from './inside-command.ts';
import { type Inspection, limitationOf } from './inspection.ts';
import { LogFollower, prepareLogs } from './log-follower.ts';
import { Orders } from './orders.ts';
import { patiently } from './patience.ts';
import { pause } from './pause.ts';
import { cgroupOf } from './process-cgroup.ts';
import { RetiredContainers } from './retired-containers.ts';
import type { CreateBody } from './run-parameters.ts';

const recoveryTimeoutMs = 10_000;
/** From the end of a container to that of its output. */
const outputWaitMs = 10_000;

const event = z.object({
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

export interface DockerOptions {
  /** A directory for each container. */
  readonly runtimeDir: string;
  readonly address: EngineAddress;
  /** Tells the containers of this agent from those of others at the engine. */
  readonly agent: string;
  readonly hardCpu: boolean;
  readonly maxProcesses: number;
  /** From asking a container of an executor to end to killing it. */
  readonly stopTimeoutMs: number;
  /** For how long ended containers stay at the engine. */
  readonly removeDelayMs: number;
  /** Whether containers with the label of this agent that it does not know are removed. */
  readonly killOrphans: boolean;
  readonly pullStallMs: number;
  /** What docker login wrote, with logins for registries. */
  readonly logins: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onExit: ContainerExitListener;
}

/** A container from its launch to its end. */
interface Known {
  readonly containerId: string;
  readonly record: ContainerRecord;
  readonly follower: LogFollower;
  readonly orders: Orders;
  /** Its last inspection while it ran, if the engine answered since it was taken up. */
  inspection: Inspection | undefined;
  cgroup: Cgroup | undefined;
  isSettling: boolean;
}

export class DockerContainerizer implements Containerizer {
  readonly name = 'docker';
  readonly givesDevices = true;
  readonly whyUnsupported = whyNotDocker;
  readonly #options: DockerOptions;
  readonly #engine: DockerEngine;
  readonly #containers: EngineContainers;
  readonly #records: ContainerRecords;
  readonly #retired: RetiredContainers;
  readonly #puller: ImagePuller;
  readonly #watch: EngineWatch;
  readonly #known = new Map<string, Known>();
  /** Launches under way, and what calls each off. */
  readonly #launching = new Map<string, AbortController>();
  readonly #closing = new AbortController();

  constructor(options: DockerOptions) {
    const { address, runtimeDir, clock, log, agent, pullStallMs, logins } = options;
    this.#options = options;
    this.#engine = new DockerEngine(address);
    const engine = this.#engine;
    this.#containers = new EngineContainers(engine);
    const containers = this.#containers;
    this.#records = new ContainerRecords(runtimeDir);
    this.#retired = new RetiredContainers({ containers, records: this.#records, clock, log });
    this.#puller = new ImagePuller({ engine, clock, stallTimeoutMs: pullStallMs, logins });
    this.#watch = new EngineWatch({
      engine,
      clock,
      log,
      filters: {
        type: ['container'],
        label: [`${agentLabel}=${agent}`],
        event: ['die', 'destroy'],
      },
      onUp: () => this.#lookAround(),
      onEvent: (value) => this.#heard(value),
    });
    this.#watch.start();
  }

  async launch({ spec, owner, devices = [] }: LaunchRequest): Promise<number> {
    const { containerId, directory, resources } = spec;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    this.#launching.set(containerId, stop);
    try {
      const { hardCpu, maxProcesses, agent } = this.#options;
      const mounts = containerMounts(spec);
      const body = createRequest({ spec, mounts, devices, agent, hardCpu, maxProcesses });
      this.#records.make(containerId);
      await this.#ensureImage(spec, signal);
      const starts = await prepareLogs(directory, owner);
      const tty = body.Tty === true;
      const record = { directory, starts, tty, memoryMb: memoryMbOf(resources) };
      await this.#records.write(containerId, record);
      const inspection = await this.#create(spec, body, signal);
      if (inspection === undefined) throw new Error('It was removed as soon as it had started');
      const known = this.#takeUp(containerId, record, inspection);
      // Its end is told after its start, however short it was.
      if (inspection.state !== 'running') setImmediate(() => void this.#settle(known));
      return inspection.pid;
    } catch (cause) {
      if (isAppError(cause) && cause.code === 'LAUNCH_FAILED') throw cause;
      const reason = refusalText(cause) ?? errorMessage(cause);
      throw agentError('LAUNCH_FAILED', {
        message: `Cannot launch container '${containerId}': ${reason}`,
        cause,
      });
    } finally {
      this.#launching.delete(containerId);
    }
  }

  async #ensureImage(spec: ContainerSpec, signal: AbortSignal): Promise<void> {
    const { image, force_pull_image: force = false } = dockerInfo(spec).docker;
    const request = { image, force, sandbox: spec.directory, signal };
    await this.#patiently(() => this.#puller.ensure(request), signal);
  }

  async #create(
    { containerId, container }: ContainerSpec,
    body: CreateBody,
    signal: AbortSignal,
  ): Promise<Inspection | undefined> {
    const containers = this.#containers;
    const window = windowOf(container);
    await this.#patiently(() => containers.create(containerId, body, signal), signal);
    await this.#patiently(() => containers.start(containerId, signal, window), signal);
    return this.#patiently(() => containers.inspect(containerId, { signal }), signal);
  }

  #patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return patiently(work, { clock: this.#options.clock, signal });
  }

  #takeUp(containerId: string, record: ContainerRecord, inspection: Inspection | undefined): Known {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    const isOver = async (): Promise<boolean> =>
      (await this.#containers.inspect(containerId, { signal }))?.state !== 'running';
    const known: Known = {
      containerId,
      record,
      orders: new Orders({ clock, log, containerId, signal }),
      follower: new LogFollower({
        engine: this.#engine,
        clock,
        log,
        name: dockerName(containerId),
        directory: record.directory,
        starts: record.starts,
        tty: record.tty,
        wasOver: inspection && inspection.state !== 'running',
        isOver,
      }),
      inspection,
      cgroup: inspection === undefined ? undefined : cgroupOf(inspection.pid),
      isSettling: false,
    };
    this.#known.set(containerId, known);
    return known;
  }

  /** The engine answers: what happened while it did not, or while nobody listened? */
  async #lookAround(): Promise<void> {
    const running = new Set<string>();
    for (const { containerId, isRunning } of await this.#containers.list(this.#options.agent)) {
      if (isRunning) running.add(containerId);
      if (!this.#records.has(containerId)) await this.#removeOrphan(containerId);
    }
    for (const known of [...this.#known.values()]) {
      const isKnownToRun = running.has(known.containerId) && known.inspection !== undefined;
      if (!isKnownToRun) void this.#settle(known);
    }
  }

  async #removeOrphan(containerId: string): Promise<void> {
    const { log, killOrphans } = this.#options;
    if (!killOrphans) return;
    log.warn({ containerId }, 'container that no record speaks of is removed');
    await this.#containers.remove(containerId);
  }

  #heard(value: unknown): void {
    const heard = event.safeParse(value);
    const containerId = heard.data?.Actor.Attributes[containerLabel];
    const known = this.#known.get(containerId ?? '');
    if (known !== undefined) void this.#settle(known);
  }

  /** If the container is over, tells its end when its output is written. Without an answer it counts as running. */
  async #settle(known: Known): Promise<void> {
    if (known.isSettling || this.#known.get(known.containerId) !== known) return;
    known.isSettling = true;
    const { onExit, log } = this.#options;
    const { containerId, record } = known;
    try {
      const inspection = await this.#containers.inspect(containerId);
      if (inspection?.state === 'running') {
        known.inspection ??= inspection;
        known.cgroup ??= cgroupOf(inspection.pid);
        return;
      }
      await this.#outputOf(known);
      this.#known.delete(containerId);
      if (inspection?.state === 'ended') {
        onExit(containerId, inspection.status, limitationOf(inspection, record.memoryMb));
      } else {
        log.warn({ containerId }, 'container is gone, and how it ended nobody knows');
        onExit(containerId, undefined);
      }
    } catch (error) {
      log.warn({ containerId, reason: errorMessage(error) }, 'end of container not looked up');
    } finally {
      known.isSettling = false;
    }
  }

  async #outputOf({ follower }: Known): Promise<void> {
    const enough = new AbortController();
    const { clock } = this.#options;
    await Promise.race([follower.finished, pause(clock, outputWaitMs, enough.signal)]);
    enough.abort();
    follower.stop();
    await follower.finished;
  }

  holds(containerId: string): boolean {
    return this.#records.has(containerId);
  }

  async recover(containerId: string): Promise<RecoveredContainer> {
    const record = this.#records.read(containerId);
    if (record === undefined) return { found: 'nothing', rebooted: false };
    let inspection: Inspection | undefined;
    try {
      const bounds = { timeoutMs: recoveryTimeoutMs };
      inspection = await this.#containers.inspect(containerId, bounds);
    } catch (error) {
      // The watch looks again when the engine is back.
      this.#options.log.warn({ containerId, reason: errorMessage(error) }, 'container not seen');
      this.#takeUp(containerId, record, undefined);
      return { found: 'running', pid: 0 };
    }
    if (inspection === undefined || inspection.state === 'created') {
      return { found: 'nothing', rebooted: false };
    }
    const known = this.#takeUp(containerId, record, inspection);
    const { pid, status, facts } = inspection;
    if (inspection.state === 'running') return { found: 'running', pid, facts };
    await this.#outputOf(known);
    this.#known.delete(containerId);
    const limitation = limitationOf(inspection, record.memoryMb);
    return { found: 'ended', pid, status, limitation };
  }

  /** Without waiting for an engine that may be away. */
  async removeUnknown(containerIds: ReadonlySet<string>): Promise<void> {
    for (const containerId of this.#records.ids()) {
      if (containerIds.has(containerId) || this.#retired.takeUp(containerId)) continue;
      void this.#retired.retire(containerId, 0);
    }
  }

  /** Asking to end is for the signal the image wants; killing an executor may leave it a last moment. */
  signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const reason = `Cannot launch container '${containerId}': it was killed meanwhile`;
    this.#launching.get(containerId)?.abort(agentError('LAUNCH_FAILED', { message: reason }));
    const known = this.#known.get(containerId);
    if (known === undefined) return;
    const { stopTimeoutMs } = this.#options;
    const isStop = signal === 'SIGKILL' && stopTimeoutMs > 0;
    const wanted = signal === 'SIGTERM' ? (known.inspection?.stopSignal ?? signal) : signal;
    known.orders.give('signal', async () => {
      const ran = isStop
        ? await this.#containers.stop(containerId, stopTimeoutMs)
        : await this.#containers.kill(containerId, wanted);
      if (!ran) await this.#settle(known);
    });
  }

  /** Reaches the engine later when it is away. */
  async resize(containerId: string, { resources }: ContainerSize): Promise<void> {
    const known = this.#known.get(containerId);
    const limits = limitsOf(resources, this.#options.hardCpu);
    known?.orders.give('resize', () => this.#containers.update(containerId, limits));
  }

  runningPlace(containerId: string, outside: string): RunningPlace {
    const pid = this.#known.get(containerId)?.inspection?.pid ?? 0;
    return { pid, sandbox: { outside, inside: sandboxInside } };
  }

  /** Ended containers stay for a while, for those who want to look into them. */
  async remove(containerId: string): Promise<void> {
    this.#known.get(containerId)?.follower.stop();
    this.#known.delete(containerId);
    if (!this.#records.has(containerId)) return;
    await this.#retired.retire(containerId, this.#options.removeDelayMs);
  }

  runInside(containerId: string, command: InsideCommand, signal: AbortSignal): Promise<number> {
    const name = dockerName(containerId);
    return runInContainer({ engine: this.#engine, name, containerId, command, signal });
  }

  openSession(session: InsideSession): Session {
    return new EngineSession({ ...session, engine: this.#engine, clock: this.#options.clock });
  }

  async openConsole(containerId: string, listener: ConsoleListener): Promise<Console | undefined> {
    const hasTerminal = this.#known.get(containerId)?.record.tty === true;
    return hasTerminal ? openEngineConsole(this.#engine, containerId, listener) : undefined;
  }

  facts(containerId: string): ContainerFacts | undefined {
    return this.#known.get(containerId)?.inspection?.facts;
  }

  usage(containerIds: readonly string[]): ReadonlyMap<string, ContainerUsage> {
    return new Map(
      containerIds.flatMap((containerId) => {
        const cgroup = this.#known.get(containerId)?.cgroup;
        return cgroup === undefined ? [] : [[containerId, cgroupUsage(cgroup)] as const];
      }),
    );
  }

  close(): void {
    this.#closing.abort();
    this.#watch.close();
    this.#retired.close();
    for (const { follower } of this.#known.values()) follower.stop();
  }
}
