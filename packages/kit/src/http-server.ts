/** An HTTP server (Fastify) that leaves bodies raw, limits them, and closes in bounded time with streams open. */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { crossSiteProblem } from './browser-guard.ts';
import { errorMessage, kitError, systemErrorCode } from './errors.ts';
import type { Logger } from './log.ts';
import { type BodyPace, defaultBodyPace, refuseSlowBodies } from './slow-body.ts';
import type { ServerTls } from './tls.ts';

export type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Takes over the raw socket of a request whose `Upgrade` header names its protocol. It answers 101 or a refusal itself. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** How a server behaves; all limits have safe defaults. */
export interface HttpServerOptions {
  readonly log: Logger;
  /** Largest request body; more is answered 413. Default 8 MiB. */
  readonly bodyLimitBytes?: number;
  /** How long `close` lets open streams finish before their sockets are cut. Default 500 ms. */
  readonly closeGraceMs?: number;
  /** `Upgrade` token (lower case, e.g. `stoke-link/1`) → who takes the socket. Other tokens are ignored, as HTTP says. */
  readonly upgrades?: Readonly<Record<string, UpgradeHandler>>;
  /** Serves HTTPS with it; undefined: HTTP. */
  readonly tls?: ServerTls | undefined;
  /** How fast bodies must come. Default 1 KiB in 15 s. */
  readonly bodyPace?: BodyPace;
  /** Names with dots, beside the machine's own, under which a server on loopback answers. */
  readonly hostNames?: readonly string[];
}

const defaultBodyLimitBytes = 8 * 1024 * 1024;

/**
 * A server whose `request.body` is a Buffer for every content type (undefined without a body), so that each API
 * parses what it accepts; a `Content-Type` that is no media type gets the error handler's 415. Streams are written by `reply.hijack()` and `reply.raw`; `close()` ends them.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const upgrades = options.upgrades ?? {};
  const app: FastifyInstance = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1024 },
    schemaController: {
      compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
    },
    ...transportOptions(options.tls, upgrades),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(answerError);
  refuseOtherSites(app, options.hostNames);
  refuseLargeBodies(app, options.bodyLimitBytes ?? defaultBodyLimitBytes);
  refuseSlowBodies(app, options.bodyPace ?? defaultBodyPace);
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgradeHandler(request, upgrades)?.(request, socket, head);
  });
  closeInBoundedTime(app, options.closeGraceMs ?? 500);
  return app;
}

/** No route has a schema: without this Fastify loads two compilers at each start, for nothing. */
function noSchemas(): never {
  throw new Error('Cannot compile a schema: routes check their input themselves');
}

/** Options of Node's own server. Heads must come within its default of 60 s; `refuseSlowBodies` looks after bodies. */
function transportOptions(
  tls: ServerTls | undefined,
  upgrades: Readonly<Record<string, UpgradeHandler>>,
): { http: ServerOptions } | { https: HttpsOptions } {
  const common: ServerOptions = {
    shouldUpgradeCallback: (request) => upgradeHandler(request, upgrades) !== undefined,
  };
  if (tls === undefined) return { http: common };
  const { cert, key, ca, requireClientCert } = tls;
  const clients = requireClientCert ? { requestCert: true, rejectUnauthorized: true } : {};
  const trusted = ca === undefined ? {} : { ca: [...ca] };
  return { https: { ...common, cert, key, minVersion: 'TLSv1.2', ...trusted, ...clients } };
}

function upgradeHandler(
  request: IncomingMessage,
  upgrades: Readonly<Record<string, UpgradeHandler>>,
): UpgradeHandler | undefined {
  const token = request.headers.upgrade?.toLowerCase() ?? '';
  // Own names only: `__proto__` and `constructor` are no protocols.
  return Object.hasOwn(upgrades, token) ? upgrades[token] : undefined;
}

/** 403 for what a browser sends on behalf of another site's page. */
function refuseOtherSites(app: FastifyInstance, hostNames: readonly string[] | undefined): void {
  app.addHook('onRequest', async ({ headers, socket }, reply) => {
    const problem = crossSiteProblem({ headers, localAddress: socket.localAddress }, hostNames);
    if (problem !== undefined)
      await reply.code(403).type('text/plain; charset=utf-8').send(problem);
  });
}

const discardTimeMs = 10_000;

/**
 * 413 for an announced body above the limit. The body is read and thrown away, in bounded time: closing at once
 * would reset the connection, and the client might never see the answer.
 */
function refuseLargeBodies(app: FastifyInstance, limitBytes: number): void {
  app.addHook('onRequest', async ({ headers, raw }) => {
    const length = Number(headers['content-length'] ?? 0);
    if (length <= limitBytes) return;
    const timer = setTimeout(() => raw.destroy(), discardTimeMs);
    raw.once('close', () => clearTimeout(timer)).resume();
    const message = `Cannot take a body of ${length} bytes: the limit is ${limitBytes}`;
    throw Object.assign(new Error(message), { statusCode: 413 });
  });
}

/** The answer to errors no API translated: plain text, without internals. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  if (status >= 500) request.log.error({ err: error, url: request.url }, 'request failed');
  const text = status >= 500 ? 'Internal Server Error' : error.message;
  void reply.code(status).type('text/plain; charset=utf-8').send(text);
}

/** Ends open streams when the server closes, and cuts every socket that is left after the grace time. */
function closeInBoundedTime(app: FastifyInstance, graceMs: number): void {
  const sockets = new Set<Socket>();
  const responses = new Set<ServerResponse>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    responses.add(response);
    response.once('close', () => responses.delete(response));
  });
  app.server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });
  const upgraded = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    for (const response of responses) {
      if (response.headersSent && !response.writableEnded) response.end();
    }
    for (const socket of upgraded) socket.end();
    timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
  });
  app.addHook('onClose', async () => clearTimeout(timer));
}

/** Where a server should listen. */
export interface ListenAddress {
  /** An address of this machine, e.g. 127.0.0.1. */
  readonly ip: string;
  /** 0 asks for a free port. */
  readonly port: number;
}

/**
 * Starts listening and returns the port it got.
 * @throws AppError `PORT_IN_USE` when another process has the port, `ADDRESS_UNUSABLE` for other refusals.
 */
export async function listenHttp(app: FastifyInstance, address: ListenAddress): Promise<number> {
  const where = `${address.ip}:${address.port}`;
  try {
    await app.listen({ host: address.ip, port: address.port });
  } catch (cause) {
    if (systemErrorCode(cause) === 'EADDRINUSE') {
      throw kitError('PORT_IN_USE', {
        message: `Cannot listen on '${where}': the port is in use by another process; stop it or choose another with --port (0 takes a free one)`,
        details: { ip: address.ip, port: address.port },
        cause,
      });
    }
    throw kitError('ADDRESS_UNUSABLE', {
      message: `Cannot listen on '${where}': ${errorMessage(cause)}; choose an address of this machine with --ip`,
      details: { ip: address.ip, port: address.port },
      cause,
    });
  }
  const bound: AddressInfo | string | null = app.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : address.port;
}
