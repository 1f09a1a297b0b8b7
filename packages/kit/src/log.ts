/** JSON log lines (pino) for daemons: made once in `main.ts` and passed in, never a global. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { gatherLines } from './gathered-lines.ts';

export type { Logger } from 'pino';

/** The levels a user may ask for with `--logging_level`. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** How a logger is made. */
export interface LogOptions {
  /** Which part of Stoke speaks, e.g. `master`; children add their own with `log.child({component})`. */
  readonly component: string;
  readonly level?: LogLevel;
  /** Where lines go; default stdout, at the end of each turn of the event loop and when the process ends. */
  readonly destination?: DestinationStream;
}

/** Headers and fields that must never be readable in a log. */
const secretPaths = [
  'req.headers.authorization',
  'headers.authorization',
  '*.authorization',
  '*.password',
  '*.secret',
];

/** A logger that writes one JSON object a line, with ISO time and without secrets. */
export function createLogger({ component, level = 'info', destination }: LogOptions): Logger {
  const options: LoggerOptions = {
    level,
    base: { component, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '***' },
  };
  return pino(options, destination ?? standardOutput());
}

function standardOutput(): DestinationStream {
  const out = pino.destination({ fd: 1, sync: true });
  return gatherLines((lines) => out.write(lines));
}

/** A logger that says nothing, for tests and library use. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
