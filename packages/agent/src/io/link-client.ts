/** The agent's end of the link: connects, upgrades, follows the leader, comes back after every loss. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { Socket } from 'node:net';
import {
  basicAuthorization,
  type Clock,
  type Credential,
  createRecordWriter,
  errorMessage,
  type Logger,
  nodeHttp,
  type RecordWriter,
  type ServerTls,
  type Timer,
} from '@stoke/kit';
import {
  createRecordReader,
  decodeBinary,
  encodeBinary,
  LinkAgentMessage,
  LinkMasterMessage,
} from '@stoke/protocol';

const linkPath = '/stoke/v1/agent-link';
const linkProtocol = 'stoke-link/1';
const maxFrameBytes = 64 * 1024 * 1024;
const maxQueuedBytes = 64 * 1024 * 1024;
const answerTimeoutMs = 10_000;
const firstRetryMs = 100;
const retryGrowth = 1.5;
const longestRetryMs = 5_000;

export interface LinkOptions {
  /** `host:port` of a master; where else the leader is, it says itself. Undefined: see `findMaster`. */
  readonly master: string | undefined;
  /** Speak TLS, and show this certificate to a master that asks for one. */
  readonly tls: Partial<Pick<ServerTls, 'cert' | 'key'>> | undefined;
  /** Shown with HTTP Basic authentication. */
  readonly credential: Credential | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onMessage: (message: LinkMasterMessage) => void;
}

interface Connection {
  readonly socket: Socket;
  readonly writer: RecordWriter;
}

export class LinkClient {
  readonly #options: LinkOptions;
  #master: string | undefined;
  #target: string | undefined;
  #attempts = 0;
  #request: ClientRequest | undefined;
  #connection: Connection | undefined;
  #retry: Timer | undefined;
  #watchdog: Timer | undefined;
  #pingTimeoutMs = answerTimeoutMs;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#master = options.master;
    this.#target = options.master;
  }

  /** Where the agent last found its master. */
  get target(): string | undefined {
    return this.#target;
  }

  /** Where the leader is now, if that is known: the link goes there. */
  findMaster(master: string | undefined): void {
    if (this.#closed || this.#master === master) return;
    this.#master = master;
    const former = this.#target;
    this.#target = master;
    if (master === undefined || master === former) return;
    this.#attempts = 0;
    if (this.#connection === undefined) this.#retryAt(0);
    else this.drop(`the leader is ${master}`);
  }

  connect(): void {
    if (this.#closed || this.#target === undefined) return;
    const [host, port] = splitHostPort(this.#target);
    const { tls } = this.#options;
    const outgoing = (tls === undefined ? nodeHttp.request : requestSecurely)({
      ...(tls?.cert === undefined ? {} : { cert: tls.cert, key: tls.key }),
      host,
      port,
      path: linkPath,
      headers: { Connection: 'Upgrade', Upgrade: linkProtocol, ...this.#authorization() },
      timeout: answerTimeoutMs,
      agent: false,
    });
    this.#request = outgoing;
    // One at a time: what becomes of an attempt that another replaced is of no interest.
    const isCurrent = (): boolean => this.#request === outgoing;
    outgoing.once('upgrade', (_answer, socket: Socket, head) => {
      if (isCurrent()) this.#up(socket, head);
      else socket.destroy();
    });
    outgoing.once('response', (answer) => {
      if (isCurrent()) this.#refused(answer);
      else answer.resume();
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', (error) => {
      if (isCurrent()) this.#failed(errorMessage(error));
    });
    outgoing.end();
  }

  #authorization(): Record<string, string> {
    const { credential } = this.#options;
    if (credential === undefined) return {};
    return { Authorization: basicAuthorization(credential) };
  }

  #refused(answer: IncomingMessage): void {
    answer.resume();
    const location = answer.headers.location;
    if (answer.statusCode === 307 && location !== undefined) {
      const leader = URL.parse(location, `http://${this.#target}`)?.host;
      if (leader === undefined || leader === '') {
        this.#failed(`the master names an unreadable leader, '${location}'`);
        return;
      }
      const moved = leader !== this.#target;
      this.#target = leader;
      this.#failed(`the leader is ${leader}`, moved);
      return;
    }
    this.#target = this.#master;
    this.#failed(`the master answered ${answer.statusCode}`);
  }

  #failed(reason: string, again = false): void {
    this.#request = undefined;
    if (this.#closed) return;
    if (this.#attempts === 0)
      this.#options.log.warn({ master: this.#target, reason }, 'no link to the master');
    if (!again) this.#target = this.#master;
    this.#reconnectLater(again && this.#attempts < 3);
  }

  #reconnectLater(soon = false): void {
    const ceiling = Math.min(firstRetryMs * retryGrowth ** this.#attempts, longestRetryMs);
    this.#attempts += 1;
    this.#retryAt(soon ? 0 : ceiling * (0.5 + this.#options.random() / 2));
  }

  /** A connection that is being made is given up for it. */
  #retryAt(delayMs: number): void {
    const former = this.#request;
    this.#request = undefined;
    former?.destroy();
    this.#retry?.cancel();
    this.#retry = this.#options.clock.setTimer(delayMs, () => this.connect());
  }

  #up(socket: Socket, head: Buffer): void {
    this.#request = undefined;
    if (this.#closed) {
      socket.destroy();
      return;
    }
    socket.setTimeout(0);
    socket.setNoDelay(true);
    const writer = createRecordWriter(socket, { maxQueuedBytes });
    this.#connection = { socket, writer };
    const reader = createRecordReader({ maxRecordBytes: maxFrameBytes });
    const take = (chunk: Buffer): void => this.#take(socket, () => reader.push(chunk));
    socket.on('data', take);
    socket.once('error', (error) =>
      this.#options.log.warn({ reason: error.message }, 'link broke'),
    );
    socket.once('close', () => this.#down(socket));
    this.#pingTimeoutMs = answerTimeoutMs;
    this.#watch();
    this.#options.onUp();
    if (head.length > 0) take(head);
  }

  #take(socket: Socket, read: () => Uint8Array[]): void {
    try {
      for (const frame of read()) {
        const message = decodeBinary(LinkMasterMessage, frame);
        if (message.type === 'PING') this.#watch();
        this.#options.onMessage(message);
      }
    } catch (error) {
      this.#options.log.warn({ reason: errorMessage(error) }, 'malformed message of the master');
      socket.destroy();
    }
  }

  #down(socket: Socket): void {
    if (this.#connection?.socket !== socket) return;
    this.#connection = undefined;
    this.#watchdog?.cancel();
    if (this.#closed) return;
    this.#options.onDown();
    this.#reconnectLater();
  }

  /** The master is registered with: from now on its pings must come in time. */
  expectPings(timeoutMs: number): void {
    this.#attempts = 0;
    this.#pingTimeoutMs = timeoutMs;
    this.#watch();
  }

  #watch(): void {
    this.#watchdog?.cancel();
    const timeoutMs = this.#pingTimeoutMs;
    this.#watchdog = this.#options.clock.setTimer(timeoutMs, () => {
      this.drop(`the master was silent for ${timeoutMs} ms`);
    });
  }

  send(message: LinkAgentMessage): void {
    this.#connection?.writer.write(encodeBinary(LinkAgentMessage, message));
  }

  /** Gives the link up and connects again. */
  drop(reason: string): void {
    if (this.#connection === undefined) return;
    this.#options.log.warn({ reason }, 'link dropped');
    this.#connection.socket.destroy();
  }

  /** Sends what waits and ends the link for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    this.#watchdog?.cancel();
    this.#request?.destroy();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    const { socket, writer } = connection;
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(500, () => socket.destroy());
      socket.once('close', () => {
        timer.cancel();
        resolve();
      });
      writer.end();
      socket.resume();
    });
  }
}

function splitHostPort(target: string): readonly [host: string, port: number] {
  const { hostname, port } = new URL(`http://${target}`);
  return [hostname.replace(/^\[|\]$/g, ''), Number(port === '' ? 80 : port)];
}
