/** One real master or agent process under test: started, killed, stopped, continued and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait-for.ts';

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

const compiledCode = join(repositoryRoot, 'node_modules', '.cache', 'stoke');

export interface DaemonOptions {
  readonly kind: 'master' | 'agent';
  readonly workDir: string;
  readonly flags: readonly string[];
  /** In a process group of its own, out of reach of the terminal's Ctrl-C: its owner handles that and stops it. */
  readonly detached?: boolean;
}

interface DaemonFile {
  readonly pid: number;
  readonly url: string;
}

/** A daemon keeps its port over restarts: the first start may ask for port 0. */
export class Daemon {
  readonly kind: 'master' | 'agent';
  readonly workDir: string;
  readonly #flags: readonly string[];
  readonly #detached: boolean;
  #child: ChildProcess | undefined;
  #url: string | undefined;

  constructor(options: DaemonOptions) {
    this.kind = options.kind;
    this.workDir = options.workDir;
    this.#flags = options.flags;
    this.#detached = options.detached ?? false;
  }

  /** `http://ip:port`, known after the first start. */
  get url(): string {
    if (this.#url === undefined) throw new Error(`The ${this.kind} was never started`);
    return this.#url;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`The ${this.kind} does not run`);
    return pid;
  }

  get logFile(): string {
    return join(this.workDir, `${this.kind}.log`);
  }

  /** Starts the process and resolves when it serves; the error holds the end of its log. */
  async start(): Promise<void> {
    mkdirSync(this.workDir, { recursive: true });
    rmSync(join(this.workDir, 'daemon.json'), { force: true });
    const log = openSync(this.logFile, 'a');
    const port = this.#url === undefined ? '0' : new URL(this.#url).port;
    const main = join(repositoryRoot, 'packages', this.kind, 'src', 'main.ts');
    const args = [main, `--port=${port}`, `--work_dir=${this.workDir}`, ...this.#flags];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', log, log],
      // Tests start hundreds of daemons: none has to make JavaScript of its first file again.
      env: { NODE_COMPILE_CACHE: compiledCode, ...process.env },
      detached: this.#detached,
    });
    this.#child = child;
    this.#url = await waitFor(() => this.#served(child), { what: `the ${this.kind} to serve` });
  }

  async #served(child: ChildProcess): Promise<string | undefined> {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${this.log()}`);
    const file = JSON.parse(readFileSync(join(this.workDir, 'daemon.json'), 'utf8')) as DaemonFile;
    if (file.pid !== child.pid) return undefined;
    const answer = await fetch(`${file.url}/health`);
    return answer.status === 200 ? file.url : undefined;
  }

  /** The last lines of the process's log. */
  log(lines = 40): string {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-lines).join('\n');
  }

  /** Sends a signal; with SIGKILL and SIGTERM it resolves when the process is gone. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ends = signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGUSR1';
    const exited = ends ? once(child, 'exit') : undefined;
    child.kill(signal);
    await exited;
  }

  /** kill -9 and start again with the same flags, port and work directory. */
  async crashAndRestart(): Promise<void> {
    await this.signal('SIGKILL');
    await this.start();
  }
}
