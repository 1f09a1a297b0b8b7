/** Runs a child process to a named end: exit, signal, timeout, cancelled, output-limit or spawn-error. Never a shell. */
import { type ChildProcess, spawn } from 'node:child_process';
import { formatCommand } from './command-line.ts';
import { errorMessage, systemErrorCode } from './errors.ts';
import { leashed, type Spawned, unleash } from './leash.ts';

/** What is run, and within which bounds. */
export interface CommandOptions {
  readonly file: string;
  readonly args?: readonly string[];
  /** The whole environment of the child. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Whom the child runs as, without further groups; it takes root. Default: this process's user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** What the child reads; default nothing. */
  readonly input?: string | Uint8Array;
  /** Default: no bound. */
  readonly timeoutMs?: number;
  /** Aborting it ends the child and gives cause `cancelled`. */
  readonly signal?: AbortSignal;
  /** Of stdout and stderr together; default 16 MiB. Output that is watched but not kept does not count. */
  readonly maxOutputBytes?: number;
  /** From TERM to KILL, and from the child's end to that of its output, which others may hold open. Default 3 s. */
  readonly killGraceMs?: number;
  /**
   * Whether the child and its group end, too, when this process is killed: TERM, and later KILL. A file that cannot be
   * run is exit code 126 or 127 then. Default: they run on.
   */
  readonly endsWithUs?: boolean;
  /** Sees the child's output as it comes. */
  readonly onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  /** Whether the result holds the output; default true. */
  readonly keepOutput?: boolean;
}

/** The one reason why a process ended. */
export type EndCause = 'exit' | 'signal' | 'timeout' | 'cancelled' | 'output-limit' | 'spawn-error';

/** How a command ended; the same shape for success and every failure. */
export interface Ended {
  readonly cause: EndCause;
  /** Of `exit`; otherwise what the child still reported, if anything. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** As one could paste it, secrets masked. */
  readonly command: string;
  /** Of `spawn-error`. */
  readonly error: Error | undefined;
}

const defaultMaxOutputBytes = 16 * 1024 * 1024;
const defaultKillGraceMs = 3000;

/** Sends a signal to the whole process group that the child leads; one that is gone or not ours is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** One running child and all that ends it; `ended` settles once, after its last output. */
class RunningCommand {
  readonly #options: CommandOptions;
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  readonly #chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  #outputBytes = 0;
  #stopCause: EndCause | undefined;
  #spawnError: Error | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(options: CommandOptions) {
    this.#options = options;
    const command: Spawned = {
      file: options.file,
      args: options.args ?? [],
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    };
    const { file, args, stdio } = options.endsWithUs === true ? leashed(command) : command;
    // A group of its own: what the command starts ends with it.
    this.#child = spawn(file, args, {
      cwd: options.cwd,
      ...options.owner,
      env: options.env,
      detached: true,
      stdio,
    });
  }

  run(): Promise<Ended> {
    const { timeoutMs, signal, input } = this.#options;
    const cancel = (): void => this.#stop('cancelled');
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => this.#stop('timeout'), timeoutMs);
    signal?.addEventListener('abort', cancel, { once: true });
    this.#collect('stdout');
    this.#collect('stderr');
    this.#child.stdin?.on('error', () => undefined).end(input);
    if (signal?.aborted) cancel();
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#spawnError = error;
        if (this.#child.pid === undefined) finish(null, null);
      });
      this.#child.once('exit', () => {
        clearTimeout(timer);
        unleash(this.#child);
        this.#drain();
      });
      this.#child.once('close', (code, endSignal) => finish(code, endSignal));
      const finish = (code: number | null, endSignal: NodeJS.Signals | null): void => {
        clearTimeout(timer);
        clearTimeout(this.#killTimer);
        clearTimeout(this.#drainTimer);
        signal?.removeEventListener('abort', cancel);
        resolve(this.#result(code ?? undefined, endSignal ?? undefined));
      };
    });
  }

  #collect(stream: 'stdout' | 'stderr'): void {
    this.#child[stream]?.on('data', (chunk: Buffer) => {
      this.#options.onOutput?.(chunk, stream);
      if (this.#options.keepOutput === false || this.#stopCause === 'output-limit') return;
      this.#outputBytes += chunk.length;
      this.#chunks[stream].push(chunk);
      if (this.#outputBytes > (this.#options.maxOutputBytes ?? defaultMaxOutputBytes)) {
        this.#stop('output-limit');
      }
    });
  }

  /** TERM to the group, KILL after the grace time; the first cause counts. */
  #stop(cause: EndCause): void {
    const pid = this.#child.pid;
    if (this.#stopCause !== undefined || pid === undefined) return;
    this.#stopCause = cause;
    signalGroup(pid, 'SIGTERM');
    this.#killTimer = setTimeout(
      () => signalGroup(pid, 'SIGKILL'),
      this.#options.killGraceMs ?? defaultKillGraceMs,
    );
  }

  /** What the child left in a session of its own may hold its output open for ever: nobody waits for that. */
  #drain(): void {
    this.#drainTimer = setTimeout(() => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, this.#options.killGraceMs ?? defaultKillGraceMs);
  }

  #result(exitCode: number | undefined, signal: NodeJS.Signals | undefined): Ended {
    const { file, args } = this.#options;
    const natural: EndCause = signal === undefined ? 'exit' : 'signal';
    return {
      cause: this.#spawnError === undefined ? (this.#stopCause ?? natural) : 'spawn-error',
      exitCode,
      signal,
      stdout: Buffer.concat(this.#chunks.stdout).toString('utf8'),
      stderr: Buffer.concat(this.#chunks.stderr).toString('utf8'),
      durationMs: performance.now() - this.#started,
      command: formatCommand(file, args ?? []),
      error: this.#spawnError,
    };
  }
}

/** Runs the command and resolves with its end, whatever it is; it never rejects. */
export function runCommand(options: CommandOptions): Promise<Ended> {
  return new RunningCommand(options).run();
}

/** What happened, in words: "exit code 3", "killed by SIGKILL", "no end within 500 ms", … */
export function describeEnd(ended: Ended): string {
  switch (ended.cause) {
    case 'exit':
      return `exit code ${ended.exitCode ?? 'unknown'}`;
    case 'signal':
      return `killed by ${ended.signal}`;
    case 'timeout':
      return `stopped because it did not end in time (${Math.round(ended.durationMs)} ms)`;
    case 'cancelled':
      return 'cancelled';
    case 'output-limit':
      return 'stopped because it printed too much';
    case 'spawn-error':
      return `not started: ${errorMessage(ended.error)}`;
  }
}
