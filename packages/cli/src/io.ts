/** Everything a command may touch of the outside: streams, environment, clock, the user's Ctrl-C. Given to commands, so tests bring their own. */
import type { Clock } from '@stoke/kit';

/** A stream people or programs read. */
export interface Output {
  write(text: string): void;
  readonly isTty: boolean;
  /** Width of the terminal; a default for files and pipes. */
  readonly columns: number;
}

/** The surroundings of one run of the CLI. */
export interface CliIo {
  /** Data, and nothing else. */
  readonly stdout: Output;
  /** Progress, hints and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** How the user starts this program, for hints to paste. */
  readonly program: string;
  readonly clock: Clock;
  /** Aborted by Ctrl-C and TERM. */
  readonly signal: AbortSignal;
  /** What the process ends with. */
  exitCode: number;
  /** Set while a shell owns the terminal: Ctrl-C is the shell's then. */
  terminalLent: boolean;
  /** `--quiet`: neither progress nor hints. */
  quiet: boolean;
  /** `--debug`: errors with their stack. */
  debug: boolean;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Takes the common options over; called first by every action. */
export function applyCommon(io: CliIo, options: CommonOptions): void {
  io.quiet = options.quiet === true;
  io.debug = options.debug === true;
}

/** Writes what `--json` asks for: one document. */
export function writeJson(io: CliIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Says what one may do next, to people only. */
export function hint(io: CliIo, lines: readonly string[]): void {
  if (io.quiet) return;
  io.stderr.write(`${lines.join('\n')}\n`);
}
