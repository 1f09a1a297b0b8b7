/** The streams of a container on a connection that the engine gave over: output taken apart, both ways at the pace of the slower. */
import type { Socket } from 'node:net';
import { drained } from '../session/frames.ts';
import type { OutputStream } from '../session/session.ts';
import { LogFrames, type LogPiece } from './log-frames.ts';

/**
 * Keys that make the engine take a terminal away from whoever has it. They are ours to look for, so these are some
 * that nobody types; without any the engine would take those it is used to.
 */
export const nobodysKeys = 'ctrl-@,ctrl-^,ctrl-_,ctrl-@,ctrl-]';

const endOfInput = '\x04';

export interface EngineStreamsOptions {
  readonly socket: Socket;
  /** The output of a terminal is not taken apart. */
  readonly tty: boolean;
  readonly onOutput: (stream: OutputStream, data: Uint8Array) => void;
  /** The connection is over, in whatever way. */
  readonly onClose: () => void;
}

export class EngineStreams {
  readonly #socket: Socket;
  readonly #tty: boolean;
  #hasEnded = false;

  constructor({ socket, tty, onOutput, onClose }: EngineStreamsOptions) {
    this.#socket = socket;
    this.#tty = tty;
    const frames = new LogFrames();
    const piecesOf = (data: Buffer): readonly LogPiece[] =>
      tty ? [{ stream: 'stdout', bytes: data }] : frames.push(data);
    socket.on('data', (data: Buffer) => {
      try {
        for (const { stream, bytes } of piecesOf(data)) {
          onOutput(stream === 'stderr' ? 'STDERR' : 'STDOUT', bytes);
        }
      } catch (error) {
        // No such stream: nothing that comes after it can be told apart either.
        socket.destroy(error instanceof Error ? error : undefined);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', onClose);
  }

  /** Resolves when more may come. */
  async write(data: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (this.#hasEnded || !socket.writable || socket.write(data)) return;
    await drained(socket);
  }

  /** A terminal has no end: its own sign for it is typed. */
  closeInput(): void {
    if (this.#hasEnded) return;
    if (this.#tty) this.#socket.write(endOfInput);
    else this.#socket.end();
    this.#hasEnded = true;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** When what was written has arrived. */
  close(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
