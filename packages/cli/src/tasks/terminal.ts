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

export interface TerminalOptions {
  /** The other end is a terminal: it is told of the size of this one, and every key goes to it. */
  readonly isTerminal: boolean;
  readonly readsInput: boolean;
  /** Whether the end of the input is that of the command's, too. */
  readonly endsInput: boolean;
  readonly detachKeys: Uint8Array;
  readonly onDetach: () => void;
}

/** What a person does at a terminal, or a program writes into a pipe, as it comes. */
export class TerminalInput {
  readonly #waiting: Input[] = [];
  readonly #options: TerminalOptions;
  #wake: (() => void) | undefined;
  #ended = false;
  #readsInput = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #restore: (() => void) | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  readonly #resized = (): void => this.resize(terminalSize());

  /** Takes the terminal; `stop` gives it back. */
  start(): void {
    const { isTerminal, readsInput } = this.#options;
    this.#heartbeat = setInterval(() => this.#push({ type: 'heartbeat' }), heartbeatEveryMs);
    if (isTerminal) process.stdout.on('resize', this.#resized);
    if (!readsInput) return;
    this.#readsInput = true;
    const isRaw = isTerminal && process.stdin.isTTY;
    if (isRaw) this.#restore = makeRaw();
    const { detachKeys, onDetach, endsInput } = this.#options;
    const filter = createDetachFilter(isRaw ? detachKeys : new Uint8Array());
    process.stdin.on('data', (data: Buffer) => {
      const { bytes, detached } = filter(data);
      if (bytes.length > 0) this.#push({ type: 'data', data: bytes });
      if (detached) onDetach();
    });
    if (endsInput) process.stdin.once('end', () => this.#push({ type: 'end' }));
  }

  resize(window: WindowSize): void {
    this.#push({ type: 'resize', window });
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
        if (next.type === 'end' && !this.#options.isTerminal) return;
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
