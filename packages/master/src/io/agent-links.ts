/** Links of agents: upgraded sockets that carry RecordIO frames of protobuf both ways. */
import type { Socket } from 'node:net';
import { type Clock, createRecordWriter, type Logger, type RecordWriter } from '@stoke/kit';
import {
  createRecordReader,
  decodeBinary,
  encodeBinary,
  isAppError,
  LinkAgentMessage,
  LinkMasterMessage,
} from '@stoke/protocol';

/** Name of the protocol in the Upgrade header. */
export const LINK_PROTOCOL = 'stoke-link/1';
/** Largest frame an agent may send. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** How long a link may stay open before its agent says who it is. */
const REGISTER_WITHIN_MS = 30_000;

/** How long a closed link may take to end. */
const CLOSE_GRACE_MS = 2000;

export type AgentLinksOptions = {
  readonly log: Logger;
  readonly clock: Clock;
  readonly maxQueuedBytes: number;
  readonly newId: () => string;
  readonly onMessage: (link: string, peer: string, message: LinkAgentMessage) => void;
  readonly onClosed: (link: string) => void;
};

type OpenLink = { readonly socket: Socket; readonly writer: RecordWriter };

const IPV4_MAPPED = /^::ffff:/;

/** Owns the sockets of agents. */
export class AgentLinks {
  readonly #open = new Map<string, OpenLink>();
  readonly #options: AgentLinksOptions;

  constructor(options: AgentLinksOptions) {
    this.#options = options;
  }

  /** Answers 101 and takes the socket over; `head` is what came with the request. */
  accept(socket: Socket, head: Uint8Array): void {
    const link = this.#options.newId();
    const peer = (socket.remoteAddress ?? '').replace(IPV4_MAPPED, '');
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n\r\n`,
    );
    const writer = createRecordWriter(socket, {
      maxQueuedBytes: this.#options.maxQueuedBytes,
      onTooSlow: () => this.#options.log.warn({ link, peer }, 'slow agent cut off'),
    });
    this.#open.set(link, { socket, writer });
    this.#read(link, peer, { socket, head });
  }

  #read(
    link: string,
    peer: string,
    { socket, head }: { readonly socket: Socket; readonly head: Uint8Array },
  ): void {
    const reader = createRecordReader({ maxRecordBytes: MAX_FRAME_BYTES });
    const silence = this.#options.clock.setTimer(REGISTER_WITHIN_MS, () => {
      this.#options.log.warn({ link, peer }, 'agent link closed: nobody registered on it');
      socket.destroy();
    });
    const take = (chunk: Uint8Array): void => {
      try {
        for (const record of reader.push(chunk)) {
          const message = decodeBinary(LinkAgentMessage, record);
          if (message.register !== undefined || message.reregister !== undefined) silence.cancel();
          this.#options.onMessage(link, peer, message);
        }
      } catch (error) {
        if (!isAppError(error)) throw error;
        this.#options.log.warn({ link, peer, err: error }, 'agent link: malformed message');
        socket.destroy();
      }
    };
    socket.on('data', take);
    socket.on('error', (error) =>
      this.#options.log.debug({ link, err: error }, 'agent link error'),
    );
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      silence.cancel();
      this.#open.delete(link);
      this.#options.onClosed(link);
    });
    if (head.length > 0) take(head);
  }

  send(link: string, message: LinkMasterMessage): void {
    this.#open.get(link)?.writer.write(encodeBinary(LinkMasterMessage, message));
  }

  /** Sends what waits and closes; a peer that does not close its end is cut off soon. */
  close(link: string): void {
    const entry = this.#open.get(link);
    if (entry === undefined) return;
    entry.socket.setTimeout(CLOSE_GRACE_MS, () => entry.socket.destroy());
    entry.writer.end();
  }

  closeAll(): void {
    for (const link of [...this.#open.keys()]) this.close(link);
  }
}
