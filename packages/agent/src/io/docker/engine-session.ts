/**
 * A command inside a Docker container with its streams attached (Engine API, "Exec"). The engine cannot end such a
 * command: a guard does, which knows its processes by a variable, where engine and agent share a machine.
 */
import {
  type Clock,
  errorMessage,
  isProcessAlive,
  type ProcessIdentity,
  processIdentity,
  type Timer,
} from '@stoke/kit';
import { z } from 'zod';
import { agentError } from '../../errors.ts';
import type { InsideSession } from '../containerizer.ts';
import { clampSize, type Session, type WindowSize } from '../session/session.ts';
import { SessionGuard } from '../session/session-guard.ts';
import { dockerName, insideEnvironment } from './container-request.ts';
import { type DockerEngine, refusalText } from './engine-client.ts';
import { EngineStreams, nobodysKeys } from './engine-streams.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { pause } from './pause.ts';

const created = z.object({ Id: z.string() });
const inspected = z.object({
  Running: z.boolean(),
  ExitCode: z.int().nullish(),
  Pid: z.int().default(0),
});
type State = z.infer<typeof inspected>;

/** From the connection to the pid of the command, or to the end of a command that ends its output before itself. */
const firstLookMs = 10;
const longestLookMs = 500;
const startWaitMs = 10_000;
const inspectTimeoutMs = 5_000;
/** How often the command is looked for: what it left behind holds its streams open. */
const watchMs = 250;
/** How long an engine has to close the streams of processes that were killed. */
const closingMs = 2_000;
const exitCodeShift = 8;

export interface EngineSessionOptions extends InsideSession {
  readonly engine: DockerEngine;
  readonly clock: Clock;
}

export class EngineSession implements Session {
  readonly started: Promise<number>;
  readonly #options: EngineSessionOptions;
  readonly #guard = new SessionGuard();
  readonly #over = new AbortController();
  readonly #sendSize = oneAtATime(({ rows, columns }: WindowSize) => {
    const query = { h: String(clampSize(rows)), w: String(clampSize(columns)) };
    const path = `/exec/${this.#id}/resize`;
    return this.#options.engine.call({ method: 'POST', path, query });
  });
  #id = '';
  #streams: EngineStreams | undefined;
  #window: WindowSize | undefined;
  #isPaused = false;
  #isEnding = false;
  #watch: Timer | undefined;

  constructor(options: EngineSessionOptions) {
    this.#options = options;
    this.#window = options.command.window;
    this.started = this.#start().catch((cause: unknown) => {
      this.#guard.end();
      const reason = refusalText(cause) ?? errorMessage(cause);
      throw agentError('LAUNCH_FAILED', { message: `Cannot start the command: ${reason}`, cause });
    });
  }

  async #start(): Promise<number> {
    const { engine, containerId, command, listener } = this.#options;
    const tty = command.window !== undefined;
    const path = `/containers/${dockerName(containerId)}/exec`;
    const body = { ...this.#request(), Tty: tty };
    this.#id = created.parse((await engine.call({ method: 'POST', path, body })).value).Id;
    if (this.#isEnding) throw new Error('it was ended meanwhile');
    const socket = await engine.hijack({
      path: `/exec/${this.#id}/start`,
      body: { Detach: false, Tty: tty },
    });
    this.#streams = new EngineStreams({
      socket,
      tty,
      onOutput: (stream, data) => listener.onOutput(stream, data),
      onClose: () => void this.#settle(),
    });
    if (this.#isPaused) this.#streams.pause();
    // The engine takes it once the terminal is there, which is sooner or later.
    if (this.#window !== undefined) this.resize(this.#window);
    const { Pid } = await this.#look(({ Running, Pid: pid }) => !Running || pid > 0, startWaitMs);
    if (this.#window !== undefined) this.resize(this.#window);
    this.#keepWatching(processIdentity(Pid));
    if (this.#isEnding) this.end();
    return Pid;
  }

  /** Where it runs is the container's own affair, and as whom unless a user is named. */
  #request(): Readonly<Record<string, unknown>> {
    const { containerId, command, user } = this.#options;
    const { file, args, environment, window } = command;
    const inside = insideEnvironment({
      environment,
      containerId,
      command: {},
      container: undefined,
    });
    const variables = Object.entries(inside).map(([name, value]) => `${name}=${value}`);
    return {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      DetachKeys: nobodysKeys,
      Cmd: [file, ...args],
      Env: [...variables, this.#guard.mark],
      ...(user === undefined ? {} : { User: user }),
      ...(window === undefined ? {} : { ConsoleSize: [window.rows, window.columns] }),
    };
  }

  /** Asks until the command is as wanted, or for so long. */
  async #look(isWanted: (state: State) => boolean, patienceMs?: number): Promise<State> {
    const { engine, clock } = this.#options;
    const deadline = patienceMs === undefined ? undefined : clock.now() + patienceMs;
    for (let waitMs = firstLookMs; ; waitMs = Math.min(waitMs * 2, longestLookMs)) {
      const path = `/exec/${this.#id}/json`;
      const { value } = await engine.call({ path, timeoutMs: inspectTimeoutMs });
      const state = inspected.parse(value);
      const isLate = deadline !== undefined && clock.now() >= deadline;
      if (isWanted(state) || isLate || this.#over.signal.aborted) return state;
      await pause(clock, waitMs, this.#over.signal);
    }
  }

  #keepWatching(command: ProcessIdentity | undefined): void {
    if (command === undefined || this.#over.signal.aborted) return;
    this.#watch = this.#options.clock.setTimer(watchMs, () => {
      if (isProcessAlive(command)) this.#keepWatching(command);
      else this.#guard.end();
    });
  }

  /** The streams are over: the engine says how the command ended, when it does and if it answers. */
  async #settle(): Promise<void> {
    const { listener } = this.#options;
    let status: number | undefined;
    try {
      const { ExitCode } = await this.#look(({ Running }) => !Running);
      status = typeof ExitCode === 'number' ? ExitCode << exitCodeShift : undefined;
    } catch {
      // An engine that is away says nothing: how the command ends then nobody knows.
      status = undefined;
    }
    this.#over.abort();
    this.#watch?.cancel();
    this.#guard.end();
    listener.onExit(status);
    listener.onClose();
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#streams === undefined) await this.started.catch(() => undefined);
    await this.#streams?.write(data);
  }

  closeInput(): void {
    this.#streams?.closeInput();
  }

  /** A size that comes before the terminal is there is taken when it is. */
  resize(window: WindowSize): void {
    this.#window = window;
    if (this.#streams === undefined) return;
    this.#sendSize(window);
  }

  signal(number: number): void {
    this.#guard.signal(number);
  }

  end(): void {
    this.#isEnding = true;
    // Without streams it is being started, and ended after that: the guard does not wait for long.
    if (this.#streams === undefined) return;
    this.#guard.end();
    this.resume();
    const destroy = (): void => this.#streams?.destroy();
    const closing = this.#options.clock.setTimer(closingMs, destroy);
    this.#over.signal.addEventListener('abort', () => closing.cancel(), { once: true });
  }

  pause(): void {
    this.#isPaused = true;
    this.#streams?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#streams?.resume();
  }
}
