/** What goes on under load, as events: moments at which a master may be killed. */
import { EventEmitter, once } from 'node:events';
import type { Chance } from '../support/chance.ts';

/**
 * What may happen, and how often a kill may wait for it. `written`: a request left for the master; `answered`: it was
 * acknowledged; `admitted`: an agent came for the first time; the rest reached the framework.
 */
const mostTimes = {
  written: 12,
  answered: 40,
  subscribed: 1,
  offers: 3,
  update: 5,
  admitted: 1,
} as const;
export type Happening = keyof typeof mostTimes;
const kinds = Object.keys(mostTimes) as Happening[];

const longestWaitMs = 1500;

/** Told by the load, listened to by who kills. */
export class Happenings {
  readonly #events = new EventEmitter();

  tell(kind: Happening): void {
    this.#events.emit(kind);
  }

  /** Resolves when it happens next; after a bound also without. */
  async next(kind: Happening): Promise<void> {
    const signal = AbortSignal.timeout(longestWaitMs);
    await once(this.#events, kind, { signal }).catch(() => undefined);
  }

  /** Resolves at a moment that chance picks, some are in the middle of a commit; never later than a bound. */
  async moment(chance: Chance): Promise<void> {
    if (chance.oneIn(12)) return;
    // Often agents and framework get to work before.
    if (chance.oneIn(3)) await this.#times('update', 1 + chance.below(5));
    const kind = chance.oneIn(3) ? 'written' : chance.pick(kinds);
    await this.#times(kind, 1 + chance.below(mostTimes[kind]));
    spin(chance.oneIn(3) ? 0 : chance.next() * 8);
  }

  /** Waits until it happened so often; under load some things take longer, then this is the moment. */
  async #times(kind: Happening, times: number): Promise<void> {
    const signal = AbortSignal.timeout(longestWaitMs);
    try {
      for (let time = 0; time < times; time += 1) await once(this.#events, kind, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Busy for a few milliseconds: timers are too coarse to hit a commit. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
