/** Log lines that leave together: one write for all lines of a turn of the event loop. */

/** Where lines go; `flushSync` writes what waits. */
export interface LineSink {
  write(line: string): void;
  flushSync(): void;
}

/** More than this does not wait for the turn's end. */
const maxWaitingChars = 64 * 1024;

/**
 * Each write costs about as much as all the work that a line speaks of. A process that exits, or ends with an
 * uncaught error, writes what waits; kill -9 loses the lines of its last turn.
 */
export function gatherLines(write: (lines: string) => void): LineSink {
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    process.off('exit', flush);
    write(lines);
  };
  return {
    write(line) {
      if (waiting === '') {
        process.once('exit', flush);
        setImmediate(flush);
      }
      waiting += line;
      if (waiting.length > maxWaitingChars) flush();
    },
    flushSync: flush,
  };
}
