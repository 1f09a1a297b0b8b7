/**
 * The registry in ZooKeeper, for masters that stand for election: a node for each entry. Only the leader opens it, and
 * each of its writes is a transaction that also checks the leader's own node: whoever lost it writes nothing more.
 */
import type { Clock, Store, StoreChange, StoreEntry } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { aclOf, type Election, makePath, type Operation } from '@stoke/zookeeper';
import { masterError } from '../errors.ts';

/** Below a name that everybody who reads the group's candidates passes over. */
const registryPart = 'log_replicas/registry';
/** ZooKeeper refuses requests of more than a megabyte (jute.maxbuffer): what is collected, and a single write at most. */
const maxTransactionBytes = 512 * 1024;
const maxWriteBytes = 900 * 1024;
const retryMs = 200;
/** As Mesos's registry_store_timeout. */
const storeTimeoutMs = 20_000;

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface ZooKeeperStoreOptions {
  readonly election: Election;
  /** The leader's own node. */
  readonly candidate: string;
  readonly clock: Clock;
}

/** Reads the whole registry. @throws AppError of ZooKeeper's, or `REGISTRY_UNUSABLE` */
export async function openZooKeeperStore(options: ZooKeeperStoreOptions): Promise<Store> {
  const { election } = options;
  const root = `${election.path === '/' ? '' : election.path}/${registryPart}`;
  await makePath(election, root);
  await election.session.sync(root);
  const names = await election.session.children(root);
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, Uint8Array]> => {
      const { data } = await election.session.get(`${root}/${name}`);
      return [decodeURIComponent(name), data];
    }),
  );
  return new ZooKeeperStore(options, { root, entries: new Map(entries) });
}

class ZooKeeperStore implements Store {
  readonly #options: ZooKeeperStoreOptions;
  readonly #root: string;
  /** What ZooKeeper holds: nobody else writes it. */
  readonly #entries: Map<string, Uint8Array>;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #closed = false;

  constructor(
    options: ZooKeeperStoreOptions,
    content: { readonly root: string; readonly entries: Map<string, Uint8Array> },
  ) {
    this.#options = options;
    this.#root = content.root;
    this.#entries = content.entries;
  }

  get(key: string): Uint8Array | undefined {
    return this.#entries.get(key);
  }

  list(prefix: string): StoreEntry[] {
    return [...this.#entries]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#closed) return Promise.reject(unusable('it is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    // Writes of the same turn come along.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#commit(batch.flatMap(({ changes }) => changes));
        for (const waiting of batch) waiting.resolve();
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
    this.#committing = undefined;
  }

  /** As many writes as one transaction takes, but one at least. */
  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { changes } of this.#waiting) {
      bytes += sum(changes.map(sizeOf));
      if (count > 0 && bytes > maxTransactionBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Sent again when the connection broke: what was done already does no harm a second time. */
  async #commit(changes: readonly StoreChange[]): Promise<void> {
    const latest = new Map(changes.map((change) => [change.key, change]));
    const bytes = sum([...latest.values()].map(sizeOf));
    if (bytes > maxWriteBytes) {
      const keys = [...latest.keys()].slice(0, 3).join("', '");
      throw unusable(`one write of '${keys}' has ${bytes} bytes, at most ${maxWriteBytes} fit`);
    }
    const { clock } = this.#options;
    const deadline = clock.now() + storeTimeoutMs;
    for (let again = false; ; again = true) {
      try {
        await this.#transact(latest.values(), again);
        break;
      } catch (error) {
        const lost = isAppError(error, 'ZK_CONNECTION_LOST');
        if (!lost || clock.now() >= deadline) throw error;
        await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
      }
    }
    for (const change of latest.values()) {
      if (change.type === 'put') this.#entries.set(change.key, change.value);
      else this.#entries.delete(change.key);
    }
  }

  async #transact(changes: Iterable<StoreChange>, again: boolean): Promise<void> {
    const { election, candidate } = this.#options;
    const { session } = election;
    const operations: Operation[] = [{ type: 'check', path: candidate }];
    for (const change of changes) {
      const path = `${this.#root}/${encodeURIComponent(change.key)}`;
      const exists = again ? await session.exists(path) : this.#entries.has(change.key);
      if (change.type === 'delete') {
        if (exists) operations.push({ type: 'remove', path });
      } else if (exists) operations.push({ type: 'set', path, data: change.value });
      else operations.push({ type: 'create', path, data: change.value, acl: aclOf(election) });
    }
    if (operations.length > 1) await session.transact(operations);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#committing;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function sizeOf(change: StoreChange): number {
  return change.key.length * 3 + (change.type === 'put' ? change.value.length : 0);
}

function unusable(reason: string): Error {
  return masterError('REGISTRY_UNUSABLE', {
    message: `Cannot write to the registry in ZooKeeper: ${reason}`,
  });
}
