/**
 * A session with an ensemble: it outlives connections, keeps ephemeral nodes alive, and ends for good when it could
 * not be kept up for its time-out, which is counted here by the local clock: never later than the servers count.
 */
import type { Clock, Logger, Timer } from '@stoke/kit';
import { type AppError, isAppError } from '@stoke/protocol';
import type { ZooKeeperAddress, ZooKeeperHost } from './address.ts';
import { Connection } from './connection.ts';
import { errorOfNumber, zooKeeperError } from './errors.ts';
import type { JuteReader } from './jute.ts';
import {
  type Connected,
  decodeConnect,
  decodeEvent,
  decodeReply,
  encodeConnect,
  encodeLogin,
  encodePing,
  encodeRequest,
  NEW_SESSION,
  type NodeData,
  type Operation,
  type Request,
  readMulti,
  readNode,
  type SessionIdentity,
  xids,
} from './messages.ts';

const firstRetryMs = 50;
const longestRetryMs = 1_000;
/** Most requests that may wait for a connection or an answer. */
const maxRequests = 100_000;

export interface SessionOptions {
  readonly address: ZooKeeperAddress;
  /** Asked of the servers, which may choose another. */
  readonly timeoutMs: number;
  /** A monotonic one: sessions are kept by it. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** The session is over, once: its ephemeral nodes are gone or soon will be. Not told after `close`. */
  readonly onEnded: (reason: string) => void;
}

interface Pending {
  readonly request: Request;
  readonly onChange: (() => void) | undefined;
  readonly resolve: (body: JuteReader) => void;
  readonly reject: (error: AppError) => void;
  readonly deadline: Timer;
  xid: number;
  sentMs: number;
  settled: boolean;
}

export class ZooKeeperSession {
  readonly #options: SessionOptions;
  #connection: Connection | undefined;
  #identity: SessionIdentity = NEW_SESSION;
  #timeoutMs: number;
  /** Whether requests can be sent. */
  #ready = false;
  #ended: string | undefined;
  #lastZxid: Buffer = Buffer.alloc(8);
  #nextXid = 1;
  #nextHost: number;
  #retryMs = firstRetryMs;
  #waiting: Pending[] = [];
  #sent: Pending[] = [];
  /** Of what the servers answered last, when it was sent. */
  #heardMs: number;
  #pingSentMs: number | undefined;
  #timers: Timer[] = [];
  #retry: Timer | undefined;
  readonly #watches = new Map<string, Set<() => void>>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs;
    this.#heardMs = options.clock.now();
    this.#nextHost = Math.floor(options.random() * options.address.hosts.length);
    this.#connect();
  }

  /** As servers know it; zeros before the first answer. */
  get id(): Buffer {
    return this.#identity.id;
  }

  /**
   * Whether the servers may still hold it for alive, by the clock: after a standstill of this process that is known
   * before any timer runs.
   */
  get isAlive(): boolean {
    if (this.#ended !== undefined) return false;
    return this.#options.clock.now() - this.#heardMs < this.#timeoutMs;
  }

  /** Answers the path, which has digits at its end when it is sequential. */
  async create(operation: Omit<Extract<Operation, { type: 'create' }>, 'type'>): Promise<string> {
    return (await this.#ask({ type: 'create', ...operation })).text();
  }

  async remove(path: string): Promise<void> {
    await this.#ask({ type: 'remove', path });
  }

  /** `onChange` is called once: after the next change of the node, or when the connection broke. */
  async get(path: string, onChange?: () => void): Promise<NodeData> {
    const request = { type: 'get', path, watch: onChange !== undefined } as const;
    return readNode(await this.#ask(request, onChange));
  }

  /** `onChange` as with {@link get}, for the list. */
  async children(path: string, onChange?: () => void): Promise<string[]> {
    const request = { type: 'children', path, watch: onChange !== undefined } as const;
    return (await this.#ask(request, onChange)).texts();
  }

  async exists(path: string): Promise<boolean> {
    try {
      await this.#ask({ type: 'exists', path, watch: false });
      return true;
    } catch (error) {
      if (isAppError(error, 'ZK_NO_NODE')) return false;
      throw error;
    }
  }

  /** Reads that are sent after it see all that was written anywhere before it. */
  async sync(path: string): Promise<void> {
    await this.#ask({ type: 'sync', path });
  }

  /** All or nothing. */
  async transact(operations: readonly Operation[]): Promise<void> {
    const number = readMulti(await this.#ask({ type: 'multi', operations }));
    if (number !== 0) throw errorOfNumber(number, 'carry out a transaction');
  }

  /** Ends the session, and with it its ephemeral nodes. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    if (this.#ready) await this.#ask({ type: 'close' }).catch(() => undefined);
    this.#finish('it was closed', { tell: false });
  }

  #ask(request: Request, onChange?: () => void): Promise<JuteReader> {
    if (this.#ended !== undefined) return Promise.reject(sessionEnded(this.#ended));
    if (this.#waiting.length + this.#sent.length >= maxRequests) {
      return Promise.reject(connectionLost(`${maxRequests} requests wait already`));
    }
    return new Promise((resolve, reject) => {
      const deadline = this.#options.clock.setTimer(this.#timeoutMs, () => {
        settle(pending, connectionLost(`no answer came for ${this.#timeoutMs} ms`));
        this.#waiting = this.#waiting.filter((one) => one !== pending);
      });
      const fresh = { xid: 0, sentMs: 0, settled: false };
      const pending: Pending = { request, onChange, resolve, reject, deadline, ...fresh };
      if (this.#ready) this.#send(pending);
      else this.#waiting.push(pending);
    });
  }

  #send(pending: Pending): void {
    const xid = this.#nextXid;
    this.#nextXid = (xid % 0x7fffffff) + 1;
    pending.xid = xid;
    pending.sentMs = this.#options.clock.now();
    this.#sent.push(pending);
    this.#connection?.send(encodeRequest(xid, pending.request));
  }

  #connect(): void {
    const { hosts } = this.#options.address;
    const host = hosts[this.#nextHost % hosts.length];
    this.#nextHost += 1;
    if (host === undefined) return;
    const connection = new Connection(host, {
      onOpen: () => this.#greet(),
      onFrame: (frame) => this.#take(frame),
      onEnd: (reason) => {
        if (this.#connection === connection) this.#disconnected(host, reason);
      },
    });
    this.#connection = connection;
    this.#arm();
  }

  #greet(): void {
    const timeoutMs = this.#options.timeoutMs;
    this.#pingSentMs = this.#options.clock.now();
    this.#connection?.send(encodeConnect(this.#identity, { lastZxid: this.#lastZxid, timeoutMs }));
  }

  /** Two clocks: one pings and gives up silent servers, one ends the session. */
  #arm(): void {
    this.#disarm();
    const { clock } = this.#options;
    const now = clock.now();
    const silentMs = now - this.#heardMs;
    const isNew = this.#identity === NEW_SESSION;
    if (!isNew) {
      const left = Math.max(0, this.#timeoutMs - silentMs);
      this.#timers.push(clock.setTimer(left, () => this.#finish('nothing was heard in time')));
    }
    const parts = this.#ready ? 3 : Math.max(3, this.#options.address.hosts.length + 1);
    this.#timers.push(
      clock.setTimer(this.#timeoutMs / parts, () => {
        if (this.#ready && this.#pingSentMs === undefined) this.#ping();
        else this.#connection?.end('the server is silent');
      }),
    );
  }

  #disarm(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  #ping(): void {
    this.#pingSentMs = this.#options.clock.now();
    this.#connection?.send(encodePing());
    this.#arm();
  }

  #take(frame: Buffer): void {
    if (!this.#ready) {
      this.#established(decodeConnect(frame));
      return;
    }
    const reply = decodeReply(frame);
    if (reply.xid === xids.event) {
      this.#fire(decodeEvent(reply.body));
      return;
    }
    if (reply.xid === xids.ping) {
      this.#heard(this.#pingSentMs);
      this.#pingSentMs = undefined;
      return;
    }
    if (reply.xid === xids.auth) {
      if (reply.error !== 0) this.#finish('ZooKeeper does not accept the user and password');
      return;
    }
    const pending = this.#expect(reply.xid);
    if (reply.zxid.readBigInt64BE() > 0n) this.#lastZxid = reply.zxid;
    this.#heard(pending.sentMs);
    if (reply.error !== 0) {
      settle(pending, errorOfNumber(reply.error, describe(pending.request)));
      return;
    }
    // Now, not when the promise is awaited: the event may come with the next frame.
    if (pending.onChange !== undefined) this.#watch(pathOf(pending.request), pending.onChange);
    settle(pending, reply.body);
  }

  /** Answers come in the order of the requests; anything else would give one request the answer of another. */
  #expect(xid: number): Pending {
    const [first] = this.#sent;
    if (first?.xid !== xid) {
      throw zooKeeperError('ZK_MALFORMED', {
        message: `Cannot read the answer of ZooKeeper: it is to request ${xid}, expected ${first?.xid ?? 'none'}`,
      });
    }
    this.#sent.shift();
    return first;
  }

  #established(connected: Connected): void {
    if (connected.timeoutMs <= 0) {
      this.#finish('it expired');
      return;
    }
    this.#identity = { id: connected.id, password: connected.password };
    this.#timeoutMs = connected.timeoutMs;
    this.#ready = true;
    this.#retryMs = firstRetryMs;
    this.#options.log.info({ timeoutMs: connected.timeoutMs }, 'connected to ZooKeeper');
    this.#heard(this.#pingSentMs);
    this.#pingSentMs = undefined;
    const { login } = this.#options.address;
    if (login !== undefined) this.#connection?.send(encodeLogin(login));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const pending of waiting) if (!pending.settled) this.#send(pending);
  }

  /** The servers heard of this session when they got what was sent at that time, or later. */
  #heard(sentMs: number | undefined): void {
    if (sentMs !== undefined) this.#heardMs = Math.max(this.#heardMs, sentMs);
    this.#arm();
  }

  #disconnected({ host, port }: ZooKeeperHost, reason: string): void {
    this.#connection = undefined;
    this.#ready = false;
    this.#pingSentMs = undefined;
    if (this.#ended !== undefined) return;
    // An ensemble that is away for long fills no log: it is told that it is away, and that it is back.
    if (this.#retryMs < longestRetryMs) {
      const server = `${host}:${port}`;
      this.#options.log.warn({ server, reason }, 'no connection to ZooKeeper; it is tried again');
    }
    this.#rejectAll(this.#sent, connectionLost(reason));
    this.#sent = [];
    this.#arm();
    this.#fireAll();
    const { clock, random } = this.#options;
    const waitMs = this.#retryMs * (0.5 + random() / 2);
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
    this.#retry?.cancel();
    this.#retry = clock.setTimer(waitMs, () => this.#connect());
  }

  #finish(reason: string, { tell } = { tell: true }): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#disarm();
    this.#retry?.cancel();
    this.#connection?.end(reason);
    this.#rejectAll([...this.#sent, ...this.#waiting], sessionEnded(reason));
    this.#sent = [];
    this.#waiting = [];
    this.#watches.clear();
    if (tell) this.#options.onEnded(reason);
  }

  #rejectAll(pending: readonly Pending[], error: AppError): void {
    for (const one of pending) settle(one, error);
  }

  #watch(path: string, onChange: () => void): void {
    const found = this.#watches.get(path) ?? new Set();
    found.add(onChange);
    this.#watches.set(path, found);
  }

  #fire(path: string): void {
    const found = this.#watches.get(path) ?? [];
    this.#watches.delete(path);
    for (const onChange of found) onChange();
  }

  /** The servers forget watches with the connection: whoever watches has to look again. */
  #fireAll(): void {
    for (const path of [...this.#watches.keys()]) this.#fire(path);
  }
}

function settle(pending: Pending, outcome: JuteReader | AppError): void {
  if (pending.settled) return;
  pending.settled = true;
  pending.deadline.cancel();
  if (outcome instanceof Error) pending.reject(outcome);
  else pending.resolve(outcome);
}

function pathOf(request: Request): string {
  return 'path' in request ? request.path : '';
}

function describe(request: Request): string {
  return 'path' in request ? `${request.type} '${request.path}'` : request.type;
}

function connectionLost(reason: string): AppError {
  return zooKeeperError('ZK_CONNECTION_LOST', { message: `Cannot ask ZooKeeper: ${reason}` });
}

function sessionEnded(reason: string): AppError {
  return zooKeeperError('ZK_SESSION_ENDED', {
    message: `Cannot ask ZooKeeper: the session is over: ${reason}`,
  });
}
