/** The file of `--whitelist`: hosts whose agents may be offered, read again and again. */
import { readFileSync } from 'node:fs';
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';

/** Time between two looks, as in Mesos. */
const INTERVAL_MS = 5000;

export type WhitelistFileOptions = {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with the hosts when they are not those of before. */
  readonly onChange: (hostnames: ReadonlySet<string>) => void;
};

/** Follows one file; while it cannot be read, the hosts of before stay, at first none. */
export class WhitelistFile {
  readonly #options: WhitelistFileOptions;
  #known: string | undefined;
  #timer: Timer | undefined;

  constructor(options: WhitelistFileOptions) {
    this.#options = options;
  }

  /** Looks now, and from now on. */
  start(): void {
    this.#look();
    this.#timer = this.#options.clock.setTimer(INTERVAL_MS, () => this.start());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const text = this.#read();
    if (text === this.#known) return;
    this.#known = text;
    const lines = text.split('\n').map((line) => line.trim());
    this.#options.onChange(new Set(lines.filter((line) => line !== '')));
  }

  #read(): string {
    const { path, log } = this.#options;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      log.error({ path, reason: errorMessage(error) }, 'cannot read the whitelist');
      return this.#known ?? '';
    }
  }
}
