/** One daemon as a client sees it: its address, credentials and limits, and the verbs all resources use. */
import { clientError } from './errors.ts';
import { createFetchTransport, type Transport, type TransportAnswer } from './transport.ts';

/** What a client needs to know of a daemon. */
export interface ConnectionOptions {
  /** `http://host:port`, with or without a slash at the end. */
  readonly url: string;
  readonly credential?: { readonly principal: string; readonly secret: string };
  /** A JWT, in place of a credential. */
  readonly token?: string;
  /** Bound of each exchange. Default 10 s. */
  readonly timeoutMs?: number;
  /** Largest accepted answer. Default 256 MiB: the state of a big cluster is big. */
  readonly maxBytes?: number;
  /** Default: the global fetch. */
  readonly transport?: Transport;
}

/** What one call may set. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Parameters of a query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** The verbs that the resources of a daemon are built from. */
export interface Connection {
  readonly url: string;
  /** @throws AppError; ANSWER_MALFORMED when the body is not JSON. */
  getJson<T>(path: string, query?: Query, options?: CallOptions): Promise<T>;
  /** @throws AppError. */
  getBytes(path: string, query?: Query, options?: CallOptions): Promise<Uint8Array>;
  /** @throws AppError. */
  post(
    path: string,
    body: { readonly contentType: string; readonly content: string | Uint8Array },
    options?: CallOptions & { readonly accept?: string },
  ): Promise<TransportAnswer>;
}

const defaultTimeoutMs = 10_000;
const defaultMaxBytes = 256 * 1024 * 1024;

/** Makes a connection; nothing is sent before the first call. */
export function createConnection(options: ConnectionOptions): Connection {
  const base = options.url.replace(/\/+$/, '');
  const transport = options.transport ?? createFetchTransport();
  const authorization = authorizationOf(options);
  const limits = (call: CallOptions | undefined) => ({
    timeoutMs: call?.timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs,
    maxBytes: options.maxBytes ?? defaultMaxBytes,
    ...(call?.signal === undefined ? {} : { signal: call.signal }),
  });
  const get = async (path: string, query: Query | undefined, call: CallOptions | undefined) => {
    const url = base + path + queryText(query ?? {});
    return checked(
      'GET',
      url,
      await transport({ url, method: 'GET', headers: authorization, ...limits(call) }),
    );
  };
  return {
    url: base,
    getJson: async (path, query, call) =>
      parseJson(base + path, (await get(path, query, call)).body),
    getBytes: async (path, query, call) => (await get(path, query, call)).body,
    post: async (path, { contentType, content }, call) => {
      const url = base + path;
      const headers = {
        ...authorization,
        'Content-Type': contentType,
        ...(call?.accept === undefined ? {} : { Accept: call.accept }),
      };
      return checked(
        'POST',
        url,
        await transport({ url, method: 'POST', headers, body: content, ...limits(call) }),
      );
    },
  };
}

function authorizationOf({ credential, token }: ConnectionOptions): Record<string, string> {
  if (token !== undefined) return { Authorization: `Bearer ${token}` };
  if (credential === undefined) return {};
  const bytes = new TextEncoder().encode(`${credential.principal}:${credential.secret}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

function queryText(query: Query): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** The answer when it is a success; otherwise an error with what the daemon says. */
function checked(method: string, url: string, answer: TransportAnswer): TransportAnswer {
  if (answer.status < 300) return answer;
  const said = new TextDecoder().decode(answer.body.subarray(0, 500)).trim();
  const code = answer.status >= 500 ? 'DAEMON_UNAVAILABLE' : 'REQUEST_REFUSED';
  throw clientError(code, {
    message: `Cannot ${method} '${url}': ${answer.status}${said === '' ? '' : ` ${said}`}`,
    details: { url, status: answer.status, said },
  });
}

function parseJson<T>(url: string, body: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as T;
  } catch (cause) {
    throw clientError('ANSWER_MALFORMED', {
      message: `Cannot read '${url}': the answer is not JSON; check that a master or agent is at that address`,
      details: { url },
      cause,
    });
  }
}
