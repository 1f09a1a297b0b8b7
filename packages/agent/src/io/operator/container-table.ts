/** The containers that operators asked for, by their whole id, and who waits for the end of which. */
import type { ContainerID, Resource } from '@stoke/protocol';
import { formatContainerId } from '../../core/nesting.ts';
import type { Session } from '../session/session.ts';
import type { SessionOutput } from '../session/session-output.ts';

/** Running and ended ones together; the oldest ended ones are forgotten first. */
const mostContainers = 1000;

export interface SessionParts {
  readonly output: SessionOutput;
  process: Session | undefined;
  /** Whether somebody types already. */
  hasInput: boolean;
}

/** A container that was asked for. */
export interface OperatorContainer {
  readonly id: ContainerID;
  /** Its name among the processes of the agent: of letters and digits, whatever its id. */
  readonly runName: string;
  /** The container of the executor it is nested in; undefined for one that stands alone. */
  readonly rootId: string | undefined;
  /** The sandbox it lies in, of which it has a part of its own unless it is a session. */
  readonly outer: string;
  readonly resources: readonly Resource[];
  readonly session: SessionParts | undefined;
  pid: number | undefined;
  /** Set once the executor it is nested in ended: nobody recovers it any more. */
  orphaned: boolean;
  /** The wait status in a box: it may be unknown. Undefined while it runs. */
  ended: { readonly status: number | undefined } | undefined;
}

type Waiter = (status: number | undefined) => void;

export class ContainerTable {
  readonly #containers = new Map<string, OperatorContainer>();
  readonly #waiters = new Map<OperatorContainer, Set<Waiter>>();

  find(id: ContainerID): OperatorContainer | undefined {
    return this.#containers.get(formatContainerId(id));
  }

  byRunName(name: string): OperatorContainer | undefined {
    return this.all().find(({ runName }) => runName === name);
  }

  all(): readonly OperatorContainer[] {
    return [...this.#containers.values()];
  }

  /** What was forgotten to make room; undefined when all that is there still runs. */
  add(container: OperatorContainer): readonly OperatorContainer[] | undefined {
    const key = formatContainerId(container.id);
    const former = this.#containers.get(key);
    const forgotten = former === undefined ? [] : [former];
    this.#containers.delete(key);
    if (this.#containers.size >= mostContainers) {
      const oldest = this.all().find(({ ended }) => ended !== undefined);
      if (oldest === undefined) return undefined;
      this.remove(oldest);
      forgotten.push(oldest);
    }
    this.#containers.set(key, container);
    return forgotten;
  }

  remove(container: OperatorContainer): void {
    const key = formatContainerId(container.id);
    if (this.#containers.get(key) === container) this.#containers.delete(key);
  }

  /** Tells everybody who waits. */
  end(container: OperatorContainer, status: number | undefined): void {
    container.ended ??= { status };
    for (const waiter of this.#waiters.get(container) ?? []) waiter(status);
    this.#waiters.delete(container);
  }

  /** Resolves with the wait status once the container ended; undefined when the signal comes first. */
  async wait(container: OperatorContainer, signal: AbortSignal): Promise<number | undefined> {
    if (container.ended !== undefined) return container.ended.status;
    const waiters = this.#waiters.get(container) ?? new Set();
    this.#waiters.set(container, waiters);
    return new Promise((resolve) => {
      waiters.add(resolve);
      const give = (): void => {
        waiters.delete(resolve);
        resolve(undefined);
      };
      if (signal.aborted) give();
      else signal.addEventListener('abort', give, { once: true });
    });
  }
}
