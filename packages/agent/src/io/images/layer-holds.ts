/** Which layers are about to be used: from the moment somebody looks for them until their container names them. */
export interface Hold {
  /** Once is enough; more often is harmless. */
  release(): void;
}

export class LayerHolds {
  /** How many hold each layer. */
  readonly #counts = new Map<string, number>();

  hold(names: readonly string[]): Hold {
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    let isHeld = true;
    return {
      release: () => {
        if (isHeld) for (const name of names) this.#letGo(name);
        isHeld = false;
      },
    };
  }

  #letGo(name: string): void {
    const left = (this.#counts.get(name) ?? 1) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }
}
