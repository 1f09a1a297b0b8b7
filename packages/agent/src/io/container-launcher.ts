/** From a container spec to a running container: sandbox, files, then the first containerizer that can. */
import { errorMessage, type Logger } from '@stoke/kit';
import type { ContainerSize, ContainerSpec } from '../core/effects.ts';
import type { AgentEvent, LaunchStage, RecoveredContainer } from '../core/events.ts';
import { agentError } from '../errors.ts';
import type { Containerizer, InsideCommand, InsideSession } from './containerizer.ts';
import type { Containerizers } from './containerizers.ts';
import type { Fetcher } from './fetcher.ts';
import { type GpuAllotments, gpuCount } from './gpus/gpu-allotments.ts';
import { createSandbox, giveSandbox, type SandboxRules } from './sandbox.ts';
import { makeSandboxSources } from './sandbox-volumes.ts';
import type { Console, ConsoleListener, Session } from './session/session.ts';
import { linkVolumes } from './volumes.ts';

export interface LauncherOptions {
  readonly containerizers: Containerizers;
  readonly fetcher: Fetcher;
  readonly rules: SandboxRules;
  /** Undefined: nobody keeps containers from GPUs. */
  readonly gpus?: GpuAllotments | undefined;
  readonly log: Logger;
  readonly dispatch: (event: AgentEvent) => void;
}

type Stop = 'SIGTERM' | 'SIGKILL';

export class ContainerLauncher {
  readonly #options: LauncherOptions;
  readonly #owners = new Map<string, Containerizer>();
  /** Containers told to end before they ran. */
  readonly #cancelled = new Set<string>();
  readonly #launching = new Set<string>();
  readonly #removals = new Set<Promise<void>>();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** Ends in `container-started` or `container-failed`. */
  async launch(spec: ContainerSpec): Promise<void> {
    const { containerId } = spec;
    const { dispatch, log } = this.#options;
    this.#launching.add(containerId);
    let stage: LaunchStage = 'sandbox';
    try {
      const owner = await createSandbox(spec, this.#options.rules);
      stage = 'launch';
      const containerizer = this.#choose(spec);
      stage = 'fetch';
      await this.#options.fetcher.fetchAll({
        uris: spec.command.uris ?? [],
        directory: spec.directory,
        containerId,
        user: spec.user ?? '',
        owner,
      });
      stage = 'launch';
      // After the fetch: what tasks left in a volume, links for instance, is nothing to write or read through.
      await linkVolumes(spec.directory, spec.volumes, owner);
      await makeSandboxSources(spec, owner);
      if (owner !== undefined) await giveSandbox(spec.directory, owner);
      if (this.#cancelled.has(containerId)) throw cancelled(containerId);
      this.#owners.set(containerId, containerizer);
      // The executor's networks go when it ends, even when it is no container.
      const parent = spec.nested?.parent.containerId;
      if (parent !== undefined && !this.#owners.has(parent))
        this.#owners.set(parent, containerizer);
      const devices = await this.#options.gpus?.take(containerId, gpuCount(spec.resources));
      const pid = await containerizer.launch({ spec: withTerm(spec), owner, devices });
      this.#launching.delete(containerId);
      const facts = containerizer.facts?.(containerId);
      dispatch({ type: 'container-started', containerId, pid, facts });
    } catch (error) {
      const message = errorMessage(error);
      log.warn({ containerId, stage, reason: message }, 'container not started');
      dispatch({ type: 'container-failed', containerId, stage, message });
    } finally {
      this.#launching.delete(containerId);
      this.#cancelled.delete(containerId);
    }
  }

  #choose(spec: ContainerSpec): Containerizer {
    const refusals: string[] = [];
    for (const containerizer of this.#options.containerizers.chosen) {
      const reason = containerizer.whyUnsupported(spec) ?? this.#whyNoGpus(spec, containerizer);
      if (reason === undefined) return containerizer;
      refusals.push(`${containerizer.name}: ${reason}`);
    }
    throw agentError('LAUNCH_FAILED', {
      message: `No containerizer of this agent supports the container (${refusals.join('; ')})`,
    });
  }

  #whyNoGpus({ resources }: ContainerSpec, { givesDevices }: Containerizer): string | undefined {
    const isFine = givesDevices === true || this.#options.gpus === undefined;
    return isFine || gpuCount(resources) === 0
      ? undefined
      : 'it keeps no task from the GPUs of others';
  }

  /** Containers go on under the containerizer that has them; what no record speaks of is removed. */
  async recover(
    containerIds: readonly string[],
    rebooted: boolean,
  ): Promise<ReadonlyMap<string, RecoveredContainer>> {
    const { all } = this.#options.containerizers;
    const known = new Set(containerIds);
    await this.#options.gpus?.recover(known);
    if (rebooted) for (const containerizer of all) await containerizer.forgetProcesses?.();
    for (const containerizer of all) await containerizer.removeUnknown(known);
    const take = async (containerId: string): Promise<RecoveredContainer> => {
      const owner = all.find((containerizer) => containerizer.holds(containerId));
      if (owner !== undefined) this.#owners.set(containerId, owner);
      if (owner === undefined || rebooted) return { found: 'nothing', rebooted };
      return owner.recover(containerId);
    };
    return new Map(
      await Promise.all(containerIds.map(async (id) => [id, await take(id)] as const)),
    );
  }

  signal(containerId: string, signal: Stop): void {
    if (this.#launching.has(containerId)) this.#cancelled.add(containerId);
    this.#owners.get(containerId)?.signal(containerId, signal);
  }

  /** What runs the container, once it is launched. */
  containerizerOf(containerId: string): Containerizer | undefined {
    return this.#owners.get(containerId);
  }

  /** Before a container runs its limits are those it is launched with. */
  resize(containerId: string, size: ContainerSize): void {
    void this.#resize(containerId, size);
  }

  async #resize(containerId: string, size: ContainerSize): Promise<void> {
    try {
      await this.#owners.get(containerId)?.resize?.(containerId, size);
    } catch (error) {
      this.#options.log.warn({ containerId, reason: errorMessage(error) }, 'container not resized');
    }
  }

  /** Runs a command inside the container; undefined when it has to be run beside it. */
  runInside(
    containerId: string,
    command: InsideCommand,
    signal: AbortSignal,
  ): Promise<number> | undefined {
    return this.#owners.get(containerId)?.runInside?.(containerId, command, signal);
  }

  /** The command as it has to be run to run inside the container. */
  entering(containerId: string, command: InsideCommand): InsideCommand {
    return this.#owners.get(containerId)?.entering?.(containerId, command) ?? command;
  }

  /** File of the network namespace that checks of the container are made from; undefined: the machine's. */
  networkNamespace(containerId: string): string | undefined {
    return this.#owners.get(containerId)?.networkNamespace?.(containerId);
  }

  /** As `entering`, for containers that run; undefined when the container is nothing to enter and not plain. */
  enter(containerId: string, command: InsideCommand): InsideCommand | undefined {
    const owner = this.#owners.get(containerId);
    if (owner?.entering !== undefined) return owner.entering(containerId, command);
    return owner?.name === 'posix' ? command : undefined;
  }

  /** A session of the container's own kind; undefined when its command is to be started as `enter` says. */
  openSession(session: InsideSession): Session | undefined {
    return this.#owners.get(session.containerId)?.openSession?.(session);
  }

  /** Keyboard and screen of a container; undefined when it has no terminal. */
  async openConsole(containerId: string, listener: ConsoleListener): Promise<Console | undefined> {
    return this.#owners.get(containerId)?.openConsole?.(containerId, listener);
  }

  /** Resolves when ended containers are removed. */
  async settled(): Promise<void> {
    await Promise.all(this.#removals);
  }

  remove(containerId: string): void {
    const removal = this.#remove(containerId).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  async #remove(containerId: string): Promise<void> {
    const owner = this.#owners.get(containerId);
    this.#owners.delete(containerId);
    try {
      await owner?.remove(containerId);
      await this.#options.gpus?.giveBack(containerId);
    } catch (error) {
      this.#options.log.warn({ containerId, reason: errorMessage(error) }, 'container not removed');
    }
  }
}

/** What has a terminal is told of which kind, as a session is. */
function withTerm(spec: ContainerSpec): ContainerSpec {
  if (spec.container?.tty_info === undefined) return spec;
  return { ...spec, environment: { TERM: 'xterm', ...spec.environment } };
}

function cancelled(containerId: string): Error {
  return agentError('LAUNCH_FAILED', {
    message: `Cannot launch container '${containerId}': it was killed meanwhile`,
  });
}
