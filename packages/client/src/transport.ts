/** How a client reaches a daemon: one function, so that tests, Node and browsers bring their own. */
import { clientError } from './errors.ts';

/** One request; header names in any case. */
export interface TransportRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Bound of the whole exchange. */
  readonly timeoutMs: number;
  /** Largest accepted answer. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** A whole answer; header names are lower case. */
export interface TransportAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends a request, follows redirects to the leading master, and reads the whole answer. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/**
 * A transport over fetch, the global one unless another is given.
 * @returns a transport that throws AppError DAEMON_UNREACHABLE, DAEMON_TIMEOUT, ANSWER_TOO_LARGE,
 *   or the caller's own abort reason.
 */
export function createFetchTransport(fetchWith: typeof fetch = fetch): Transport {
  return async (request) => {
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
    try {
      const answer = await send(fetchWith, request, signal);
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await readBody(answer, request),
      };
    } catch (cause) {
      throw translate(cause, request, timeout.aborted);
    }
  };
}

async function send(
  fetchWith: typeof fetch,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<Response> {
  const init = {
    method: request.method,
    headers: { ...request.headers },
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  const answer = await fetchWith(request.url, init);
  // fetch drops credentials when a redirect leads to another host: the leader wants them again.
  if (answer.status !== 401 || !answer.redirected) return answer;
  return await fetchWith(answer.url, init);
}

async function readBody(answer: Response, request: TransportRequest): Promise<Uint8Array> {
  const reader = answer.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  // Not `for await`: streams are not iterable in every browser.
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > request.maxBytes) {
      await reader?.cancel();
      throw clientError('ANSWER_TOO_LARGE', {
        message: `Cannot read '${request.url}': the answer holds more than ${request.maxBytes} bytes`,
        details: { url: request.url, maxBytes: request.maxBytes },
      });
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function translate(cause: unknown, request: TransportRequest, timedOut: boolean): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  if (cause instanceof Error && cause.name === 'AppError') return cause;
  const details = { url: request.url };
  if (timedOut) {
    const message = `Cannot ${request.method} '${request.url}': no answer within ${request.timeoutMs} ms`;
    return clientError('DAEMON_TIMEOUT', { message, details, cause });
  }
  const message = `Cannot ${request.method} '${request.url}': ${reasonOf(cause)}`;
  return clientError('DAEMON_UNREACHABLE', { message, details, cause });
}

/** fetch wraps the real reason one or two levels deep. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.message || cause.name;
}
