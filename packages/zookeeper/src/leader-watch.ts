/** Follows who leads a group: looks at its candidates, and again after each change. */
import { type Clock, errorMessage, type Logger, type Timer } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { leadingChild } from './candidates.ts';
import { join } from './election.ts';
import type { ZooKeeperSession } from './session.ts';

const retryMs = 500;

/** The leading candidate: its node and what it says of itself. */
export interface Leader {
  readonly path: string;
  readonly data: Buffer;
}

export interface LeaderWatchOptions {
  readonly session: ZooKeeperSession;
  /** Node of the group. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told when it changes; undefined: nobody leads. A broken connection is no change. */
  readonly onLeader: (leader: Leader | undefined) => void;
  /** Told at each look which nodes the group has, candidates and others; none when the group is not there. */
  readonly onNodes?: (paths: readonly string[]) => void;
}

export class LeaderWatch {
  readonly #options: LeaderWatchOptions;
  #known: string | undefined;
  #told = false;
  #retry: Timer | undefined;
  #looking = false;
  #again = false;
  #closed = false;

  constructor(options: LeaderWatchOptions) {
    this.#options = options;
    this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
  }

  /** One look at a time; a change meanwhile means another one. */
  #look(): void {
    if (this.#closed) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    this.#again = false;
    this.#find()
      .then(
        (leader) => this.#tell(leader),
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#looking = false;
        if (this.#again) this.#look();
      });
  }

  async #find(): Promise<Leader | undefined> {
    const { session, path, onNodes } = this.#options;
    const names = await this.#names();
    if (!this.#closed) onNodes?.(names.map((name) => join(path, name)));
    const name = leadingChild(names);
    if (name === undefined) return undefined;
    const node = join(path, name);
    return { path: node, data: (await session.get(node)).data };
  }

  async #names(): Promise<string[]> {
    const { session, path, onNodes } = this.#options;
    try {
      return await session.children(path, () => this.#look());
    } catch (error) {
      if (!this.#closed && isAppError(error, 'ZK_NO_NODE')) onNodes?.([]);
      throw error;
    }
  }

  #tell(leader: Leader | undefined): void {
    if (this.#closed || (this.#told && this.#known === leader?.path)) return;
    this.#told = true;
    this.#known = leader?.path;
    this.#options.onLeader(leader);
  }

  #failed(error: unknown): void {
    if (this.#closed || isAppError(error, 'ZK_SESSION_ENDED')) return;
    // The group is not there yet, or its leader went while it was looked at.
    if (isAppError(error, 'ZK_NO_NODE')) this.#tell(undefined);
    else if (!isAppError(error, 'ZK_CONNECTION_LOST')) {
      this.#options.log.warn({ reason: errorMessage(error) }, 'leader not found in ZooKeeper');
    }
    this.#retry?.cancel();
    this.#retry = this.#options.clock.setTimer(retryMs, () => this.#look());
  }
}
