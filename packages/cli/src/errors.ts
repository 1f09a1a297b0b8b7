/** The last stop of every failure: one line a person can act on, and the right exit code. */
import { CommanderError } from 'commander';
import type { CliIo } from './io.ts';
import { paint } from './output/color.ts';

/** Codes that mean "called wrongly": exit 2, as for an unknown option. */
const usageCodes = new Set([
  'BEHAVIOUR_INVALID',
  'CLUSTER_SPEC_INVALID',
  'PROVIDER_UNKNOWN',
  'SIMULATION_TOO_LARGE',
  'SUBMIT_ARGUMENT_INVALID',
  'SPARK_VERSION_INVALID',
]);

/** Tells the failure and returns the exit code: 1 for errors, 2 for wrong usage, 130 or 143 after a signal. */
export function reportFailure(io: CliIo, thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  if (io.signal.aborted && thrown === io.signal.reason) {
    io.stderr.write('Interrupted\n');
    return io.exitCode;
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const expected = error.name === 'AppError' && 'code' in error;
  io.stderr.write(`${paint(io, io.stderr, 'red', 'error:')} ${error.message}\n`);
  if (io.debug) writeStacks(io, error);
  else if (!expected) io.stderr.write('This is a fault of Stoke itself; --debug shows where\n');
  return expected && usageCodes.has(String(error.code)) ? 2 : 1;
}

function writeStacks(io: CliIo, error: Error): void {
  io.stderr.write(`${error.stack ?? ''}\n`);
  if (error.cause instanceof Error) {
    io.stderr.write('caused by ');
    writeStacks(io, error.cause);
  }
}
