/** HTTP requests with a bound on time and size (undici): whole answers, and streams that stay open. */
import { Readable } from 'node:stream';
import type { AppError } from '@stoke/protocol';
import type { Agent, Dispatcher } from 'undici';
import { errorMessage, kitError, systemErrorCode } from './errors.ts';

/** A request whose whole answer is wanted. */
export interface HttpRequest {
  readonly url: string;
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** A body in pieces is sent as they come. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Bound of the whole exchange. Default 30 s. */
  readonly timeoutMs?: number;
  /** Largest accepted answer. Default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** A Unix socket to be asked instead of the host in the URL. */
  readonly socketPath?: string;
}

/** A whole answer; header names are lower case. Redirects are not followed. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request whose answer is read piece by piece, without a bound on its duration. */
export interface StreamRequest extends Omit<HttpRequest, 'maxBytes'> {
  /** Bound until the answer's headers arrive, 0 for none. Default 30 s. */
  readonly timeoutMs?: number;
}

/** An answer that is still arriving; `close` gives the connection up and ends `chunks`. */
export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): void;
}

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 64 * 1024 * 1024;
/** How long opening a connection may take. */
export const connectTimeoutMs = 10_000;

export type Undici = typeof import('undici');

/** Loaded for the first request: a program that sends none starts sooner and is smaller by 25 MB. */
let loading: Promise<Undici> | undefined;

export function loadUndici(): Promise<Undici> {
  loading ??= import('undici');
  return loading;
}

/** One for each Unix socket that was asked, and one for all else. */
const agents = new Map<string | undefined, Agent>();

function agentFor({ Agent: Pool }: Undici, socketPath: string | undefined): Agent {
  const known = agents.get(socketPath);
  if (known !== undefined) return known;
  const connect = {
    timeout: connectTimeoutMs,
    ...(socketPath === undefined ? {} : { socketPath }),
  };
  const fresh = new Pool({ connect, pipelining: 1 });
  agents.set(socketPath, fresh);
  return fresh;
}

/**
 * Sends a request and reads the whole answer, whatever its status.
 * @throws AppError `HTTP_CONNECTION_FAILED`, `HTTP_CONNECTION_LOST`, `HTTP_TIMEOUT`, `HTTP_RESPONSE_TOO_LARGE`;
 *   the signal's own reason when the caller aborted.
 */
export async function requestHttp(options: HttpRequest): Promise<HttpResponse> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  await loadUndici();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  try {
    const answer = await send(options, { signal, headersTimeout: 0, bodyTimeout: 0 });
    const body = await readBody(answer, options);
    return { status: answer.statusCode, headers: flatHeaders(answer), body };
  } catch (cause) {
    throw translateHttpError(cause, { options, timedOut: timeout.aborted, timeoutMs });
  }
}

/**
 * Sends a request and returns when the answer's headers are there.
 * Iterating `chunks` ends when the server ends the answer or `close` is called.
 * @throws AppError as {@link requestHttp}; `HTTP_CONNECTION_LOST` also from `chunks`.
 */
export async function openStream(options: StreamRequest): Promise<HttpStream> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const closing = new AbortController();
  const signal = options.signal
    ? AbortSignal.any([closing.signal, options.signal])
    : closing.signal;
  try {
    const answer = await send(options, { signal, headersTimeout: timeoutMs, bodyTimeout: 0 });
    return {
      status: answer.statusCode,
      headers: flatHeaders(answer),
      chunks: streamChunks(answer, { options, closing: closing.signal }),
      close() {
        closing.abort();
        answer.body.on('error', ignoreOwnAbort).destroy();
      },
    };
  } catch (cause) {
    throw translateHttpError(cause, { options, timedOut: false, timeoutMs });
  }
}

/** After `close` the body reports its own abort; nobody waits for it any more. */
function ignoreOwnAbort(): undefined {
  return undefined;
}

async function send(
  options: StreamRequest,
  limits: { signal: AbortSignal; headersTimeout: number; bodyTimeout: number },
): Promise<Dispatcher.ResponseData> {
  options.signal?.throwIfAborted();
  const undici = await loadUndici();
  return await undici.request(options.url, {
    dispatcher: agentFor(undici, options.socketPath),
    method: options.method ?? 'GET',
    headers: { ...options.headers },
    body: bodyOf(options.body),
    ...limits,
  });
}

function bodyOf(body: StreamRequest['body']): string | Uint8Array | Readable | null {
  if (body === undefined) return null;
  return typeof body === 'string' || body instanceof Uint8Array ? body : Readable.from(body);
}

async function readBody(answer: Dispatcher.ResponseData, options: HttpRequest): Promise<Buffer> {
  const limit = options.maxBytes ?? defaultMaxBytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) {
      throw tooLargeError(options.url, limit);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** An answer above the limit of the one who asked. */
export function tooLargeError(url: string, maxBytes: number): AppError {
  return kitError('HTTP_RESPONSE_TOO_LARGE', {
    message: `Cannot read '${withoutLogin(url)}': the answer holds more than ${maxBytes} bytes`,
    details: { url: withoutLogin(url), maxBytes },
  });
}

async function* streamChunks(
  answer: Dispatcher.ResponseData,
  context: { readonly options: StreamRequest; readonly closing: AbortSignal },
): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (context.closing.aborted) return;
    throw translateHttpError(cause, { options: context.options, timedOut: false, timeoutMs: 0 });
  }
}

function flatHeaders(answer: Dispatcher.ResponseData): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** A URL as messages and logs may show it: user, password and what signs it masked. */
export function withoutLogin(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@')
    .replace(/([?&]X-Amz-(?:Credential|Security-Token|Signature)=)[^&#]*/gi, '$1***');
}

const connectCodes = new Set([
  // The last two: of a Unix socket.
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENOENT',
  'EACCES',
]);

/** Our own errors and the caller's abort pass; everything else gets a code of ours. */
export function translateHttpError(
  cause: unknown,
  context: {
    readonly options: Pick<HttpRequest, 'url' | 'method' | 'signal'>;
    readonly timedOut: boolean;
    readonly timeoutMs: number;
  },
): unknown {
  const { options, timedOut, timeoutMs } = context;
  if (options.signal?.aborted) return options.signal.reason;
  if (cause instanceof Error && cause.name === 'AppError') return cause;
  const url = withoutLogin(options.url);
  const about = `${options.method ?? 'GET'} '${url}'`;
  const code = systemErrorCode(cause);
  const details = { url, reason: code };
  if (timedOut || code === 'UND_ERR_HEADERS_TIMEOUT') {
    const message = `Cannot ${about}: no answer within ${timeoutMs} ms`;
    return kitError('HTTP_TIMEOUT', { message, details, cause });
  }
  if (code !== undefined && connectCodes.has(code)) {
    const message = `Cannot ${about}: no connection (${code})`;
    return kitError('HTTP_CONNECTION_FAILED', { message, details, cause });
  }
  const message = `Cannot ${about}: the connection was lost (${code ?? errorMessage(cause)})`;
  return kitError('HTTP_CONNECTION_LOST', { message, details, cause });
}
