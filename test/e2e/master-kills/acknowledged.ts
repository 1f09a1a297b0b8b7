/** What a master has acknowledged, key by key: the only values that may be seen afterwards. */

/** `doubtful` writes (no answer came) may or may not have been made; the next look decides. */
export class Acknowledged {
  readonly #values = new Map<string, Set<string>>();
  #writes = 0;
  readonly problems: string[] = [];

  /** How many writes were acknowledged. */
  get writes(): number {
    return this.#writes;
  }

  /** Whether the value is known for sure. */
  isSettled(key: string): boolean {
    return this.#possible(key).size === 1;
  }

  /** The value of a settled key. */
  value(key: string): string {
    return [...this.#possible(key)][0] ?? '';
  }

  #possible(key: string): Set<string> {
    return this.#values.get(key) ?? new Set(['']);
  }

  /** Sends a write; `send` answers whether it was acknowledged, refused, or without an answer. */
  async write(
    key: string,
    value: string,
    send: () => Promise<'acknowledged' | 'refused' | 'no answer'>,
  ): Promise<void> {
    const before = this.#possible(key);
    this.#values.set(key, new Set([...before, value]));
    const outcome = await send();
    if (outcome === 'refused') this.#values.set(key, before);
    if (outcome !== 'acknowledged') return;
    this.#writes += 1;
    this.#values.set(key, new Set([value]));
  }

  /** A look at what the master says, while nothing is being written to the key. */
  saw(key: string, value: string): void {
    const possible = this.#possible(key);
    if (!possible.has(value)) {
      this.problems.push(
        `${key} is '${value}', acknowledged was '${[...possible].join("' or '")}'`,
      );
    }
    this.#values.set(key, new Set([value]));
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }
}
