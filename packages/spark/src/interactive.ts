/** Runs a program that owns the terminal, as the Spark shells do. */

import { spawn } from 'node:child_process';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import type { SparkRunResult } from './run-spark.ts';

/** What to run. */
export interface InteractiveCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs in our own process group, so that the terminal's Ctrl-C reaches the shell as its users expect; we ignore it.
 * @throws AppError SPARK_HOME_INVALID
 */
export async function runInteractive(command: InteractiveCommand): Promise<SparkRunResult> {
  const { file, args, env, cwd, signal } = command;
  const startedAt = performance.now();
  const ignore = (): void => undefined;
  const { promise, resolve, reject } = Promise.withResolvers<SparkRunResult>();
  process.on('SIGINT', ignore);
  const child = spawn(file, args, { env, cwd, stdio: 'inherit' });
  const end = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  child.once('error', (cause) =>
    reject(sparkError('SPARK_HOME_INVALID', `Cannot start ${file}: ${cause.message}`, { cause })),
  );
  child.once('exit', (code) => {
    const durationMs = performance.now() - startedAt;
    if (signal?.aborted === true) resolve({ exitCode: 130, cause: 'cancelled', durationMs });
    else if (code === null) resolve({ exitCode: 143, cause: 'signal', durationMs });
    else resolve({ exitCode: code, cause: 'exit', durationMs });
  });
  try {
    return await promise;
  } finally {
    process.off('SIGINT', ignore);
    signal?.removeEventListener('abort', end);
  }
}
