/** One TCP connection to one server: frames out, frames in, an end that is told once. */
import { connect, type Socket } from 'node:net';
import { errorMessage } from '@stoke/kit';
import type { ZooKeeperHost } from './address.ts';
import { FrameReader } from './frames.ts';

export interface ConnectionListener {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Buffer) => void;
  /** Once, however it ended; nothing comes after it. */
  readonly onEnd: (reason: string) => void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  #ended = false;

  constructor({ host, port }: ZooKeeperHost, listener: ConnectionListener) {
    this.#listener = listener;
    const frames = new FrameReader();
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.once('connect', () => {
      if (!this.#ended) listener.onOpen();
    });
    this.#socket.on('data', (chunk) => {
      try {
        for (const frame of frames.push(chunk)) if (!this.#ended) listener.onFrame(frame);
      } catch (error) {
        this.end(errorMessage(error));
      }
    });
    this.#socket.once('error', (error) => this.end(errorMessage(error)));
    this.#socket.once('close', () => this.end('the server closed the connection'));
  }

  send(frame: Buffer): void {
    if (!this.#ended) this.#socket.write(frame);
  }

  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    // At once: what was given up, and may be asked again elsewhere, must not be sent any more.
    this.#socket.destroy();
    this.#listener.onEnd(reason);
  }
}
