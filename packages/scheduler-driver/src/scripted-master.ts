/** A master for tests: real HTTP on loopback, answers as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeBinary,
  decodeJson,
  encodeBinary,
  encodeJson,
  encodeRecord,
  SchedulerCall,
  SchedulerEvent,
} from '@stoke/protocol';

const JSON_TYPE = 'application/json';

/** A stream the master holds open towards a framework. */
export interface ScriptedStream {
  readonly call: SchedulerCall;
  send(event: SchedulerEvent): void;
  end(): void;
  /** Breaks the connection. */
  break(): void;
}

/** Waits for what the framework does, in order. */
export class ScriptedMaster {
  /** Answers instead of 202 to the next calls. */
  readonly refusals: { status: number; headers?: Record<string, string>; body?: string }[] = [];
  readonly requests: { headers: IncomingMessage['headers']; url: string; call: SchedulerCall }[] =
    [];
  readonly #server: Server;
  readonly #streams = createInbox<ScriptedStream>();
  readonly #calls = createInbox<SchedulerCall>();
  /** Keeps the answers to calls back until `answerHeld`. */
  holdAnswers = false;
  readonly #held: ServerResponse[] = [];
  #streamCount = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((cause: unknown) => response.destroy(cause as Error));
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  answerHeld(): void {
    for (const response of this.#held.splice(0)) response.writeHead(202).end();
  }

  /** The next subscription. */
  stream(): Promise<ScriptedStream> {
    return this.#streams.take();
  }

  /** The next call that is not SUBSCRIBE. */
  call(): Promise<SchedulerCall> {
    return this.#calls.take();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const json = request.headers['content-type'] === JSON_TYPE;
    const call = json
      ? decodeJson(SchedulerCall, body.toString())
      : decodeBinary(SchedulerCall, body);
    this.requests.push({ headers: request.headers, url: request.url ?? '', call });
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    } else if (call.type === 'SUBSCRIBE') this.#subscribe(call, response, json);
    else {
      if (this.holdAnswers) this.#held.push(response);
      else response.writeHead(202).end();
      this.#calls.put(call);
    }
  }

  #subscribe(call: SchedulerCall, response: ServerResponse, json: boolean): void {
    response.writeHead(200, { 'Mesos-Stream-Id': `stream-${++this.#streamCount}` });
    response.flushHeaders();
    this.#streams.put({
      call,
      send: (event) => {
        const payload = json
          ? new TextEncoder().encode(encodeJson(SchedulerEvent, event))
          : encodeBinary(SchedulerEvent, event);
        response.write(encodeRecord(payload));
      },
      end: () => response.end(),
      break: () => response.destroy(),
    });
  }
}

interface Inbox<T> {
  put(item: T): void;
  take(): Promise<T>;
}

function createInbox<T>(): Inbox<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take() {
      const item = items.shift();
      return item === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(item);
    },
  };
}
