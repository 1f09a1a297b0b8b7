/** Serves the agent's route table: path, authentication, method, then the route; renders its answer. */

import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type Authorizer,
  errorMessage,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type Identity,
  type Need,
} from '@stoke/kit';
import { isAppError, PROTOCOL_ERRORS } from '@stoke/protocol';
import { type Viewer, viewerFor } from '../core/permissions.ts';
import { AGENT_ERRORS } from '../errors.ts';
import { type Answer, methodNotAllowed, notFound, textAnswer } from './answer.ts';
import { type Authenticator, identify, type Realm } from './authentication.ts';

const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Smaller answers are not worth compressing. */
const gzipFromBytes = 1024;
const gzipAsync = promisify(gzip);

export interface AgentRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty when the body comes as a stream. */
  readonly body: Uint8Array;
  /** A body of records, read as it arrives. */
  readonly stream?: AsyncIterable<Uint8Array>;
  readonly remoteAddress: string;
  /** Authenticated, when the realm asks for it: a principal, or the claims of an executor's token. */
  readonly identity: Identity;
  /** What the caller may see. */
  viewer(): Viewer;
  /** The 403 when the caller may not do all of this; undefined when he may. */
  denied(needs: readonly Need[]): Answer | undefined;
  /** Aborted when the answer was sent or nobody waits for it any more. */
  readonly closed: AbortSignal;
  /** Takes the raw response over; the route answers `taken` then. */
  takeResponse(): ServerResponse;
}

/**
 * How a route is guarded. `open`: anybody may. `filtered`: the answer holds only what the caller may see.
 * `checked`: what is needed depends on the request, so its handler asks `denied`. Otherwise: these needs.
 */
export type Access = 'open' | 'filtered' | 'checked' | readonly Need[];

export interface Route {
  readonly path: string;
  /** Whether `/slave(1)/path` is the same. */
  readonly prefixed: boolean;
  readonly realm: Realm | undefined;
  /** Who may use it. A route that does not say so does not compile. */
  readonly access: Access;
  /** The only method that is taken; others get 405. Without it any method does. */
  readonly method?: 'POST';
  handle(request: AgentRequest): Answer | Promise<Answer>;
}

export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
}

/** Bodies of this type may go on for hours. */
const streamedType = 'application/recordio';
const agentPrefix = '/slave(1)';
const statusOf: ReadonlyMap<string, number> = new Map(
  [...Object.entries(PROTOCOL_ERRORS), ...Object.entries(AGENT_ERRORS)].map(([code, row]) => [
    code,
    row.httpStatus,
  ]),
);

/** Adds the one wildcard route that serves the whole table. */
export function serveRoutes(app: FastifyInstance, options: RouterOptions): void {
  app.addContentTypeParser(streamedType, (_request, payload, done) => done(null, payload));
  app.route({
    method: methods,
    url: '/*',
    handler: async (request, reply) => {
      await send(request, reply, await answer(options, request, reply));
      return reply;
    },
  });
}

function findRoute(routes: readonly Route[], url: string): Route | undefined {
  const path = decoded(url.split('?', 1)[0] ?? '').replace(/\/+$/, '');
  const prefixed = path.startsWith(`${agentPrefix}/`);
  const bare = prefixed ? path.slice(agentPrefix.length) : path;
  return routes.find((route) => route.path === bare && (route.prefixed || !prefixed));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function answer(
  options: RouterOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Answer> {
  const route = findRoute(options.routes, request.url);
  if (route === undefined) return notFound;
  const checked = identify(options.authenticator, route.realm, request.headers.authorization);
  if (!checked.ok) return checked.answer;
  if (route.method !== undefined && route.method !== request.method) {
    return methodNotAllowed(route.method, request.method);
  }
  const asked = agentRequest(request, reply, {
    authorizer: options.authorizer,
    identity: checked.identity,
  });
  const refusal = typeof route.access === 'string' ? undefined : asked.denied(route.access);
  if (refusal !== undefined) return refusal;
  try {
    return await route.handle(asked);
  } catch (error) {
    const status = isAppError(error) ? statusOf.get(error.code) : undefined;
    if (status !== undefined && status < 500) return textAnswer(status, errorMessage(error));
    request.log.error({ err: error }, 'request failed');
    return textAnswer(500, 'Internal Server Error');
  }
}

function agentRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { authorizer, identity }: { readonly authorizer: Authorizer; readonly identity: Identity },
): AgentRequest {
  const { principal } = identity;
  const closing = new AbortController();
  reply.raw.once('close', () => closing.abort());
  const question = request.url.indexOf('?');
  return {
    method: request.method,
    query: new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1)),
    headers: request.headers,
    ...bodyOf(request.body),
    remoteAddress: request.socket.remoteAddress ?? '',
    identity,
    viewer: () => viewerFor(authorizer, principal),
    denied: (needs) => {
      const denial = authorizer.denial(principal, needs);
      return denial === undefined ? undefined : textAnswer(403, `403 Forbidden. ${denial}`);
    },
    closed: closing.signal,
    takeResponse: () => {
      reply.hijack();
      return reply.raw;
    },
  };
}

function bodyOf(body: unknown): Pick<AgentRequest, 'body' | 'stream'> {
  if (body instanceof Uint8Array) return { body };
  const nothing = new Uint8Array();
  return body instanceof Readable ? { body: nothing, stream: body } : { body: nothing };
}

async function send(request: FastifyRequest, reply: FastifyReply, result: Answer): Promise<void> {
  if (result === 'taken') return;
  reply.code(result.status).headers(result.headers ?? {});
  if (result.body === undefined) {
    await reply.send();
    return;
  }
  const content = Buffer.from(result.body.content);
  reply.header('Content-Type', result.body.type);
  const accepts = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(
    String(request.headers['accept-encoding'] ?? ''),
  );
  if (content.length < gzipFromBytes || request.method !== 'GET' || !accepts) {
    await reply.send(content);
    return;
  }
  reply.header('Content-Encoding', 'gzip');
  await reply.send(await gzipAsync(content));
}
