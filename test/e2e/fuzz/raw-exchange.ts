/** HTTP over bare sockets: sends any bytes, reads the answer's status, keeps the connection when it can. */
import { connect, type Socket } from 'node:net';

/** What came of a request. */
export type Outcome =
  /** `begin` is what came of the body together with the head. */
  | { readonly status: number; readonly begin: string }
  /** The daemon closed without an answer, or said nothing in time. */
  | { readonly problem: 'closed' | 'silent' };

interface Pending {
  readonly method: string;
  readonly last: boolean;
  readonly resolve: (outcome: Outcome) => void;
}

const largestHead = 64 * 1024;

/** One connection at a time to one daemon, opened again when the daemon closed it. */
export class RawExchange {
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #bodyLeft = 0;
  #status: number | undefined;
  #begin = '';
  #pending: Pending | undefined;

  constructor(port: number, timeoutMs: number) {
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends the bytes; `last`: ends this side after them and waits until the daemon closes. */
  send(
    bytes: Buffer,
    request: { readonly method: string; readonly last: boolean },
  ): Promise<Outcome> {
    if (request.last) this.close();
    return new Promise((resolve) => {
      this.#pending = { ...request, resolve };
      const socket = this.#open();
      if (request.last) socket.end(bytes);
      else socket.write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    if (this.#socket?.writable === true) return this.#socket;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    this.#reset();
    socket.setTimeout(this.#timeoutMs, () => {
      this.#end({ problem: 'silent' });
      socket.destroy();
    });
    socket.on('data', (chunk) => {
      if (socket === this.#socket) this.#take(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.#socket = undefined;
      const status = this.#status;
      this.#end(status === undefined ? { problem: 'closed' } : { status, begin: this.#begin });
    });
    return socket;
  }

  #reset(): void {
    this.#received = Buffer.alloc(0);
    this.#bodyLeft = 0;
    this.#status = undefined;
  }

  #take(chunk: Buffer): void {
    if (this.#pending?.last === true) {
      // Only the first status line matters; what follows is read and dropped until the end.
      if (this.#status === undefined) this.#takeHead(chunk);
      return;
    }
    if (this.#bodyLeft > 0) this.#takeBody(chunk);
    else this.#takeHead(chunk);
  }

  #takeBody(chunk: Buffer): void {
    this.#bodyLeft -= chunk.length;
    if (this.#bodyLeft <= 0) this.#answered();
  }

  #takeHead(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#received.length > largestHead) this.close();
      return;
    }
    const head = this.#received.subarray(0, end).toString('latin1');
    const rest = this.#received.subarray(end + 4);
    this.#received = Buffer.alloc(0);
    const status = Number(head.slice(9, 12));
    if (status === 100) {
      if (rest.length > 0) this.#takeHead(rest);
      return;
    }
    this.#status = status;
    this.#begin = rest.toString('latin1');
    if (this.#pending?.last !== true) this.#startBody(head, rest);
  }

  #startBody(head: string, rest: Buffer): void {
    const bare = this.#pending?.method === 'HEAD' || this.#status === 204 || this.#status === 304;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (!bare && (length === undefined || this.#status === 101)) {
      // A stream: that it began is the answer.
      this.#answered();
      this.close();
      return;
    }
    this.#bodyLeft = bare ? 0 : Number(length) - rest.length;
    if (/\r\nconnection: *close/i.test(head)) {
      this.#answered();
      this.close();
    } else if (this.#bodyLeft <= 0) this.#answered();
  }

  #answered(): void {
    const status = this.#status ?? 0;
    const begin = this.#begin;
    this.#reset();
    this.#end({ status, begin });
  }

  #end(outcome: Outcome): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(outcome);
  }
}
