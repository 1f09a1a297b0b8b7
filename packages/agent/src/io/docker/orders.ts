/** Orders for one container that have to reach the engine, however long it is away; of each kind the last counts. */
import { type Clock, errorMessage, type Logger } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { pause } from './pause.ts';

const firstRetryMs = 200;
const longestRetryMs = 5_000;

export interface OrdersOptions {
  readonly containerId: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Nothing is tried again once it is aborted. */
  readonly signal: AbortSignal;
}

type Order = () => Promise<void>;

export class Orders {
  readonly #options: OrdersOptions;
  readonly #open = new Map<string, Order>();
  #isBusy = false;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  give(kind: string, order: Order): void {
    this.#open.set(kind, order);
    if (!this.#isBusy) void this.#carryOut();
  }

  async #carryOut(): Promise<void> {
    const { clock, signal } = this.#options;
    this.#isBusy = true;
    let waitMs = firstRetryMs;
    while (!signal.aborted) {
      const [next] = this.#open;
      if (next === undefined) break;
      const [kind, order] = next;
      const isDone = await this.#attempt(kind, order);
      if (isDone && this.#open.get(kind) === order) this.#open.delete(kind);
      if (!isDone) await pause(clock, waitMs, signal);
      waitMs = isDone ? firstRetryMs : Math.min(waitMs * 2, longestRetryMs);
    }
    this.#isBusy = false;
  }

  /** An order that the engine refuses is done with, too. */
  async #attempt(kind: string, order: Order): Promise<boolean> {
    const { containerId, log } = this.#options;
    try {
      await order();
      return true;
    } catch (error) {
      log.warn({ containerId, kind, reason: errorMessage(error) }, 'order not carried out');
      return !isAppError(error, 'DOCKER_UNREACHABLE');
    }
  }
}
