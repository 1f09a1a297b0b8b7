/** The lives of a master that is killed and started again: which one it is, and when the next begins. */

export class Lives {
  /** Counts up with each life. */
  number = 0;
  #begun: Promise<void> = Promise.resolve();
  #begin: () => void = () => undefined;

  /** Resolves when a master serves. */
  get begun(): Promise<void> {
    return this.#begun;
  }

  /** The master is about to die. */
  end(): void {
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** The next one serves. */
  start(): void {
    this.number += 1;
    this.#begin();
  }

  /** Nobody waits for another life any more. */
  close(): void {
    this.#begin();
  }
}
