/** A process that makes load: it does what its parent asks for, one request at a time, and answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { processCpuMs } from '../process-cpu.ts';

/** What a worker module hands to {@link serve}: its requests by name. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Called by the worker's module: answers requests until the parent goes away. */
export function serve(handlers: Handlers): void {
  process.on('message', async ({ id, name, argument }: Request) => {
    try {
      const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
      if (handler === undefined) throw new Error(`Unknown request '${name}'`);
      process.send?.({ id, value: await handler(argument) } satisfies Reply);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Reply);
    }
  });
  process.once('disconnect', () => process.exit());
}

/** The parent's end. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 0;

  constructor(module: URL) {
    this.#child = fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', ({ id, value, error }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    this.#child.once('exit', () => {
      for (const waiting of this.#waiting.values()) waiting.reject(new Error('The worker ended'));
    });
  }

  async ask<T>(name: string, argument?: unknown): Promise<T> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, argument });
    return (await waiting.promise) as T;
  }

  /** CPU time so far, in milliseconds. */
  cpuMs(): number {
    return processCpuMs(this.#child.pid ?? 0);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
