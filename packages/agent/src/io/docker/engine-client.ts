/** The Docker Engine API over a Unix socket or TCP: calls with bounds, answers as JSON, errors told apart. */
import type { Socket } from 'node:net';
import { type HttpStream, openStream, requestHttp } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { agentError } from '../../errors.ts';
import { hijack } from './engine-hijack.ts';

const callTimeoutMs = 30_000;
const maxAnswerBytes = 16 * 1024 * 1024;
const firstError = 400;
const notFound = 404;

/** Where an engine listens. */
export interface EngineAddress {
  /** As the operator wrote it, for messages. */
  readonly text: string;
  readonly origin: string;
  readonly socketPath?: string;
}

/** Understands what DOCKER_HOST and `--docker_socket` may be; undefined for anything else. */
export function parseEngineAddress(text: string): EngineAddress | undefined {
  const socketPath = text.startsWith('unix://') ? text.slice('unix://'.length) : text;
  if (socketPath.startsWith('/')) return { text, origin: 'http://docker', socketPath };
  const tcp = /^(?:tcp|http):\/\/([^/\s]+:\d+)\/?$/.exec(text);
  return tcp === null ? undefined : { text, origin: `http://${tcp[1]}` };
}

export interface EngineCall {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the engine answered to a call. */
export interface EngineAnswer {
  readonly status: number;
  /** Undefined when the answer has no JSON. */
  readonly value: unknown;
}

export class DockerEngine {
  readonly address: EngineAddress;

  constructor(address: EngineAddress) {
    this.address = address;
  }

  /**
   * @throws AppError `DOCKER_UNREACHABLE` (retryable) when nobody answers in time, `DOCKER_REFUSED` when the engine
   *   answers with an error whose status is not among `expected`
   */
  async call(call: EngineCall, expected: readonly number[] = []): Promise<EngineAnswer> {
    const { status, body } = await this.#reached(call, (request) =>
      requestHttp({ ...request, maxBytes: maxAnswerBytes }),
    );
    const text = body.toString('utf8');
    if (status >= firstError && !expected.includes(status)) throw this.#refused(call, status, text);
    return { status, value: readJson(text) };
  }

  /** As `call`, for something that may not be there: undefined when it is not. */
  async find(call: EngineCall): Promise<unknown> {
    const { status, value } = await this.call(call, [notFound]);
    return status === notFound ? undefined : value;
  }

  /** As `call`, for an answer that goes on; the timeout counts until it begins. */
  async stream(call: EngineCall): Promise<HttpStream> {
    const stream = await this.#reached(call, openStream);
    if (stream.status < firstError) return stream;
    let text = '';
    for await (const chunk of stream.chunks) {
      text += Buffer.from(chunk).toString('utf8');
      if (text.length > maxAnswerBytes) break;
    }
    stream.close();
    throw this.#refused(call, stream.status, text);
  }

  /** As a POST `call` whose connection becomes that of the streams of a container. */
  async hijack(call: Pick<EngineCall, 'path' | 'query' | 'body'>): Promise<Socket> {
    const request = { address: this.address, path: target(call), body: call.body };
    const answer = await hijack({ ...request, timeoutMs: callTimeoutMs }).catch((cause) => {
      throw this.#unreachable('it does not answer', cause);
    });
    if ('socket' in answer) return answer.socket;
    throw this.#refused({ ...call, method: 'POST' }, answer.status, answer.text);
  }

  async #reached<T>(
    call: EngineCall,
    send: (request: Parameters<typeof openStream>[0]) => Promise<T>,
  ): Promise<T> {
    const { method = 'GET', body, headers, timeoutMs = callTimeoutMs, signal } = call;
    const { origin, socketPath } = this.address;
    try {
      return await send({
        url: `${origin}${target(call)}`,
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
        ...(socketPath === undefined ? {} : { socketPath }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal?.aborted === true || !isAppError(cause)) throw cause;
      const late = cause.code === 'HTTP_TIMEOUT';
      const reason = late ? `no answer within ${timeoutMs} ms` : 'it does not answer';
      throw this.#unreachable(reason, cause);
    }
  }

  #unreachable(reason: string, cause: unknown): Error {
    return agentError('DOCKER_UNREACHABLE', {
      message: `Cannot reach the Docker Engine at '${this.address.text}': ${reason}; see whether dockerd runs, or set --docker_socket`,
      cause,
    });
  }

  #refused({ method = 'GET', path }: EngineCall, status: number, text: string): Error {
    const answer = readJson(text);
    const said = stringAt(answer, 'message') ?? text.trim();
    return agentError('DOCKER_REFUSED', {
      message: `Cannot ${method} '${path}' at the Docker Engine: ${said || `status ${status}`}`,
      details: { status, said },
    });
  }
}

function target({ path, query }: Pick<EngineCall, 'path' | 'query'>): string {
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The text of a field of an answer, if it has such a one. */
export function stringAt(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}

/** What the engine said of a call that it refused, without the words around it. */
export function refusalText(error: unknown): string | undefined {
  return isAppError(error, 'DOCKER_REFUSED') ? stringAt(error.details, 'said') : undefined;
}
