/** The `stoke` command as a user types it, with a state directory of its own, for end-to-end tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../../stoke', import.meta.url));

/** How a command ended, with all it printed. */
export interface StokeResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that still runs. */
export interface RunningStoke {
  readonly child: ChildProcess;
  readonly ended: Promise<StokeResult>;
  /** What it printed so far, both streams. */
  output(): string;
}

/** One user with an empty state directory; caches (Spark, Java) are those of the machine. */
export class StokeSession {
  readonly stateHome: string = mkdtempSync(join(tmpdir(), 'stoke-state-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = { ...process.env, XDG_STATE_HOME: this.stateHome, NO_COLOR: '1', ...env };
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningStoke {
    const child = spawn(launcher, args, {
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
    }));
    return { child, ended, output: () => stdout + stderr };
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<StokeResult> {
    return this.start(args, env).ended;
  }

  /** The answer of a `--json` command; the error holds what was printed. */
  async json<T>(args: readonly string[]): Promise<T> {
    const result = await this.run([...args, '--json']);
    if (result.code !== 0) {
      throw new Error(`stoke ${args.join(' ')} ended with ${result.code}:\n${result.stderr}`);
    }
    return JSON.parse(result.stdout) as T;
  }

  /** Removes the state directory; clusters must be killed before. */
  dispose(): void {
    rmSync(this.stateHome, { recursive: true, force: true });
  }
}
