/** One line at the bottom of the terminal that is rewritten in place, under output that scrolls above it. */
import type { CliIo } from '../io.ts';
import { paint } from './color.ts';

/** Without a terminal the status is not shown: what matters is said in lines of its own. */
export class StatusLine {
  readonly #io: CliIo;
  #text = '';
  #shown = false;
  /** Whether the output above ended its line; the status waits until it did. */
  #atLineStart = true;

  constructor(io: CliIo) {
    this.#io = io;
  }

  get isLive(): boolean {
    return this.#io.stderr.isTty && !this.#io.quiet;
  }

  /** Replaces the status; an empty text removes it. */
  set(text: string): void {
    if (!this.isLive || text === this.#text) return;
    this.#text = text;
    this.#erase();
    this.#draw();
  }

  /** A line that stays. */
  say(line: string): void {
    if (this.#io.quiet) return;
    this.#erase();
    this.#io.stderr.write(`${this.#atLineStart ? '' : '\n'}${line}\n`);
    this.#atLineStart = true;
    this.#draw();
  }

  /** Output of a program, in pieces as they come. */
  pass(chunk: string | Buffer, stream: 'stdout' | 'stderr'): void {
    this.#erase();
    const text = chunk.toString();
    this.#io[stream].write(text);
    if (text !== '') this.#atLineStart = text.endsWith('\n');
    this.#draw();
  }

  #erase(): void {
    if (!this.#shown) return;
    this.#io.stderr.write('\r\u001b[2K');
    this.#shown = false;
  }

  #draw(): void {
    if (!this.isLive || this.#text === '' || !this.#atLineStart) return;
    const width = Math.max(20, this.#io.stderr.columns) - 1;
    const text = this.#text.length > width ? `${this.#text.slice(0, width - 1)}…` : this.#text;
    this.#io.stderr.write(paint(this.#io, this.#io.stderr, 'dim', text));
    this.#shown = true;
  }
}
