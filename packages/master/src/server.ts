/** The master as one object: books, streams, links and routes, put together and taken apart again. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import {
  type Clock,
  createHttpServer,
  createTurnstile,
  type FastifyInstance,
  type Logger,
  LogVerbosity,
  monotonicClock,
  openStore,
  readServerTls,
  type Store,
} from '@stoke/kit';
import type { MasterConfig } from './config.ts';
import { createState, startEffects } from './core/create-state.ts';
import type { MasterEvent } from './core/events.ts';
import { EMPTY_REGISTRY, loadRegistry } from './core/registry.ts';
import type { MasterState } from './core/state.ts';
import { denied } from './http/access.ts';
import type { HttpAnswer } from './http/answer.ts';
import type { AttachedFiles } from './http/attached-files.ts';
import { type Authenticator, identify } from './http/authentication.ts';
import { basicRoutes } from './http/basic-routes.ts';
import { filesRoutes } from './http/files-routes.ts';
import { maintenanceRoutes } from './http/legacy/maintenance-routes.ts';
import { resourceRoutes } from './http/legacy/resource-routes.ts';
import { roleRoutes } from './http/legacy/role-routes.ts';
import { legacyRoutes } from './http/legacy/routes.ts';
import { loggingRoutes } from './http/logging-routes.ts';
import { metricsJson } from './http/metrics-json.ts';
import { metricsRoutes } from './http/metrics-routes.ts';
import { agentCalls } from './http/operator/agent-calls.ts';
import { fileCalls } from './http/operator/file-calls.ts';
import { loggingCalls } from './http/operator/logging-calls.ts';
import { maintenanceCalls } from './http/operator/maintenance-calls.ts';
import type { Ask } from './http/operator/outcome-answer.ts';
import { readCalls } from './http/operator/read-calls.ts';
import { resourceCalls } from './http/operator/resource-calls.ts';
import { roleCalls } from './http/operator/role-calls.ts';
import { subscribeCall } from './http/operator/subscribe-call.ts';
import { teardownCall } from './http/operator/teardown-call.ts';
import { operatorRoute } from './http/operator-api.ts';
import { type Leadership, leaderAnswer, serveRoutes } from './http/router.ts';
import type { Route } from './http/routes.ts';
import { schedulerRoute } from './http/scheduler-api.ts';
import { stokeRoutes } from './http/stoke-routes.ts';
import { AgentLinks, LINK_PROTOCOL } from './io/agent-links.ts';
import { authorizerOf, readAuthenticator } from './io/credentials.ts';
import { logFilePath } from './io/log-file.ts';
import { OperatorStreams } from './io/operator-streams.ts';
import { readRegistry } from './io/registry-store.ts';
import { SchedulerStreams } from './io/scheduler-streams.ts';
import { MasterShell } from './io/shell.ts';
import { systemFacts } from './io/system-facts.ts';
import { turnsOf } from './io/turns.ts';
import { refuseUpgrade } from './io/upgrade.ts';
import { WhitelistFile } from './io/whitelist-file.ts';
import { ZooKeeperLeadership } from './io/zookeeper-leadership.ts';
import { allocatorFacts, coreSettings, flagTexts, masterInfo } from './settings.ts';

/** Path on which agents ask for their link. */
const LINK_PATH = '/stoke/v1/agent-link';
/** Largest request body; more is answered 413. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

export type MasterOptions = {
  readonly config: MasterConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** The master cannot go on; called once. */
  readonly onFatal: (error: unknown) => void;
};

/** A master that is built; it serves once its app listens and `start` was called. */
export type Master = {
  readonly app: FastifyInstance;
  readonly shell: MasterShell;
  readonly routes: readonly Route[];
  /** The port is known: clients are told it, timers start. */
  readonly start: (boundPort: number) => void;
  /** Ends streams and links, and closes the registry. */
  readonly close: () => Promise<void>;
};

type Parts = {
  readonly options: MasterOptions;
  readonly state: MasterState;
  readonly shell: MasterShell;
  readonly streams: SchedulerStreams;
  readonly operatorStreams: OperatorStreams;
  readonly links: AgentLinks;
  readonly authenticator: Authenticator;
  readonly leadership: () => Leadership;
  readonly verbosity: LogVerbosity;
  /** Undefined: it leads from the start. */
  readonly election: ZooKeeperLeadership | undefined;
  readonly whitelist: WhitelistFile | undefined;
  /** How long reading the registry took. */
  readonly registryReadMs: number;
};

function openRegistry(config: MasterConfig): Store | undefined {
  if (config.registry === 'in_memory' || config.zk !== undefined) return undefined;
  return openStore(join(config.work_dir, 'registry.db'));
}

function buildState(options: MasterOptions, store: Store | undefined): MasterState {
  const { config, clock } = options;
  return createState({
    settings: coreSettings(config),
    sources: { uuid: randomUUID, random: Math.random },
    info: masterInfo(config, randomUUID(), config.port),
    registry: store === undefined ? EMPTY_REGISTRY : readRegistry(store),
    nowMs: clock.now(),
    ...allocatorFacts(config),
    authorizer: authorizerOf(config),
  });
}

function createWhitelist(
  { config, clock, log }: MasterOptions,
  shell: MasterShell,
): WhitelistFile | undefined {
  if (config.whitelist === undefined) return undefined;
  return new WhitelistFile({
    path: config.whitelist,
    clock,
    log,
    onChange: (hostnames) => shell.dispatch({ type: 'WHITELIST', hostnames }),
  });
}

function buildParts(options: MasterOptions, store: Store | undefined): Parts {
  const { config, log } = options;
  const readStart = performance.now();
  const state = buildState(options, store);
  const registryReadMs = performance.now() - readStart;
  const streams = new SchedulerStreams({
    log,
    maxQueuedBytes: config.max_stream_queue,
    onClosed: (stream) => shell.dispatch({ type: 'STREAM_CLOSED', stream }),
  });
  const operatorStreams = new OperatorStreams({
    log,
    maxQueuedBytes: config.max_stream_queue,
    onClosed: (stream) => shell.dispatch({ type: 'OPERATOR_STREAM_CLOSED', stream }),
  });
  const links = new AgentLinks({
    log,
    maxQueuedBytes: config.max_stream_queue,
    clock: options.clock,
    newId: randomUUID,
    onMessage: (link, peer, message) =>
      shell.dispatch({ type: 'AGENT_MESSAGE', link, peer, message }),
    onClosed: (link) => shell.dispatch({ type: 'LINK_CLOSED', link }),
  });
  const { clock, onFatal } = options;
  const shell = new MasterShell({
    state,
    clock,
    log,
    streams,
    operatorStreams,
    links,
    store,
    onFatal,
  });
  const election = createElection(options, { state, shell });
  const leadership = (): Leadership => election?.leadership() ?? { kind: 'leading' };
  const authenticator = readAuthenticator(config, () => clock.now());
  const verbosity = new LogVerbosity(log, clock);
  const whitelist = createWhitelist(options, shell);
  return {
    options,
    state,
    shell,
    streams,
    operatorStreams,
    links,
    authenticator,
    leadership,
    verbosity,
    election,
    whitelist,
    registryReadMs,
  };
}

/** A master with `--zk` has empty books until it is elected. */
function createElection(
  { config, clock, log, onFatal }: MasterOptions,
  { state, shell }: Pick<Parts, 'state' | 'shell'>,
): ZooKeeperLeadership | undefined {
  if (config.zk === undefined) return undefined;
  return new ZooKeeperLeadership({
    address: config.zk,
    sessionTimeoutMs: config.zk_session_timeout,
    clock: monotonicClock,
    random: Math.random,
    log,
    onElected: (registry) => {
      state.electedMs = clock.now();
      loadRegistry(state, readRegistry(registry));
      shell.useRegistry(registry);
      shell.perform(startEffects(state.settings));
    },
    onLost: onFatal,
  });
}

/** The whole table of routes. */
function routesOf(parts: Parts): Route[] {
  const { options, state, shell, streams, leadership, verbosity } = parts;
  const { cluster, log_dir } = options.config;
  const flags = flagTexts(options.config);
  const nowMs = (): number => options.clock.now();
  const dispatch = (event: MasterEvent): void => shell.dispatch(event);
  const ask: Ask = (event) => shell.ask(event);
  const metrics = (): Record<string, number> => ({
    ...metricsJson(state, nowMs(), systemFacts()),
    ...shell.metrics(),
    'registrar/state_fetch_ms': parts.registryReadMs,
    'master/elected': leadership().kind === 'leading' ? 1 : 0,
  });
  const files: AttachedFiles =
    log_dir === undefined ? new Map() : new Map([['/master/log', logFilePath(log_dir)]]);
  return [
    ...basicRoutes({
      flags,
      self: () => `${state.info.hostname}:${state.info.port}`,
      leadership,
    }),
    ...metricsRoutes({
      metrics,
      systemFacts,
      turn: createTurnstile(options.config.metrics_snapshot_rate_limit, options.clock),
    }),
    ...filesRoutes(files),
    ...loggingRoutes(verbosity),
    ...stokeRoutes(state, nowMs),
    operatorRoute({
      state,
      handlers: {
        ...readCalls({ state, flags, metrics }),
        ...fileCalls(files),
        ...loggingCalls(verbosity),
        ...teardownCall({ state, dispatch }),
        ...agentCalls(ask),
        ...maintenanceCalls(ask),
        ...roleCalls(ask),
        ...resourceCalls(ask),
        ...subscribeCall({
          dispatch,
          newStreamId: randomUUID,
          openStream: (stream, response, format) =>
            parts.operatorStreams.open(stream, response, format),
        }),
      },
    }),
    ...resourceRoutes(ask),
    ...roleRoutes({ state, ask }),
    ...maintenanceRoutes({ state, ask }),
    ...legacyRoutes({ state, flags, cluster, logDir: log_dir, dispatch }),
    schedulerRoute({
      state,
      dispatch,
      newStreamId: randomUUID,
      openStream: (stream, response, format) => streams.open(stream, response, format),
    }),
  ];
}

/** Why an agent does not get a link; undefined when it does. */
function linkRefusal(
  { authenticator, leadership, state }: Parts,
  request: IncomingMessage,
): HttpAnswer | undefined {
  const url = request.url ?? '';
  if (url.split('?', 1)[0] !== LINK_PATH) return { status: 404 };
  const checked = identify(authenticator, 'mesos-master-agent', request.headers.authorization);
  if (!checked.ok) return checked.answer;
  const { principal } = checked.identity;
  return (
    leaderAnswer(leadership(), url) ??
    denied(state.authorizer, principal, [{ action: 'register_agents' }])
  );
}

/** A new link: authenticated, allowed, and only with the leader. */
function acceptLink(
  parts: Parts,
  request: IncomingMessage,
  [socket, head]: [Socket, Buffer],
): void {
  const refusal = linkRefusal(parts, request);
  if (refusal === undefined) parts.links.accept(socket, head);
  else refuseUpgrade(socket, refusal);
}

/** Builds a master; nothing runs yet. @throws AppError when files it needs cannot be used */
export function createMaster(options: MasterOptions): Master {
  const { config, log } = options;
  const store = openRegistry(config);
  const parts = buildParts(options, store);
  const { shell, state, links, authenticator, leadership } = parts;
  const app = createHttpServer({
    log,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    hostNames: config.hostname === undefined ? [] : [config.hostname],
    tls: readServerTls(config),
    upgrades: {
      [LINK_PROTOCOL]: (request, socket, head) => acceptLink(parts, request, [socket, head]),
    },
  });
  const routes = routesOf(parts);
  serveRoutes(app, {
    routes,
    authenticator,
    authorizer: state.authorizer,
    leadership,
    turns: turnsOf(config, options.clock),
  });
  return {
    app,
    shell,
    routes,
    start: (boundPort) => {
      Object.assign(state.info, masterInfo(config, state.info.id, boundPort));
      parts.whitelist?.start();
      if (parts.election === undefined) shell.perform(startEffects(state.settings));
      else parts.election.start(state.info);
    },
    close: async () => {
      shell.stop();
      parts.verbosity.stop();
      parts.whitelist?.stop();
      links.closeAll();
      await app.close();
      await parts.election?.close();
      await store?.close();
    },
  };
}
