/** Finds the leading master of a group for those who do not stand themselves, over as many sessions as it takes. */
import { type Clock, type Logger, monotonicClock, type Timer } from '@stoke/kit';
import type { ZooKeeperAddress } from './address.ts';
import { LeaderWatch } from './leader-watch.ts';
import { masterAddress } from './master-address.ts';
import { ZooKeeperSession } from './session.ts';

const newSessionMs = 1_000;

export interface DetectorOptions {
  readonly address: ZooKeeperAddress;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** `host:port`, each time it changes; undefined: nobody leads. */
  readonly onMaster: (address: string | undefined) => void;
}

export class MasterDetector {
  readonly #options: DetectorOptions;
  readonly #clock: Clock;
  #session: ZooKeeperSession | undefined;
  #watch: LeaderWatch | undefined;
  #retry: Timer | undefined;
  #closed = false;

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#start();
  }

  #start(): void {
    const { address, timeoutMs, log, random = Math.random } = this.#options;
    const clock = this.#clock;
    const session = new ZooKeeperSession({
      address,
      timeoutMs,
      clock,
      random,
      log,
      onEnded: (reason) => {
        log.warn({ reason }, 'session with ZooKeeper over; a new one is made');
        this.#watch?.close();
        this.#retry = clock.setTimer(newSessionMs, () => {
          if (!this.#closed) this.#start();
        });
      },
    });
    this.#session = session;
    this.#watch = new LeaderWatch({
      session,
      path: address.path,
      clock,
      log,
      onLeader: (leader) =>
        this.#options.onMaster(leader === undefined ? undefined : masterAddress(leader.data)),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    this.#watch?.close();
    await this.#session?.close();
  }
}
