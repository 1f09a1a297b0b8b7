/** Requests to one address in their order, several on their way at a time (HTTP/1.1 pipelining), none sent twice. */
import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import {
  connectTimeoutMs,
  loadUndici,
  tooLargeError,
  translateHttpError,
  type Undici,
} from './http-client.ts';

/** What is the same for all requests of a pipeline. */
export interface HttpPipelineOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the oldest request may wait for its answer. */
  readonly timeoutMs: number;
  /** Largest accepted answer. */
  readonly maxBytes: number;
}

/** The answer to a request of a pipeline, whatever its status. */
export interface PipelineAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** One connection that is opened when it is needed. */
export interface HttpPipeline {
  /**
   * POSTs the body. The caller bounds how many wait.
   * @throws AppError as `requestHttp`. A connection that breaks takes all requests with it that have no answer yet:
   *   nobody knows which of them the server saw, so none is sent again.
   */
  post(body: string | Uint8Array): Promise<PipelineAnswer>;
  /** Ends the connection once everything has its answer. */
  close(): void;
}

/** More would only wait in the server. */
const maxOnTheWay = 64;

export function createHttpPipeline(options: HttpPipelineOptions): HttpPipeline {
  const { pathname, search } = new URL(options.url);
  const common = {
    path: `${pathname}${search}`,
    method: 'POST',
    headers: { ...options.headers },
    // Undici pipelines nothing else; `disconnect` below sees to it that nothing is sent again.
    idempotent: true,
    blocking: false,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  } as const;
  let connection: Connection | undefined;
  return {
    async post(body) {
      const undici = await loadUndici();
      connection ??= connect(undici, options.url, (lost) => {
        if (connection === lost) connection = undefined;
      });
      connection.gather();
      const answered = Promise.withResolvers<PipelineAnswer>();
      connection.client.dispatch({ ...common, body }, new Exchange(options, answered));
      return await answered.promise;
    },
    close() {
      // After those that were given before this.
      void loadUndici().then(() => {
        void connection?.client.close();
        connection = undefined;
      });
    },
  };
}

interface Connection {
  readonly client: Client;
  /** What is written in one turn of the event loop leaves in one piece. */
  gather(): void;
}

function connect(
  { buildConnector, Client: OneConnection }: Undici,
  url: string,
  onLost: (connection: Connection) => void,
): Connection {
  const open = buildConnector({ timeout: connectTimeoutMs });
  let socket: Socket | undefined;
  let gathering = false;
  const client = new OneConnection(new URL(url).origin, {
    pipelining: maxOnTheWay,
    connect: (to, callback) =>
      open(to, (...[error, opened]) => {
        socket = opened ?? undefined;
        if (error === null) callback(null, opened);
        else callback(error, null);
      }),
  });
  // Left to itself, undici would send again what had no answer when the connection broke.
  client.once('disconnect', (_origin, _targets, error) => {
    onLost(connection);
    void client.destroy(error);
  });
  const connection: Connection = {
    client,
    gather() {
      if (gathering || socket === undefined) return;
      gathering = true;
      const held = socket;
      held.cork();
      setImmediate(() => {
        gathering = false;
        held.uncork();
      });
    },
  };
  return connection;
}

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpPipelineOptions;
  readonly #answered: PromiseWithResolvers<PipelineAnswer>;
  readonly #parts: Buffer[] = [];
  #status = 0;
  #bytes = 0;

  constructor(options: HttpPipelineOptions, answered: PromiseWithResolvers<PipelineAnswer>) {
    this.#options = options;
    this.#answered = answered;
  }

  /** Undici wants it to be there. */
  onRequestStart(): undefined {
    return undefined;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    const { url, maxBytes } = this.#options;
    this.#bytes += part.length;
    if (this.#bytes > maxBytes) controller.abort(tooLargeError(url, maxBytes));
    else this.#parts.push(part);
  }

  onResponseEnd(): void {
    this.#answered.resolve({ status: this.#status, body: Buffer.concat(this.#parts) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    const { url, timeoutMs } = this.#options;
    const options = { url, method: 'POST' } as const;
    this.#answered.reject(translateHttpError(cause, { options, timedOut: false, timeoutMs }));
  }
}
