/** How many bytes the registry holds, for the metrics: counted along with the writes. */
import type { Store, StoreChange } from '@stoke/kit';

/** Sizes of the entries by key. */
export class RegistrySize {
  readonly #sizes = new Map<string, number>();
  #total = 0;

  constructor(store: Store | undefined) {
    for (const { key, value } of store?.list('') ?? []) this.#set(key, value.length);
  }

  /** Follows changes that were committed. */
  follow(changes: readonly StoreChange[]): void {
    for (const change of changes) {
      this.#set(change.key, change.type === 'put' ? change.value.length : undefined);
    }
  }

  bytes(): number {
    return this.#total;
  }

  #set(key: string, size: number | undefined): void {
    this.#total += (size ?? 0) - (this.#sizes.get(key) ?? 0);
    if (size === undefined) this.#sizes.delete(key);
    else this.#sizes.set(key, size);
  }
}
