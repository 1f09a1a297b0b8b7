/** One run of the CLI, from words to exit code; what tests call. */
import { reportFailure } from './errors.ts';
import type { CliIo } from './io.ts';
import { createProgram } from './program.ts';

/** Runs the words (without program names) and returns the exit code; never throws. */
export async function runCli(io: CliIo, words: readonly string[]): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
    return io.exitCode;
  } catch (error) {
    return reportFailure(io, error);
  }
}
