/**
 * A durable key-value store (SQLite, WAL): writes of one moment share one commit, and the disk's sync of it is awaited
 * away from the event loop. SQLite itself syncs its log only at checkpoints (synchronous=NORMAL); the sync of the log
 * after each commit, which synchronous=FULL would add, is done here.
 */
import {
  chmodSync,
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { errorMessage, kitError } from './errors.ts';

/** One change; a put replaces what was there, a delete of nothing is no error. */
export type StoreChange =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string };

/** One key and its value. */
export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** What was put and committed; reads do not see changes that still wait for their commit, and may see some before their sync. */
export interface Store {
  get(key: string): Uint8Array | undefined;
  /** Entries whose key begins with `prefix`, in key order (bytewise). */
  list(prefix: string): StoreEntry[];
  /**
   * Applies all changes in order or none; resolves after they are on disk.
   * @throws AppError `STORE_UNUSABLE` when the disk refuses, `STORE_CLOSED` after `close`
   */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Commits what waits, then closes the file; a second call does nothing. */
  close(): Promise<void>;
}

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  PRAGMA synchronous = NORMAL;
  SELECT 1 FROM entry LIMIT 1;
`;

const syncData = promisify(fdatasync);

class SqliteStore implements Store {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  /** The log of SQLite. It stays the same file until the database is closed. */
  readonly #log: number;
  #waiting: Waiting[] = [];
  /** Commits one batch after the other until nothing waits. */
  #committing: Promise<void> | undefined;
  /** After a failed sync nobody knows what is on disk: nothing is acknowledged any more. */
  #broken: Error | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
    this.#db = new DatabaseSync(path);
    this.#db.exec(schema);
    this.#log = openSync(`${path}-wal`, 'r');
    // What a killed process committed and did not sync any more is read from now on: it must last, too.
    fdatasyncSync(this.#log);
    syncDirectory(dirname(path));
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)');
    this.#remove = this.#db.prepare('DELETE FROM entry WHERE key = ?');
    this.#get = this.#db.prepare('SELECT value FROM entry WHERE key = ?');
    this.#list = this.#db.prepare('SELECT key, value FROM entry WHERE key >= ? ORDER BY key');
  }

  get(key: string): Uint8Array | undefined {
    const value = this.#get.get(key)?.value;
    return value instanceof Uint8Array ? value : undefined;
  }

  list(prefix: string): StoreEntry[] {
    const entries: StoreEntry[] = [];
    for (const { key, value } of this.#list.iterate(prefix)) {
      if (typeof key !== 'string' || !key.startsWith(prefix)) break;
      if (value instanceof Uint8Array) entries.push({ key, value });
    }
    return entries;
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#closed) {
      const message = `Cannot write to store '${this.#path}': it is closed`;
      return Promise.reject(kitError('STORE_CLOSED', { message, details: { path: this.#path } }));
    }
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    // Writes of the same turn come along.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit();
    this.#committing = undefined;
  }

  /** One transaction for all that waits: the cost of a commit is the disk's sync, not the rows. */
  async #commit(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      this.#transact(batch);
      await this.#sync();
    } catch (cause) {
      const failure = storeFailure('write to', this.#path, cause);
      for (const waiting of batch) waiting.reject(failure);
      return;
    }
    for (const waiting of batch) waiting.resolve();
  }

  #transact(batch: readonly Waiting[]): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const { changes } of batch) for (const change of changes) this.#apply(change);
      this.#db.exec('COMMIT');
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw cause;
    }
  }

  async #sync(): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      await syncData(this.#log);
    } catch (cause) {
      this.#broken = storeFailure('write to', this.#path, cause);
      throw cause;
    }
  }

  #apply(change: StoreChange): void {
    if (change.type === 'put') this.#put.run(change.key, change.value);
    else this.#remove.run(change.key);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    this.#db.close();
    closeSync(this.#log);
  }
}

function storeFailure(verb: string, path: string, cause: unknown): Error {
  return kitError('STORE_UNUSABLE', {
    message: `Cannot ${verb} store '${path}': ${errorMessage(cause)}; check the disk's space and permissions`,
    details: { path },
    cause,
  });
}

/** The entry of a new file in its directory must last as well. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** What is stored may hold secrets, as variables of tasks do. SQLite gives its other files the same mode. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/**
 * Opens or makes the store, readable by its owner only, with its parent directories.
 * @throws AppError `STORE_UNUSABLE` when the file cannot be made or is no database
 */
export function openStore(path: string): Store {
  try {
    mkdirSync(dirname(path), { recursive: true });
    keepPrivate(path);
    return new SqliteStore(path);
  } catch (cause) {
    throw storeFailure('open', path, cause);
  }
}
