/** What a session writes, told to everybody who listens, at the pace of the one whose session it is. */
import type { OutputStream, Session } from './session.ts';

/** Who wants to hear of the output. */
export interface OutputListener {
  /** False when it cannot take more for now. */
  take(stream: OutputStream, data: Uint8Array): boolean;
  /** Nothing more comes. */
  end(): void;
}

export class SessionOutput {
  readonly #listeners = new Set<OutputListener>();
  #owner: OutputListener | undefined;
  #process: Session | undefined;
  #ended = false;

  /** Pauses and resumes this one from now on. */
  control(process: Session): void {
    this.#process = process;
    // Nothing may be lost before the owner listens.
    if (this.#owner === undefined && !this.#ended) process.pause();
  }

  /** The one whose pace counts; `false` of the others is their own affair. */
  own(listener: OutputListener): void {
    this.#owner = listener;
    this.add(listener);
    this.#process?.resume();
  }

  /** The owner can take more again. */
  ready(): void {
    this.#process?.resume();
  }

  add(listener: OutputListener): void {
    if (this.#ended) listener.end();
    else this.#listeners.add(listener);
  }

  remove(listener: OutputListener): void {
    this.#listeners.delete(listener);
  }

  take(stream: OutputStream, data: Uint8Array): void {
    for (const listener of this.#listeners) {
      const isFree = listener.take(stream, data);
      if (!isFree && listener === this.#owner) this.#process?.pause();
    }
  }

  end(): void {
    this.#ended = true;
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }
}
