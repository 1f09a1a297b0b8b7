/** The small process that starts commands for the agent (launcher.pl), and what it says about them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { agentError } from '../errors.ts';
import { sizeText, type WindowSize } from './session/session.ts';

/** When stdout and stderr of a container become stdout.1 and stderr.1, and how many of each are kept. */
export interface LogRotation {
  readonly bytes: number;
  readonly files: number;
}

/** A command to be started under a supervisor of its own. */
export interface CommandLaunch {
  readonly containerId: string;
  readonly runtimeDir: string;
  readonly directory: string;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Undefined: stdout and stderr grow without end. */
  readonly rotation: LogRotation | undefined;
  /** See `LaunchRequest.pidFile`. */
  readonly pidFile: string | undefined;
  /** Of its terminal, if it has one: what it writes there goes to stdout. */
  readonly window: WindowSize | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Program, argv[0] and further arguments. */
  readonly words: readonly string[];
}

export interface LauncherProcessOptions {
  readonly perl: string;
  readonly onExited: (containerId: string) => void;
  /** It died with these launches under way; they may have begun. The next launch starts a new one. */
  readonly onLost: (containerIds: readonly string[]) => void;
}

interface Waiting {
  readonly resolve: (pid: number) => void;
  readonly reject: (reason: unknown) => void;
}

export class LauncherProcess {
  readonly #options: LauncherProcessOptions;
  readonly #waiting = new Map<string, Waiting>();
  #child: ChildProcess | undefined;
  #rest = '';

  constructor(options: LauncherProcessOptions) {
    this.#options = options;
  }

  /** Starts the process before it is needed: forking gets slower as the agent grows. */
  start(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const script = fileURLToPath(new URL('launcher.pl', import.meta.url));
    const child = spawn(this.#options.perl, [script], {
      env: { PATH: process.env.PATH ?? '', PERL_BADLANG: '0' },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#child = child;
    this.#rest = '';
    const lost = (): void => this.#lost(child);
    child.once('exit', lost);
    child.once('error', lost);
    child.stdin?.on('error', lost);
    child.stdout?.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    return child;
  }

  /** Resolves with the pid of the supervisor once the command runs. */
  launch(command: CommandLaunch): Promise<number> {
    const frame = encodeLaunch(command);
    const child = this.start();
    return new Promise((resolve, reject) => {
      this.#waiting.set(command.containerId, { resolve, reject });
      child.stdin?.write(frame);
    });
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [what, containerId = '', ...rest] = line.split(' ');
    if (what === 'exited') {
      this.#options.onExited(containerId);
      return;
    }
    const waiting = this.#waiting.get(containerId);
    this.#waiting.delete(containerId);
    if (what === 'started') waiting?.resolve(Number(rest[0]));
    else waiting?.reject(launchError(containerId, rest.join(' ')));
  }

  #lost(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const ids = [...this.#waiting.keys()];
    this.#options.onLost(ids);
  }

  /** What became of a launch that the process took with it. */
  settle(containerId: string, pid: number | undefined): void {
    const waiting = this.#waiting.get(containerId);
    this.#waiting.delete(containerId);
    if (pid === undefined) waiting?.reject(launchError(containerId, 'the launcher process ended'));
    else waiting?.resolve(pid);
  }

  /** The process ends with its input; supervisors go on. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.end();
    child?.stdout?.destroy();
    child?.unref();
  }
}

function launchError(containerId: string, reason: string): Error {
  return agentError('LAUNCH_FAILED', {
    message: `Cannot launch container '${containerId}': ${reason}`,
  });
}

function encodeLaunch(command: CommandLaunch): Buffer {
  const { containerId, runtimeDir, directory, owner, rotation, environment, words } = command;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const user = owner === undefined ? '-' : `${owner.uid}:${owner.gid}`;
  const logs = rotation === undefined ? '-' : `${rotation.bytes}:${rotation.files}`;
  const size = command.window === undefined ? '-' : sizeText(command.window);
  const fields = [containerId, runtimeDir, directory, user, logs, command.pidFile ?? '-'];
  const all = [...fields, size, String(variables.length), ...variables, ...words];
  if (all.some((field) => field.includes('\0'))) {
    throw launchError(containerId, 'a word of the command or a variable holds a NUL character');
  }
  const payload = Buffer.from(`${all.join('\0')}\0`);
  return Buffer.concat([Buffer.from(`${payload.length}\n`), payload]);
}
