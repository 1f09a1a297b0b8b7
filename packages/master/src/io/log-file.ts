/** The log goes to stdout and, with `--log_dir`, to a file that `/files` can show. */
import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, gatherLines, type LineSink } from '@stoke/kit';
import { masterError } from '../errors.ts';

const STDOUT = 1;

/** Path of the log file in `--log_dir`. */
export function logFilePath(logDir: string): string {
  return join(logDir, 'stoke-master.log');
}

/** A destination that writes all lines to stdout and to the file. @throws AppError LOG_UNUSABLE */
export function teeToFile(logDir: string): LineSink {
  const path = logFilePath(logDir);
  try {
    mkdirSync(logDir, { recursive: true });
    const file = openSync(path, 'a', 0o640);
    return gatherLines((lines) => {
      writeSync(STDOUT, lines);
      writeSync(file, lines);
    });
  } catch (cause) {
    throw masterError('LOG_UNUSABLE', {
      message: `Cannot write log file '${path}': ${errorMessage(cause)}; choose a writable --log_dir`,
      cause,
    });
  }
}
