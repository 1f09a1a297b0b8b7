/**
 * The networks of containers: a namespace for each container that asks for one, joined to networks by CNI plugins and
 * left again. What is to be undone is on disk before it is done, so that it is undone whatever ends the agent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';
import type { NetworkInfo } from '@stoke/protocol';
import type { ContainerSpec } from '../../core/effects.ts';
import type { ContainerFacts } from '../../core/events.ts';
import { agentError } from '../../errors.ts';
import {
  type AskedNetworks,
  askedNetworks,
  type KnownNetworks,
  whyNotJoined,
} from './asked-networks.ts';
import type { NetworkDirectory } from './network-directory.ts';
import { asksLoopback, hostsText, resolverText } from './network-files.ts';
import { isNamespace, makeNamespace, removeNamespace } from './network-namespace.ts';
import { type NetworkRecord, readRecord, writeRecord } from './network-record.ts';
import { type Attachment, knowsCheck } from './plugin-input.ts';
import { type NetworkResult, readResult } from './plugin-result.ts';
import { type PluginRun, PluginRunner } from './plugin-runner.ts';

/** What could not be undone is tried again after these pauses, and then by the next agent. */
const retryPausesMs = [1_000, 10_000, 60_000, 300_000];
/** systemd keeps the servers here that its own, on the machine's loopback, asks. */
const resolvers = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

export interface ContainerNetworksOptions {
  /** A directory for each container that has networks. */
  readonly stateDir: string;
  /** Undefined: no network can be joined, but those that were joined before are left. */
  readonly directory: NetworkDirectory | undefined;
  /** Of one call of a plugin. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The network of a container, and of those that share it. */
export interface JoinedNetwork {
  /** Whose it is. */
  readonly containerId: string;
  /** File that the namespace is mounted on. */
  readonly namespace: string;
  readonly hostname: string;
  /** Files of the machine by their place in the container. */
  readonly files: ReadonlyMap<string, string>;
  /** As asked for, with the addresses that the container has. */
  readonly infos: readonly NetworkInfo[];
}

export class ContainerNetworks {
  readonly #options: ContainerNetworksOptions;
  readonly #plugins: PluginRunner;
  readonly #joining = new Map<string, Promise<JoinedNetwork>>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #retries = new Map<string, Timer>();
  #closed = false;

  constructor(options: ContainerNetworksOptions) {
    this.#options = options;
    this.#plugins = new PluginRunner(options.timeoutMs);
  }

  /** Why a container cannot have the networks it asks for. */
  whyNot(spec: ContainerSpec): string | undefined {
    const asked = askedNetworks(spec);
    return asked === undefined ? undefined : this.#whyNot(asked, this.#known());
  }

  #whyNot(asked: AskedNetworks, known: KnownNetworks): string | undefined {
    if (this.#options.directory !== undefined) return whyNotJoined(asked, known);
    return `it joins no network without --network_cni_config_dir, and '${asked.infos[0]?.name}' is asked for`;
  }

  #known(): KnownNetworks {
    return this.#options.directory?.read() ?? { networks: new Map(), problems: [] };
  }

  /** Undefined: the machine's own network. Tasks that share an executor's networks wait for one another. */
  async join(spec: ContainerSpec, signal: AbortSignal): Promise<JoinedNetwork | undefined> {
    const asked = askedNetworks(spec);
    if (asked === undefined) return undefined;
    const { containerId } = asked;
    const isShared = containerId !== spec.containerId;
    const pending =
      this.#joining.get(containerId) ?? this.#joinOnce(asked, isShared ? undefined : signal);
    this.#joining.set(containerId, pending);
    try {
      return await pending;
    } finally {
      this.#joining.delete(containerId);
    }
  }

  async #joinOnce(asked: AskedNetworks, signal: AbortSignal | undefined): Promise<JoinedNetwork> {
    const { containerId } = asked;
    const there = this.joined(containerId);
    if (there !== undefined && isNamespace(there.namespace)) return there;
    await this.leave(containerId);
    if (this.has(containerId)) throw notJoined('what is left of the former one has to go first');
    const known = this.#known();
    const problem = this.#whyNot(asked, known);
    if (problem !== undefined) throw notJoined(problem);
    const wanted = asked.infos.map((info, index): Attachment => {
      const network = known.networks.get(info.name);
      if (network === undefined) throw notJoined(`network '${info.name}' is gone`);
      return { network, ifName: `eth${index}`, info };
    });
    try {
      return await this.#connect(asked, wanted, signal);
    } catch (error) {
      await this.leave(containerId);
      throw error;
    }
  }

  async #connect(
    { containerId, hostname }: AskedNetworks,
    wanted: readonly Attachment[],
    signal: AbortSignal | undefined,
  ): Promise<JoinedNetwork> {
    const directory = this.#directory(containerId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await makeNamespace(this.#namespace(containerId));
    const plugins = this.#options.directory?.plugins ?? [];
    const attachments: Attachment[] = [];
    for (const attachment of wanted) {
      signal?.throwIfAborted();
      const begun = [...attachments, attachment];
      await writeRecord(directory, { hostname, plugins, attachments: begun, complete: false });
      const run = { ...this.#run(containerId, plugins), signal };
      attachments.push({ ...attachment, result: await this.#plugins.add(attachment, run) });
    }
    const record = { hostname, plugins, attachments, complete: true };
    await this.#writeFiles(directory, record);
    await writeRecord(directory, record);
    return this.#describe(containerId, record);
  }

  async #writeFiles(directory: string, { hostname, attachments }: NetworkRecord): Promise<void> {
    const results = attachments.map(resultOf);
    const hosts = hostsText(
      hostname,
      results.flatMap(({ addresses }) => addresses),
    );
    const resolver = resolverText(results.map(({ dns }) => dns)) ?? machineResolver();
    await writeFile(join(directory, 'hosts'), hosts);
    await writeFile(join(directory, 'hostname'), `${hostname}\n`);
    if (resolver !== undefined) await writeFile(join(directory, 'resolv.conf'), resolver);
  }

  /** The network a container has; undefined when it has none, or not yet. */
  joined(containerId: string): JoinedNetwork | undefined {
    const record = readRecord(this.#directory(containerId));
    return record?.complete === true ? this.#describe(containerId, record) : undefined;
  }

  #describe(containerId: string, { hostname, attachments }: NetworkRecord): JoinedNetwork {
    const directory = this.#directory(containerId);
    const files = ['hosts', 'hostname', 'resolv.conf']
      .map((name) => [`/etc/${name}`, join(directory, name)] as const)
      .filter(([, source]) => existsSync(source));
    return {
      containerId,
      namespace: this.#namespace(containerId),
      hostname,
      files: new Map(files),
      infos: attachments.map((one) => ({
        ...one.info,
        ip_addresses: [...resultOf(one).addresses],
      })),
    };
  }

  has(containerId: string): boolean {
    return existsSync(this.#directory(containerId));
  }

  all(): readonly string[] {
    const { stateDir } = this.#options;
    return existsSync(stateDir) ? readdirSync(stateDir) : [];
  }

  /** Resolves after the first try; what is left then is tried again later. */
  leave(containerId: string): Promise<void> {
    this.#retries.get(containerId)?.cancel();
    this.#retries.delete(containerId);
    return this.#leave(containerId, retryPausesMs);
  }

  async #leave(containerId: string, pausesMs: readonly number[]): Promise<void> {
    if (!this.has(containerId)) return;
    const before = this.#leaving.get(containerId);
    if (before !== undefined) return before;
    const leaving = this.#leaveOnce(containerId)
      .catch((error: unknown) => this.#retryLater(containerId, pausesMs, error))
      .finally(() => this.#leaving.delete(containerId));
    this.#leaving.set(containerId, leaving);
    await leaving;
  }

  async #leaveOnce(containerId: string): Promise<void> {
    const directory = this.#directory(containerId);
    const record = readRecord(directory);
    let left = record?.attachments ?? [];
    const errors: unknown[] = [];
    for (const attachment of left.toReversed()) {
      try {
        await this.#plugins.undo(attachment, this.#run(containerId, record?.plugins));
        left = left.filter((one) => one !== attachment);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 0) {
      await removeNamespace(this.#namespace(containerId));
      await rm(directory, { recursive: true, force: true });
      return;
    }
    // The namespace stays meanwhile: plugins find in it what they have to undo.
    if (record !== undefined) {
      await writeRecord(directory, { ...record, attachments: left, complete: false });
    }
    throw errors[0];
  }

  #retryLater(containerId: string, pausesMs: readonly number[], error: unknown): void {
    const [pauseMs, ...later] = pausesMs;
    const { log, clock } = this.#options;
    const fields = { containerId, reason: errorMessage(error) };
    if (this.#closed || pauseMs === undefined) {
      log.error(fields, 'network not left: the next start of the agent tries again');
      return;
    }
    log.warn({ ...fields, retryMs: pauseMs }, 'network not left');
    const retry = (): void => void this.#leave(containerId, later);
    this.#retries.set(containerId, clock.setTimer(pauseMs, retry));
  }

  /** Asks the plugins whether a container that was taken over is still connected; what they say is logged. */
  async verify(containerId: string): Promise<void> {
    try {
      const record = readRecord(this.#directory(containerId));
      for (const attachment of (record?.attachments ?? []).filter(knowsCheck)) {
        await this.#plugins.check(attachment, this.#run(containerId, record?.plugins));
      }
    } catch (error) {
      const fields = { containerId, reason: errorMessage(error) };
      this.#options.log.warn(fields, 'network of a container is not as it should be');
    }
  }

  #run(containerId: string, plugins: readonly string[] = []): PluginRun {
    const namespace = this.#namespace(containerId);
    const ofNow = this.#options.directory?.plugins ?? [];
    return {
      directories: [...new Set([...plugins, ...ofNow])],
      containerId,
      namespace: isNamespace(namespace) ? namespace : undefined,
      lock: join(this.#directory(containerId), 'lock'),
    };
  }

  #directory(containerId: string): string {
    return join(this.#options.stateDir, containerId);
  }

  #namespace(containerId: string): string {
    return join(this.#directory(containerId), 'ns');
  }

  close(): void {
    this.#closed = true;
    for (const retry of this.#retries.values()) retry.cancel();
  }
}

/** What operators and frameworks are told; checks are made from inside. */
export function factsOf({ infos }: JoinedNetwork): ContainerFacts {
  return { networks: infos, ownLoopback: true };
}

function resultOf({ network, result }: Attachment): NetworkResult {
  const read = readResult(result);
  if (typeof read !== 'string') return read;
  throw agentError('NETWORK_FAILED', {
    message: `Cannot join network '${network.name}': ${read}`,
  });
}

function notJoined(reason: string): Error {
  return agentError('LAUNCH_FAILED', { message: `Cannot join a network: ${reason}` });
}

function machineResolver(): string | undefined {
  const texts = resolvers.filter((path) => existsSync(path)).map((path) => readFileSync(path));
  const all = texts.map((text) => text.toString('utf8'));
  return all.find((text) => !asksLoopback(text)) ?? all[0];
}
