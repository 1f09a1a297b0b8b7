/** Commands for a virtual machine over its serial line, see guest.sh for the other end. */
import { createConnection, type Socket } from 'node:net';

export interface Answer {
  readonly code: number;
  /** Of stdout and stderr together. */
  readonly output: string;
}

export class GuestLine {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #ready = Promise.withResolvers<void>();
  #rest = '';
  #commands = 0;

  constructor(path: string) {
    this.#socket = createConnection(path);
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    this.#socket.once('error', (error) => this.#end(error));
    this.#socket.once('close', () => this.#end(new Error('The virtual machine is gone')));
    // Who waits is told; nobody has to wait.
    this.#ready.promise.catch(() => undefined);
  }

  /** Resolves when the machine takes commands. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  run(command: string): Promise<Answer> {
    this.#commands += 1;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(this.#commands, waiting);
    this.#socket.write(`${this.#commands} ${Buffer.from(command).toString('base64')}\n`);
    return waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines.map((one) => one.trim())) this.#take(line);
  }

  #take(line: string): void {
    if (line === 'ready') this.#ready.resolve();
    const [, number, code, output] = /^(\d+) (\d+) ?(\S*)$/.exec(line) ?? [];
    if (output === undefined) return;
    const answer = { code: Number(code), output: Buffer.from(output, 'base64').toString() };
    this.#waiting.get(Number(number))?.resolve(answer);
    this.#waiting.delete(Number(number));
  }

  #end(reason: Error): void {
    this.#ready.reject(reason);
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
