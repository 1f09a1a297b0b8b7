/** One command with its streams attached, over pipes or on a terminal: the agent's side of session.pl. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { agentError } from '../../errors.ts';
import {
  clampSize,
  type Session,
  type SessionCommand,
  type SessionListener,
  type WindowSize,
} from './session.ts';

const perl = '/usr/bin/perl';
const frameHeadBytes = 5;
const largestFrame = 1024 * 1024;

export class SessionProcess implements Session {
  readonly #child: ChildProcess;
  readonly #listener: SessionListener;
  readonly #started = Promise.withResolvers<number>();
  #exited = false;
  #lines = '';

  constructor(command: SessionCommand, listener: SessionListener) {
    const launch = encodeLaunch(command);
    this.#listener = listener;
    const script = fileURLToPath(new URL('session.pl', import.meta.url));
    this.#child = spawn(perl, [script], {
      env: { PATH: process.env.PATH ?? '', PERL_BADLANG: '0' },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#listen();
    this.#send('L', launch);
  }

  #listen(): void {
    const child = this.#child;
    for (const [stream, name] of [
      [child.stdout, 'STDOUT'],
      [child.stderr, 'STDERR'],
    ] as const) {
      stream?.on('data', (data: Buffer) => this.#listener.onOutput(name, data));
    }
    const notes = child.stdio[3] as Readable;
    notes.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    // It ended before it took what was sent: its end says the rest.
    child.stdin?.on('error', () => undefined);
    child.once('error', (cause) => this.#fail(cause.message));
    child.once('close', () => {
      this.#fail('the program that starts it ended');
      this.#exit(undefined);
      this.#listener.onClose();
    });
  }

  #read(text: string): void {
    const lines = (this.#lines + text).split('\n');
    this.#lines = lines.pop() ?? '';
    for (const line of lines) {
      const space = line.indexOf(' ');
      const rest = line.slice(space + 1);
      if (line.startsWith('started')) this.#started.resolve(Number(rest));
      else if (line.startsWith('exited')) this.#exit(Number(rest));
      else this.#fail(rest);
    }
  }

  #fail(reason: string): void {
    const message = `Cannot start the command: ${reason}`;
    this.#started.reject(agentError('LAUNCH_FAILED', { message }));
  }

  #exit(status: number | undefined): void {
    if (this.#exited) return;
    this.#exited = true;
    this.#listener.onExit(status);
  }

  /** The pid of the command; rejects with `LAUNCH_FAILED` when it could not be started. */
  get started(): Promise<number> {
    return this.#started.promise;
  }

  /** Resolves when more input may come. */
  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += largestFrame) {
      await this.#drained(this.#send('I', data.subarray(at, at + largestFrame)));
    }
  }

  closeInput(): void {
    this.#send('E', new Uint8Array());
  }

  resize({ rows, columns }: WindowSize): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt16BE(clampSize(rows), 0);
    bytes.writeUInt16BE(clampSize(columns), 2);
    this.#send('W', bytes);
  }

  /** To every process of the command. */
  signal(number: number): void {
    this.#send('S', Uint8Array.of(number));
  }

  /** Kills every process of the command. */
  end(): void {
    this.#child.stdin?.end();
    this.resume();
  }

  /** Nothing more is read; the command has to wait when it writes on. */
  pause(): void {
    this.#child.stdout?.pause();
    this.#child.stderr?.pause();
  }

  resume(): void {
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
  }

  #send(kind: string, payload: Uint8Array): boolean {
    const stdin = this.#child.stdin;
    if (stdin === null || !stdin.writable) return true;
    const head = Buffer.alloc(frameHeadBytes);
    head.write(kind, 0, 'latin1');
    head.writeUInt32BE(payload.length, 1);
    return stdin.write(Buffer.concat([head, payload]));
  }

  async #drained(isFree: boolean): Promise<void> {
    const stdin: Writable | null = this.#child.stdin;
    if (isFree || stdin === null || !stdin.writable) return;
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race([once(stdin, 'drain', { signal }), once(stdin, 'close', { signal })]).catch(
      () => undefined,
    );
    settled.abort();
  }
}

function encodeLaunch(command: SessionCommand): Uint8Array {
  const { file, args, directory, environment, owner, window } = command;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const user = owner === undefined ? '-' : `${owner.uid}:${owner.gid}`;
  const size =
    window === undefined ? '-' : `${clampSize(window.rows)}x${clampSize(window.columns)}`;
  const fields = [
    directory,
    user,
    size,
    String(variables.length),
    ...variables,
    file,
    file,
    ...args,
  ];
  if (fields.some((field) => field.includes('\0'))) {
    throw agentError('LAUNCH_FAILED', {
      message: 'Cannot start the command: a word of it or a variable holds a NUL character',
    });
  }
  return Buffer.from(`${fields.join('\0')}\0`);
}
