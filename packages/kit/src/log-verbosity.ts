/** Raises the level of the log for a while. */
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './log.ts';

/** Longest time that one request can ask for. */
const MAX_DURATION_MS = 24 * 3_600_000;

/** Owns the level of one logger. */
export class LogVerbosity {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #configured: string;
  #level = 0;
  #timer: Timer | undefined;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#configured = log.level;
  }

  /** 0: as configured. */
  level(): number {
    return this.#level;
  }

  /** Everything is logged from level 1 on; after `durationMs` it is as configured again. */
  raise(level: number, durationMs: number): void {
    this.stop();
    if (level === 0) return;
    this.#level = level;
    this.#log.level = 'debug';
    const delayMs = Math.min(durationMs, MAX_DURATION_MS);
    this.#timer = this.#clock.setTimer(delayMs, () => this.stop());
  }

  /** Back to the configured level. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#level = 0;
    this.#log.level = this.#configured;
  }
}
