/** Who waits for the end of which executor's container. */
import type { ContainerExitListener } from '../containerizer.ts';

/** What is known of the end of a container. */
export interface ContainerEnd {
  /** As waitpid gave it, if anybody knows it. */
  readonly status: number | undefined;
  readonly limitation?: Parameters<ContainerExitListener>[2];
}

type Waiter = (end: ContainerEnd | undefined) => void;

export class ExecutorEnds {
  readonly #waiters = new Map<string, Set<Waiter>>();

  /** Resolves when the container ends, or with nothing when the signal comes first. */
  wait(containerId: string, signal: AbortSignal): Promise<ContainerEnd | undefined> {
    const waiters = this.#waiters.get(containerId) ?? new Set();
    this.#waiters.set(containerId, waiters);
    return new Promise((resolve) => {
      waiters.add(resolve);
      const give = (): void => {
        waiters.delete(resolve);
        if (waiters.size === 0) this.#waiters.delete(containerId);
        resolve(undefined);
      };
      if (signal.aborted) give();
      else signal.addEventListener('abort', give, { once: true });
    });
  }

  tell(containerId: string, end: ContainerEnd): void {
    for (const waiter of this.#waiters.get(containerId) ?? []) waiter(end);
    this.#waiters.delete(containerId);
  }
}
