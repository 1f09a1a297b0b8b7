/** A command with its streams attached, whoever runs it: what it is made from, what it says, what it can be told. */
import type { ContainerInfo } from '@stoke/protocol';

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** What to run, where and as whom. */
export interface SessionCommand {
  readonly file: string;
  /** Without argv[0], which is the program. */
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** With a terminal of that size; without one over pipes. */
  readonly window: WindowSize | undefined;
}

export type OutputStream = 'STDOUT' | 'STDERR';

/** Told what comes of the command. */
export interface SessionListener {
  /** Something it wrote. */
  onOutput(stream: OutputStream, data: Uint8Array): void;
  /** It ended, with the status that waitpid gave, if anybody knows it. More output may follow. */
  onExit(status: number | undefined): void;
  /** There is nothing more to come. */
  onClose(): void;
}

export interface Session {
  /** The pid of the command, 0 when nobody knows it; rejects when it could not be started. */
  readonly started: Promise<number>;
  /** Resolves when more input may come. */
  write(data: Uint8Array): Promise<void>;
  closeInput(): void;
  resize(window: WindowSize): void;
  /** To every process of the command. */
  signal(number: number): void;
  /** Kills every process of the command. */
  end(): void;
  /** Nothing more is read; the command has to wait when it writes on. */
  pause(): void;
  resume(): void;
}

/** What keyboard and screen of a task that has a terminal can be told. */
export type Console = Pick<Session, 'write' | 'resize' | 'pause' | 'resume' | 'end'>;

/** Told what a terminal shows. */
export type ConsoleListener = Pick<SessionListener, 'onOutput' | 'onClose'>;

const usualWindow: WindowSize = { rows: 24, columns: 80 };

/** Of the terminal that a container asks for, if it does. */
export function windowOf(container: ContainerInfo | undefined): WindowSize | undefined {
  const asked = container?.tty_info;
  return asked === undefined ? undefined : (asked.window_size ?? usualWindow);
}

const largestSize = 65_535;

/** As a terminal can take it. */
export function clampSize(count: number): number {
  return Math.min(Math.max(Math.trunc(count), 0), largestSize);
}

/** As those who start commands take it. */
export function sizeText({ rows, columns }: WindowSize): string {
  return `${clampSize(rows)}x${clampSize(columns)}`;
}
