/** Serves the route table: authentication, leadership, method, then the route; renders its answer. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Authorizer, FastifyInstance, FastifyReply, FastifyRequest } from '@stoke/kit';
import { viewerFor } from '../core/viewer.ts';
import type { Turns } from '../io/turns.ts';
import { denied } from './access.ts';
import type { Answer, HttpAnswer } from './answer.ts';
import { methodNotAllowed, NOT_FOUND, redirectTo, textAnswer } from './answer.ts';
import type { Authenticator } from './authentication.ts';
import { identify } from './authentication.ts';
import { sendDocument } from './document-sender.ts';
import { answerForError } from './errors.ts';
import type { MasterRequest, Route } from './routes.ts';
import { endpointPath, findRoute } from './routes.ts';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];
/** Smaller answers are not worth compressing. */
const GZIP_FROM_BYTES = 1024;

const gzipAsync = promisify(gzip);

/** Who leads: this master, another one, or nobody that is known. */
export type Leadership =
  | { readonly kind: 'leading' }
  | { readonly kind: 'recovering' }
  | { readonly kind: 'following'; readonly leader: string | undefined };

export type RouterOptions = {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly leadership: () => Leadership;
  /** Makes principals wait for their turn. */
  readonly turns: Turns;
};

/** Where a request for the leader goes; undefined: it is answered here. */
export function leaderAnswer(leadership: Leadership, url: string): HttpAnswer | undefined {
  if (leadership.kind === 'leading') return undefined;
  if (leadership.kind === 'recovering') return textAnswer(503, 'Master has not finished recovery');
  if (leadership.leader === undefined) return textAnswer(503, 'No leader elected');
  const path = url.startsWith('/master/') ? url : `/master${url}`;
  return redirectTo(`//${leadership.leader}${path}`);
}

function requestOf(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    authorizer,
    principal,
  }: { readonly authorizer: Authorizer; readonly principal: string | undefined },
): MasterRequest {
  const question = request.url.indexOf('?');
  return {
    method: request.method,
    url: request.url,
    query: new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1)),
    headers: request.headers,
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
    principal,
    viewer: () => viewerFor(authorizer, principal),
    denied: (needs) => denied(authorizer, principal, needs),
    takeResponse: () => {
      reply.hijack();
      return reply.raw;
    },
  };
}

function tooManyRequests(principal: string | undefined): HttpAnswer {
  const who =
    principal === undefined ? 'clients without a limit of their own' : `principal '${principal}'`;
  const text = `429 Too Many Requests. As many requests of ${who} wait as --rate_limits allows; try again later`;
  return textAnswer(429, text, { 'Retry-After': '1' });
}

async function answer(
  options: RouterOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Answer> {
  const route = findRoute(options.routes, endpointPath(request.url));
  if (route === undefined) return NOT_FOUND;
  let principal: string | undefined;
  if (route.realm !== undefined) {
    const checked = identify(options.authenticator, route.realm, request.headers.authorization);
    if (!checked.ok) return checked.answer;
    principal = checked.identity.principal;
    const turn = options.turns(principal);
    if (turn !== undefined && !(await turn)) return tooManyRequests(principal);
  }
  const elsewhere = route.leaderOnly ? leaderAnswer(options.leadership(), request.url) : undefined;
  if (elsewhere !== undefined) return elsewhere;
  if (route.methods !== undefined && !route.methods.includes(request.method)) {
    return methodNotAllowed(route.methods, request.method);
  }
  if (typeof route.access !== 'string') {
    const refusal = denied(options.authorizer, principal, route.access);
    if (refusal !== undefined) return refusal;
  }
  try {
    const { authorizer } = options;
    return await route.handle(requestOf(request, reply, { authorizer, principal }));
  } catch (error) {
    return answerForError(error, request.log);
  }
}

function acceptsGzip(request: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(
    String(request.headers['accept-encoding'] ?? ''),
  );
}

async function send(request: FastifyRequest, reply: FastifyReply, result: Answer): Promise<void> {
  if (result === 'taken') return;
  if ('document' in result) {
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    await sendDocument(reply.raw, result.document, {
      gzip: acceptsGzip(request),
      headOnly: request.method === 'HEAD',
    });
    return;
  }
  reply.code(result.status).headers(result.headers ?? {});
  if (result.body === undefined) {
    // Fastify would add a content type to an empty string; nothing at all keeps the head bare.
    await reply.send();
    return;
  }
  const content = Buffer.from(result.body.content);
  reply.header('Content-Type', result.body.type);
  const small = content.length < GZIP_FROM_BYTES;
  if (small || request.method !== 'GET' || !acceptsGzip(request)) {
    await reply.send(content);
    return;
  }
  reply.header('Content-Encoding', 'gzip');
  await reply.send(await gzipAsync(content));
}

/** Adds the one wildcard route that serves the whole table. */
export function serveRoutes(app: FastifyInstance, options: RouterOptions): void {
  app.route({
    method: METHODS,
    url: '/*',
    handler: async (request, reply) => {
      await send(request, reply, await answer(options, request, reply));
      return reply;
    },
  });
}
