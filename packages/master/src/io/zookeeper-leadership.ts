/** This master among others: it stands for election in ZooKeeper, knows who leads, and ends when it no longer does. */
import { type Clock, errorMessage, type Logger, type Store, type Timer } from '@stoke/kit';
import { encodeJson, isAppError, MasterInfo } from '@stoke/protocol';
import {
  type Election,
  type Leader,
  LeaderWatch,
  masterHost,
  stand,
  type ZooKeeperAddress,
  ZooKeeperSession,
} from '@stoke/zookeeper';
import { masterError } from '../errors.ts';
import type { Leadership } from '../http/router.ts';
import { openZooKeeperStore } from './zookeeper-store.ts';

const newSessionMs = 1_000;

export interface ZooKeeperLeadershipOptions {
  readonly address: ZooKeeperAddress;
  readonly sessionTimeoutMs: number;
  /** A monotonic one. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** This master leads and has read the registry; from now on it serves. */
  readonly onElected: (registry: Store) => void;
  /** It led, and does not any more, or cannot: the process has to end, and to be started again. */
  readonly onLost: (error: unknown) => void;
}

export class ZooKeeperLeadership {
  readonly #options: ZooKeeperLeadershipOptions;
  #leadership: Leadership = { kind: 'following', leader: undefined };
  #data: Uint8Array = new Uint8Array();
  #session: ZooKeeperSession | undefined;
  #watch: LeaderWatch | undefined;
  #candidate: string | undefined;
  #retry: Timer | undefined;
  #store: Store | undefined;
  #closed = false;

  constructor(options: ZooKeeperLeadershipOptions) {
    this.#options = options;
  }

  /** By the clock, too: a master that stood still does not lead when it wakes up, before any timer tells it so. */
  leadership(): Leadership {
    if (this.#leadership.kind !== 'following' && this.#session?.isAlive !== true) {
      return { kind: 'following', leader: undefined };
    }
    return this.#leadership;
  }

  /** Stands for election under this name and address. */
  start(info: MasterInfo): void {
    this.#data = new TextEncoder().encode(encodeJson(MasterInfo, info));
    this.#open();
  }

  #open(): void {
    const { address, sessionTimeoutMs, clock, random, log } = this.#options;
    const session = new ZooKeeperSession({
      address,
      timeoutMs: sessionTimeoutMs,
      clock,
      random,
      log,
      onEnded: (reason) => this.#ended(reason),
    });
    this.#session = session;
    const { path, login } = address;
    this.#stand({ session, path, secured: login !== undefined, clock });
  }

  #stand(election: Election): void {
    const { session, path } = election;
    const { clock, log } = this.#options;
    stand(election, this.#data).then(
      (candidate) => {
        if (this.#closed || this.#session !== session) return;
        log.info({ candidate }, 'master stands for election');
        this.#candidate = candidate;
        this.#watch = new LeaderWatch({
          session,
          path,
          clock,
          log,
          onLeader: (leader) => this.#follow(election, leader),
          onNodes: (paths) => this.#standAgain(election, paths),
        });
      },
      (error: unknown) => {
        if (this.#closed || this.#session !== session) return;
        // That is told by the session, and a new one is made.
        if (!isAppError(error, 'ZK_SESSION_ENDED')) this.#options.onLost(error);
      },
    );
  }

  /** Somebody may remove the node while the session lives: without it this master would never be elected. */
  #standAgain(election: Election, nodes: readonly string[]): void {
    const candidate = this.#candidate;
    if (candidate === undefined || nodes.includes(candidate)) return;
    if (this.#leadership.kind !== 'following') {
      this.#lose(`somebody removed its node '${candidate}' from ZooKeeper`);
      return;
    }
    this.#options.log.warn({ candidate }, 'node in ZooKeeper removed; master stands again');
    this.#watch?.close();
    this.#candidate = undefined;
    this.#stand(election);
  }

  #follow(election: Election, leader: Leader | undefined): void {
    if (this.#leadership.kind !== 'following') {
      if (leader?.path !== this.#candidate) this.#lose('another master leads');
      return;
    }
    if (leader !== undefined && leader.path === this.#candidate) {
      this.#leadership = { kind: 'recovering' };
      this.#options.log.info({}, 'master is elected');
      void this.#take(election, leader.path);
      return;
    }
    const host = leader === undefined ? undefined : masterHost(leader.data);
    this.#leadership = { kind: 'following', leader: host };
    this.#options.log.info({ leader: host }, 'another master leads');
  }

  async #take(election: Election, candidate: string): Promise<void> {
    const { clock, onElected } = this.#options;
    try {
      this.#store = await openZooKeeperStore({ election, candidate, clock });
      if (this.#closed || this.#leadership.kind !== 'recovering') return;
      onElected(this.#store);
      this.#leadership = { kind: 'leading' };
    } catch (error) {
      this.#lose(`the registry cannot be read: ${errorMessage(error)}`);
    }
  }

  /** Whoever does not lead simply stands again. */
  #ended(reason: string): void {
    this.#watch?.close();
    this.#candidate = undefined;
    if (this.#leadership.kind !== 'following') {
      this.#lose(`its session with ZooKeeper is over: ${reason}`);
      return;
    }
    this.#options.log.warn({ reason }, 'session with ZooKeeper over; a new one is made');
    this.#leadership = { kind: 'following', leader: undefined };
    this.#retry = this.#options.clock.setTimer(newSessionMs, () => {
      if (!this.#closed) this.#open();
    });
  }

  #lose(reason: string): void {
    if (this.#closed || this.#leadership.kind === 'following') return;
    this.#leadership = { kind: 'following', leader: undefined };
    this.#options.onLost(
      masterError('LEADERSHIP_LOST', {
        message: `Cannot go on leading: ${reason}; start this master again to stand for election`,
      }),
    );
  }

  /** Gives leadership up: others are elected at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    this.#watch?.close();
    await this.#store?.close();
    await this.#session?.close();
  }
}
