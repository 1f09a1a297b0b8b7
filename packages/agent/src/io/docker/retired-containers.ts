/** Ended containers on their way out: kept for a while, then removed, however often the engine has to be asked. */
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';
import type { ContainerRecords } from './container-records.ts';
import type { EngineContainers } from './engine-containers.ts';

const retryMs = 15_000;
/** Node's timers hold no more. */
const longestTimerMs = 2 ** 31 - 1;

export interface RetiredOptions {
  readonly containers: EngineContainers;
  readonly records: ContainerRecords;
  readonly clock: Clock;
  readonly log: Logger;
}

export class RetiredContainers {
  readonly #options: RetiredOptions;
  /** When each is to go, in milliseconds. */
  readonly #due = new Map<string, number>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: RetiredOptions) {
    this.#options = options;
  }

  /** Takes up those that a former run retired; answers whether the container is one of them. */
  takeUp(containerId: string): boolean {
    const atMs = this.#options.records.removalTime(containerId);
    if (atMs !== undefined) this.#schedule(containerId, atMs);
    return atMs !== undefined;
  }

  /** Resolves when it is gone, if it is to go at once and the engine answers. */
  async retire(containerId: string, delayMs: number): Promise<void> {
    const { records, clock } = this.#options;
    const atMs = clock.now() + delayMs;
    await records.retire(containerId, atMs);
    if (delayMs > 0) this.#schedule(containerId, atMs);
    else await this.#remove(containerId);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #remove(containerId: string): Promise<void> {
    const { containers, records, log } = this.#options;
    this.#due.delete(containerId);
    try {
      await containers.remove(containerId);
      await records.forget(containerId);
    } catch (error) {
      log.warn({ containerId, reason: errorMessage(error) }, 'container not removed yet');
      this.#schedule(containerId, this.#options.clock.now() + retryMs);
    }
  }

  #schedule(containerId: string, atMs: number): void {
    this.#due.set(containerId, atMs);
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#closed || this.#due.size === 0) return;
    const { clock } = this.#options;
    const waitMs = Math.max(0, Math.min(...this.#due.values()) - clock.now());
    this.#timer = clock.setTimer(Math.min(waitMs, longestTimerMs), () => {
      const now = clock.now();
      const ripe = [...this.#due].filter(([, atMs]) => atMs <= now).map(([id]) => id);
      void Promise.all(ripe.map((id) => this.#remove(id))).then(() => this.#arm());
    });
  }
}
