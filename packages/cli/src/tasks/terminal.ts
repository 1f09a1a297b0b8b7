/** The user's terminal while something else has it: every key goes on as it is, and so does every change of size. */

import { heartbeatEveryMs, type Input, type WindowSize } from './agent-session.ts';
import { createDetachFilter } from './detach-keys.ts';
import { makeRaw } from './raw-terminal.ts';

/** Pieces of input that wait for the task. */
const mostWaiting = 64;

/** The size of the terminal that output goes to. */
export function terminalSize(): WindowSize {
  return { rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 };
}

/** What a person does at a terminal, or a program writes into a pipe, as it comes. */
export class TerminalInput {
  readonly #waiting: Input[] = [];
  readonly #isTerminal: boolean;
  readonly #onDetach: () => void;
  #wake: (() => void) | undefined;
  #ended = false;
  #readsInput = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #restore: (() => void) | undefined;

  /** @param isTerminal every key counts, not every line; `onDetach` is told of the keys that leave. */
  constructor(isTerminal: boolean, onDetach: () => void) {
    this.#isTerminal = isTerminal;
    this.#onDetach = onDetach;
  }

  readonly #resized = (): void => this.#push({ type: 'resize', window: terminalSize() });

  /** Takes the terminal; `stop` gives it back. */
  start(readsInput: boolean): void {
    this.#heartbeat = setInterval(() => this.#push({ type: 'heartbeat' }), heartbeatEveryMs);
    if (this.#isTerminal) process.stdout.on('resize', this.#resized);
    if (!readsInput) return;
    this.#readsInput = true;
    if (this.#isTerminal) this.#restore = makeRaw();
    const filter = createDetachFilter();
    process.stdin.on('data', (data: Buffer) => {
      const { bytes, detached } = this.#isTerminal
        ? filter(data)
        : { bytes: data, detached: false };
      if (bytes.length > 0) this.#push({ type: 'data', data: bytes });
      if (detached) this.#onDetach();
    });
    process.stdin.once('end', () => this.#push({ type: 'end' }));
  }

  stop(): void {
    this.#ended = true;
    this.#wake?.();
    clearInterval(this.#heartbeat);
    process.stdout.off('resize', this.#resized);
    if (!this.#readsInput) return;
    this.#readsInput = false;
    process.stdin.removeAllListeners('data').removeAllListeners('end');
    this.#restore?.();
    // Otherwise a pipe that is still open keeps this program alive.
    process.stdin.destroy();
  }

  #push(input: Input): void {
    this.#waiting.push(input);
    // Whoever pipes a lot in has to wait for the task.
    if (this.#waiting.length > mostWaiting && this.#readsInput) process.stdin.pause();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Input> {
    while (!this.#ended) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        if (this.#waiting.length === 0 && this.#readsInput) process.stdin.resume();
        yield next;
        if (next.type === 'end' && !this.#isTerminal) return;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Writes bytes as they are; resolves when more may come. */
export async function writeOut(stream: 'STDOUT' | 'STDERR', data: Uint8Array): Promise<void> {
  const target = stream === 'STDOUT' ? process.stdout : process.stderr;
  if (target.write(data)) return;
  await new Promise((resolve) => target.once('drain', resolve));
}
