/** One command with its streams attached, over pipes or on a terminal: the agent's side of session.pl. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { agentError } from '../../errors.ts';
import { sendFrame, sendInput, sendSize } from './frames.ts';
import {
  type Session,
  type SessionCommand,
  type SessionListener,
  sizeText,
  type WindowSize,
} from './session.ts';

const perl = '/usr/bin/perl';

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
    const { stdin } = this.#child;
    if (stdin !== null) await sendInput(stdin, data);
  }

  closeInput(): void {
    this.#send('E', new Uint8Array());
  }

  resize(window: WindowSize): void {
    const { stdin } = this.#child;
    if (stdin !== null) sendSize(stdin, window);
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

  #send(kind: string, payload: Uint8Array): void {
    const { stdin } = this.#child;
    if (stdin !== null) sendFrame(stdin, kind, payload);
  }
}

function encodeLaunch(command: SessionCommand): Uint8Array {
  const { file, args, directory, environment, owner, window } = command;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const user = owner === undefined ? '-' : `${owner.uid}:${owner.gid}`;
  const size = window === undefined ? '-' : sizeText(window);
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
