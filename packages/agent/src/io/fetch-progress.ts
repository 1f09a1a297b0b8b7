/** Tells in the sandbox how a long download goes: a line after the first second, then one now and then. */
import { join } from 'node:path';
import { appendLine } from './sandbox-target.ts';

const firstLineMs = 1_000;
const betweenLinesMs = 5_000;

export class FetchProgress {
  readonly #path: string;
  readonly #what: string;
  readonly #now: () => number;
  readonly #startMs: number;
  #nextMs: number;
  #told = false;
  #bytes = 0;

  /** `now` in milliseconds; `what` is how the download is named in the lines. */
  constructor(sandbox: string, what: string, now: () => number) {
    this.#path = join(sandbox, 'stderr');
    this.#what = what;
    this.#now = now;
    this.#startMs = now();
    this.#nextMs = this.#startMs + firstLineMs;
  }

  /** `total` is what the server announced, in bytes; unknown when it did not. */
  async advance(bytes: number, total: number | undefined): Promise<void> {
    this.#bytes = bytes;
    const now = this.#now();
    if (now < this.#nextMs) return;
    this.#nextMs = now + betweenLinesMs;
    this.#told = true;
    await appendLine(this.#path, `Fetching '${this.#what}': ${progressText(bytes, total)}`);
  }

  /** The last line, if there was a first. */
  async finish(): Promise<void> {
    if (!this.#told) return;
    const seconds = ((this.#now() - this.#startMs) / 1000).toFixed(1);
    await appendLine(
      this.#path,
      `Fetched '${this.#what}': ${megabytes(this.#bytes)} in ${seconds} s`,
    );
  }
}

function progressText(bytes: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return megabytes(bytes);
  const percent = Math.floor((bytes / total) * 100);
  return `${megabytes(bytes)} of ${megabytes(total)} (${percent} %)`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
