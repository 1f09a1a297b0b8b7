/** The agent as one object: books, store, containers, link and routes, put together and taken apart again. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Clock,
  createHttpServer,
  type FastifyInstance,
  type Logger,
  LogVerbosity,
  listenHttp,
  openStore,
  readCredential,
  readServerTls,
  type ServerTls,
  type Store,
} from '@stoke/kit';
import { type Attribute, isAppError, type Resource } from '@stoke/protocol';
import { MasterDetector, parseZooKeeperAddress } from '@stoke/zookeeper';
import { agentRoutes } from './agent-routes.ts';
import type { AgentConfig } from './config.ts';
import { type AgentRecords, agentKey, decodeRecords, resourcesKey } from './core/records.ts';
import { type AgentState, createAgentState } from './core/state.ts';
import {
  createContainerWatch,
  createFetcher,
  createGpuAllotments,
  createOperatorContainers,
  createSandboxGc,
} from './housekeeping.ts';
import { authorizerOf, configuredKey, readAuthenticator } from './http/authentication.ts';
import { serveRoutes } from './http/router.ts';
import { ContainerLauncher } from './io/container-launcher.ts';
import type { ContainerWatch } from './io/container-watch.ts';
import { type Containerizers, createContainerizers } from './io/containerizers.ts';
import { mountRoots } from './io/disk-roots.ts';
import { type EffectHandlers, Engine, randomUuid } from './io/engine.ts';
import { ExecutorStreams } from './io/executor-streams.ts';
import { ownKey, withToken } from './io/executor-tokens.ts';
import type { Fetcher } from './io/fetcher.ts';
import type { GpuDevices } from './io/gpus/gpu-devices.ts';
import { readBootId } from './io/host-facts.ts';
import { LinkClient } from './io/link-client.ts';
import { ExecutorEnds } from './io/operator/executor-ends.ts';
import type { OperatorContainers } from './io/operator/operator-containers.ts';
import { ProbeRunner } from './io/probe-runner.ts';
import { linkLatest } from './io/sandbox.ts';
import type { SandboxGc } from './io/sandbox-gc.ts';
import { VolumeLinks } from './io/volume-links.ts';
import { Volumes } from './io/volumes.ts';
import { isZooKeeper, masterAddress } from './master-address.ts';
import { settingsOf } from './settings.ts';

const bootKey = 'boot';
const portKey = 'port';

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly resources: readonly Resource[];
  readonly oversubscribed: readonly Resource[];
  readonly attributes: readonly Attribute[];
  /** Undefined: no container is given a GPU of its own. */
  readonly gpus?: GpuDevices | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** The agent has nothing left to do: shut down by signal or by its master. */
  readonly onExit: (code: number) => void;
  readonly onFatal: (error: unknown) => void;
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #workDir: string;
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #containerizers: Containerizers;
  readonly #launcher: ContainerLauncher;
  readonly #probes: ProbeRunner;
  readonly #fetcher: Fetcher;
  readonly #gc: SandboxGc;
  readonly #watch: ContainerWatch;
  readonly #volumes: Volumes;
  readonly #links: VolumeLinks;
  #detector: MasterDetector | undefined;
  readonly #streams = new ExecutorStreams();
  readonly #link: LinkClient;
  readonly #operator: OperatorContainers;
  readonly #ends = new ExecutorEnds();
  readonly #verbosity: LogVerbosity;
  readonly #app: FastifyInstance;
  readonly #startedMs: number;
  readonly #executorKey: Uint8Array | undefined;
  readonly #tls: ServerTls | undefined;
  #recoveryMs = 0;
  #recovered = false;

  constructor(options: AgentOptions) {
    const { config, clock, log } = options;
    this.#options = options;
    this.#startedMs = clock.now();
    this.#verbosity = new LogVerbosity(log, clock);
    this.#workDir = resolve(config.work_dir);
    this.#executorKey = executorKey(config, this.#workDir);
    this.#tls = readServerTls(config);
    this.#store = openStore(join(this.#workDir, 'meta', 'checkpoint.db'));
    const state = createAgentState({
      settings: settingsOf(config, this.#workDir),
      info: {
        hostname: config.hostname ?? config.ip,
        port: config.port,
        resources: [...options.resources],
        attributes: [...options.attributes],
        ...(config.domain === undefined ? {} : { domain: config.domain }),
      },
      resourceVersion: randomUuid(),
      oversubscribed: options.oversubscribed,
    });
    this.#engine = new Engine({
      state,
      store: this.#store,
      clock,
      log,
      handlers: this.#handlers(),
      onFatal: options.onFatal,
    });
    this.#containerizers = this.#createContainerizers();
    this.#fetcher = createFetcher(options, this.#workDir);
    this.#launcher = new ContainerLauncher({
      containerizers: this.#containerizers,
      fetcher: this.#fetcher,
      rules: { switchUser: config.switch_user },
      gpus: createGpuAllotments(options, this.#workDir),
      log,
      dispatch: (event) => this.#engine.dispatch(event),
    });
    this.#operator = createOperatorContainers({
      state,
      config,
      clock,
      log,
      chosen: this.#containerizers.chosen,
      enter: (containerId, command) => this.#launcher.enter(containerId, command),
      openSession: (wanted) => this.#launcher.openSession(wanted),
    });
    this.#probes = new ProbeRunner({
      clock,
      rules: { switchUser: config.switch_user },
      entering: (containerId, command) => this.#launcher.entering(containerId, command),
      runInside: (...words) => this.#launcher.runInside(...words),
      networkNamespace: (containerId) => this.#launcher.networkNamespace(containerId),
      dispatch: (event) => this.#engine.dispatch(event),
    });
    this.#gc = createSandboxGc(options, { workDir: this.#workDir, state });
    this.#watch = createContainerWatch(options, {
      workDir: this.#workDir,
      state,
      containerizers: this.#containerizers.all,
      kill: (containerId) => this.#launcher.signal(containerId, 'SIGKILL'),
    });
    this.#volumes = this.#createVolumes();
    this.#links = this.#createLinks();
    this.#link = this.#createLink();
    this.#app = this.#createServer();
    this.#serve(state);
  }

  #createServer(): FastifyInstance {
    const { config, log } = this.#options;
    const hostNames = config.hostname === undefined ? [] : [config.hostname];
    return createHttpServer({ log, hostNames, tls: this.#tls });
  }

  #createVolumes(): Volumes {
    const { log, resources } = this.#options;
    const workDir = this.#workDir;
    const roots = mountRoots(workDir, resources);
    return new Volumes({ workDir, log, newName: randomUUID, mountRoots: roots });
  }

  #createLinks(): VolumeLinks {
    return new VolumeLinks({
      containerizerOf: (containerId) => this.#launcher.containerizerOf(containerId),
      log: this.#options.log,
      dispatch: (event) => this.#engine.dispatch(event),
    });
  }

  #createContainerizers(): Containerizers {
    const { config, clock, log } = this.#options;
    return createContainerizers({
      config,
      clock,
      log,
      onExit: (containerId, status, limitation) => {
        const cause = limitation ?? this.#watch.takeLimitation(containerId);
        this.#ends.tell(containerId, { status, limitation: cause });
        this.#operator.rootEnded(containerId);
        this.#engine.dispatch({ type: 'container-exited', containerId, status, limitation: cause });
      },
    });
  }

  #createLink(): LinkClient {
    const { config, clock, log } = this.#options;
    const master = masterAddress(config);
    return new LinkClient({
      master: isZooKeeper(config.master) ? undefined : master.host,
      tls: master.secure ? (this.#tls ?? {}) : undefined,
      credential: config.credential === undefined ? undefined : readCredential(config.credential),
      clock,
      random: Math.random,
      log,
      onUp: () => this.#engine.dispatch({ type: 'link-up' }),
      onDown: () => this.#engine.dispatch({ type: 'link-down' }),
      onMessage: (message) => this.#engine.dispatch({ type: 'link-message', message }),
    });
  }

  #handlers(): EffectHandlers {
    return {
      sendMaster: ({ message }) => this.#link.send(message),
      dropLink: (reason) => this.#link.drop(reason),
      expectPings: (timeoutMs) => this.#link.expectPings(timeoutMs),
      identify: (agentId) => this.#identify(agentId),
      launch: ({ spec }) => void this.#launcher.launch(withToken(spec, this.#executorKey)),
      signal: ({ containerId, signal }) => this.#launcher.signal(containerId, signal),
      runProbe: (effect) => this.#probes.run(effect),
      stopProbes: (containerId) => this.#probes.stop(containerId),
      removeContainer: (containerId) => this.#removeContainer(containerId),
      resize: ({ containerId, size }) => this.#launcher.resize(containerId, size),
      makeVolumes: (paths) => this.#volumes.make(paths),
      dropVolumes: (paths) => this.#volumes.drop(paths),
      linkVolumes: (effect) => this.#links.carryOut(effect),
      retireSandbox: (directory) => this.#retireSandbox(directory),
      sendExecutor: ({ connection, event }) => this.#streams.send(connection, event),
      closeExecutor: (connection) => this.#streams.close(connection),
      exit: (code) => this.#options.onExit(code),
    };
  }

  #removeContainer(containerId: string): void {
    // A default executor has no process whose end would have been told.
    this.#ends.tell(containerId, { status: undefined });
    this.#operator.rootEnded(containerId);
    this.#launcher.remove(containerId);
  }

  #retireSandbox(directory: string): void {
    this.#volumes.unlink(directory);
    this.#gc.retire(directory);
  }

  #identify(agentId: string): void {
    const directory = join(this.#workDir, 'slaves', agentId);
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    linkLatest(directory);
  }

  #serve(state: AgentState): void {
    const { config, clock } = this.#options;
    serveRoutes(this.#app, {
      authenticator: readAuthenticator(config, this.#executorKey, () => clock.now()),
      authorizer: authorizerOf(config),
      routes: agentRoutes({
        state,
        config,
        clock,
        startedMs: this.#startedMs,
        engine: this.#engine,
        streams: this.#streams,
        isRecovered: () => this.#recovered,
        containerizers: this.#containerizers.all,
        launcher: this.#launcher,
        containers: this.#operator,
        ends: this.#ends,
        verbosity: this.#verbosity,
        fetcher: this.#fetcher,
        gc: this.#gc,
        gcDelayMs: config.gc_delay,
        uptime: () => (clock.now() - this.#startedMs) / 1000,
        recoverySeconds: () => this.#recoveryMs / 1000,
      }),
    });
  }

  /** Listens, takes over what a former run left, then looks for the master. Returns the port. */
  async start(): Promise<number> {
    const port = await this.#listen();
    const { state } = this.#engine;
    state.settings.port = port;
    state.info = { ...state.info, port };
    await this.#recover();
    this.#gc.start();
    this.#watch.start();
    this.#volumes.start();
    this.#findMaster();
    this.#link.connect();
    return port;
  }

  /** With ZooKeeper the master is who leads there. */
  #findMaster(): void {
    const { config, log } = this.#options;
    if (!isZooKeeper(config.master)) return;
    this.#detector = new MasterDetector({
      address: parseZooKeeperAddress(config.master),
      timeoutMs: config.zk_session_timeout,
      log,
      onMaster: (master) => this.#link.findMaster(master),
    });
  }

  /** A free port is kept over restarts: executors know the agent by it. */
  async #listen(): Promise<number> {
    const { ip, port } = this.#options.config;
    const former = Number(new TextDecoder().decode(this.#store.get(portKey)));
    let bound: number;
    try {
      bound = await listenHttp(this.#app, { ip, port: port === 0 ? former : port });
    } catch (error) {
      if (port !== 0 || former === 0 || !isAppError(error, 'PORT_IN_USE')) throw error;
      bound = await listenHttp(this.#app, { ip, port: 0 });
    }
    await this.#put(portKey, String(bound));
    return bound;
  }

  #put(key: string, value: string): Promise<void> {
    return this.#store.write([{ type: 'put', key, value: new TextEncoder().encode(value) }]);
  }

  async #recover(): Promise<void> {
    const begunMs = this.#options.clock.now();
    const bootId = readBootId();
    const formerBoot = new TextDecoder().decode(this.#store.get(bootKey));
    const records = await this.#readRecords();
    const rebooted = formerBoot !== '' && formerBoot !== bootId;
    const containers = await this.#launcher.recover(
      records.executors.map(({ containerId }) => containerId),
      rebooted,
    );
    if (records.agentInfo?.id !== undefined) this.#identify(records.agentInfo.id.value);
    this.#engine.dispatch({ type: 'recovered', records, containers });
    await this.#engine.settled();
    await this.#operator.recover(rebooted);
    // Only now: whoever begins again after a crash up to here must still know that the pids on disk are of another boot.
    await this.#put(bootKey, bootId);
    this.#recoveryMs = this.#options.clock.now() - begunMs;
    this.#recovered = true;
  }

  /** Without its own record the agent is a new one: only reservations and volumes are still its own. */
  async #readRecords(): Promise<AgentRecords> {
    const decoder = new TextDecoder();
    const kept = this.#store
      .list('')
      .filter(({ key }) => key !== bootKey && key !== portKey)
      .map(({ key, value }) => [key, decoder.decode(value)] as const);
    if (kept.some(([key]) => key === agentKey)) return decodeRecords(kept);
    const owned = kept.filter(([key]) => key !== resourcesKey);
    await this.#store.write(owned.map(([key]) => ({ type: 'delete', key })));
    return decodeRecords(kept.filter(([key]) => key === resourcesKey));
  }

  /** Kills everything, then calls `onExit`. */
  shutDown(unregister: boolean): void {
    this.#operator.killAll();
    this.#engine.dispatch({ type: 'close', unregister });
  }

  /** Ends the agent's own part; containers go on running. */
  async close(): Promise<void> {
    await this.#engine.stop();
    await this.#launcher.settled();
    this.#probes.close();
    this.#operator.close();
    this.#verbosity.stop();
    this.#gc.close();
    this.#watch.close();
    for (const containerizer of this.#containerizers.all) containerizer.close();
    await this.#detector?.close();
    await this.#link.close();
    await this.#app.close();
    await this.#store.close();
  }
}

/** What tokens of executors are signed with; undefined: nobody asks for them. */
function executorKey(config: AgentConfig, workDir: string): Uint8Array | undefined {
  const configured = configuredKey(config);
  if (configured !== undefined || !config.authenticate_http_executors) return configured;
  return ownKey(join(workDir, 'meta', 'executor-key'));
}
