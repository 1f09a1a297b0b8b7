/** What `cluster submit`, `spark submit`, `spark shell` and `spark pyspark` have in common. */
import type { SparkCommand } from '@stoke/spark';
import { type Command, Option } from 'commander';
import { readDuration } from './command-options.ts';
import { applyCommon, type CliIo, type CommonOptions } from './io.ts';
import { findCluster } from './providers.ts';

/** Our own options; everything else is spark-submit's. */
export interface JobOptions extends CommonOptions {
  readonly mode: 'coarse' | 'fine';
  readonly timeout?: number;
  readonly sparkHome?: string;
}

/** Adds our own options. */
export function addJobOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--mode <mode>',
        "Spark's mode on the embedded engine: long-lived executors, or one task each",
      )
        .choices(['coarse', 'fine'])
        .default('coarse'),
    )
    .option(
      '--timeout <duration>',
      'end the job when it takes longer, also while it waits',
      readDuration,
    )
    .option('--spark-home <path>', "a Spark to use instead of SPARK_HOME or Stoke's own");
}

/** One call of such a command. */
export interface JobCommand {
  readonly command: SparkCommand;
  readonly cluster: string;
  readonly words: readonly string[];
  readonly options: JobOptions;
}

/** Finds the cluster and runs the program. */
export async function runJobCommand(io: CliIo, call: JobCommand): Promise<void> {
  applyCommon(io, call.options);
  const { command, words, options } = call;
  const provider = await findCluster(io, call.cluster);
  const { submitJob } = await import('./submit-job.ts');
  await submitJob(io, {
    provider,
    cluster: call.cluster,
    timeoutMs: options.timeout,
    job: {
      command,
      args: words,
      mode: options.mode,
      sparkHome: options.sparkHome,
      interactive: command !== 'spark-submit',
    },
  });
}
