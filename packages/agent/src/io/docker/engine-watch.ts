/** Watches a Docker Engine: its events while it answers, and its going and coming back. */
import { type Clock, errorMessage, type HttpStream, type Logger, type Timer } from '@stoke/kit';
import type { DockerEngine } from './engine-client.ts';
import { linesOf } from './image-puller.ts';
import { pause } from './pause.ts';

const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** A stopped engine keeps its connections open: only asking tells. */
const pingMs = 5_000;
const pingTimeoutMs = 10_000;

export interface WatchOptions {
  readonly engine: DockerEngine;
  readonly clock: Clock;
  readonly log: Logger;
  /** As the Engine API wants them, e.g. `{label: [...]}`. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** The engine answers (again), and events come from now on: time to look what happened meanwhile. */
  readonly onUp: () => Promise<void>;
  readonly onEvent: (event: unknown) => void;
}

export class EngineWatch {
  readonly #options: WatchOptions;
  readonly #closing = new AbortController();
  #stream: HttpStream | undefined;
  #ping: Timer | undefined;
  #isUp: boolean | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#watch();
  }

  close(): void {
    this.#closing.abort();
    this.#ping?.cancel();
    this.#stream?.close();
  }

  async #watch(): Promise<void> {
    let retryMs = firstRetryMs;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#listen(() => {
          retryMs = firstRetryMs;
        });
        this.#tell(false, 'it closed the connection');
      } catch (error) {
        this.#tell(false, errorMessage(error));
      }
      this.#ping?.cancel();
      await pause(this.#options.clock, retryMs, this.#closing.signal);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  }

  async #listen(onUp: () => void): Promise<void> {
    const { engine, filters, onEvent } = this.#options;
    const { signal } = this.#closing;
    const query = { filters: JSON.stringify(filters) };
    const stream = await engine.stream({ path: '/events', query, signal });
    this.#stream = stream;
    try {
      this.#keepPinging(stream);
      await this.#options.onUp();
      onUp();
      this.#tell(true);
      for await (const line of linesOf(stream.chunks)) onEvent(JSON.parse(line));
    } finally {
      stream.close();
    }
  }

  #keepPinging(stream: HttpStream): void {
    const { engine, clock } = this.#options;
    this.#ping?.cancel();
    this.#ping = clock.setTimer(pingMs, () => {
      engine.call({ path: '/_ping', timeoutMs: pingTimeoutMs }).then(
        () => {
          if (this.#stream === stream && !this.#closing.signal.aborted) this.#keepPinging(stream);
        },
        (error: unknown) => {
          this.#tell(false, errorMessage(error));
          stream.close();
        },
      );
    });
  }

  /** Each change once. */
  #tell(isUp: boolean, reason?: string): void {
    if (this.#isUp === isUp || this.#closing.signal.aborted) return;
    this.#isUp = isUp;
    const { log, engine } = this.#options;
    const address = engine.address.text;
    if (isUp) log.info({ address }, 'docker engine answers');
    else log.warn({ address, reason }, 'docker engine is away; its containers count as running');
  }
}
