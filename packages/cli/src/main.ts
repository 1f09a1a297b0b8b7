/** The `stoke` command on Node 24: connects one run of the CLI with this process. */
import { fileURLToPath } from 'node:url';
import type { Clock } from '@stoke/kit';
import type { CliIo, Output } from './io.ts';
import { programName } from './program-name.ts';
import { runCli } from './run-cli.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const launcher = fileURLToPath(new URL('../../../stoke', import.meta.url));
const stopping = new AbortController();

/** The kit's own clock would load all of the kit before anything is asked of it. */
const clock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

function output(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) ends the program quietly.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(io.exitCode);
    throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 100;
    },
  };
}

const io: CliIo = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  program: programName({ path: process.env.PATH, cwd: process.cwd(), launcher }),
  clock,
  signal: stopping.signal,
  exitCode: 0,
  terminalLent: false,
  quiet: false,
  debug: false,
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted || (io.terminalLent && signal === 'SIGINT')) return;
    io.exitCode = exitCodes[signal];
    stopping.abort(new Error(`interrupted by ${signal}`));
  });
}

process.exitCode = await runCli(io, process.argv.slice(2));
