/** The link of one simulated agent: a bare socket, so that ten thousand of them fit into one process. */
import { connect, type Socket } from 'node:net';
import { createRecordWriter, errorMessage, type RecordWriter } from '@stoke/kit';
import {
  createRecordReader,
  decodeBinary,
  encodeBinary,
  LinkAgentMessage,
  LinkMasterMessage,
} from '@stoke/protocol';

const LINK_PATH = '/stoke/v1/agent-link';
const LINK_PROTOCOL = 'stoke-link/1';
const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 10_000;

/** Where a master is. */
export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

export interface SocketListener {
  /** The master took the link. */
  up(): void;
  message(message: LinkMasterMessage): void;
  /** The link could not be made, or ended; told once. `leader` is where the master says to go. */
  down(reason: string, leader: string | undefined): void;
}

export class AgentSocket {
  readonly #socket: Socket;
  readonly #listener: SocketListener;
  #writer: RecordWriter | undefined;
  #head = '';
  #reason = 'the master closed the link';
  #leader: string | undefined;

  /** Connects at once. @param authorization value of the header, when the master wants one */
  constructor(master: MasterAddress, listener: SocketListener, authorization: string | undefined) {
    this.#listener = listener;
    const socket = connect({ ...master, noDelay: true });
    this.#socket = socket;
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => this.#fail('no answer'));
    socket.on('error', (error) => {
      this.#reason = errorMessage(error);
    });
    socket.once('close', () => listener.down(this.#reason, this.#leader));
    const login = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
    socket.write(
      `GET ${LINK_PATH} HTTP/1.1\r\nHost: ${master.host}:${master.port}\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n${login}\r\n`,
    );
    const readHead = (chunk: Buffer): void => {
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) {
        if (this.#head.length > MAX_HEAD_BYTES) this.#fail('the answer is no HTTP');
        return;
      }
      socket.off('data', readHead);
      this.#answered(this.#head.slice(0, end), Buffer.from(this.#head.slice(end + 4), 'latin1'));
      this.#head = '';
    };
    socket.on('data', readHead);
  }

  #answered(head: string, rest: Buffer): void {
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status !== '101') {
      this.#leader = /^location: *(\S+)/im.exec(head)?.[1];
      this.#fail(`the master answered ${status ?? 'no HTTP'}`);
      return;
    }
    this.#socket.setTimeout(0);
    this.#writer = createRecordWriter(this.#socket, { maxQueuedBytes: MAX_FRAME_BYTES });
    const reader = createRecordReader({ maxRecordBytes: MAX_FRAME_BYTES });
    const take = (chunk: Buffer): void => {
      try {
        for (const record of reader.push(chunk)) {
          this.#listener.message(decodeBinary(LinkMasterMessage, record));
        }
      } catch (error) {
        this.#fail(errorMessage(error));
      }
    };
    this.#socket.on('data', take);
    this.#listener.up();
    if (rest.length > 0) take(rest);
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }

  send(message: LinkAgentMessage): void {
    this.#writer?.write(encodeBinary(LinkAgentMessage, message));
  }

  /** Sends what waits, then ends the link. */
  end(): void {
    if (this.#writer === undefined) this.#socket.destroy();
    else this.#writer.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
