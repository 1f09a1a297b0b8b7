/** `stoke spark submit`, `shell`, `pyspark`, `sql`: Spark's own front doors with Spark's own words, on a cluster of ours. */
import type { SparkCommand } from '@stoke/spark';
import type { Command } from 'commander';
import { withCommonOptions, withExamples } from '../../command-options.ts';
import type { CliIo } from '../../io.ts';
import { addJobOptions, type JobOptions, runJobCommand } from '../../job-command.ts';

interface Door {
  readonly name: string;
  readonly command: SparkCommand;
  readonly summary: string;
  readonly words: string;
  readonly examples: readonly string[];
}

const doors: readonly Door[] = [
  {
    name: 'submit',
    command: 'spark-submit',
    summary: 'spark-submit on a cluster',
    words: '<words...>',
    examples: [
      'stoke spark submit -n dev --class org.apache.spark.examples.SparkPi examples/pi/spark-examples.jar 100',
    ],
  },
  {
    name: 'shell',
    command: 'spark-shell',
    summary: 'the Scala shell on a cluster',
    words: '[words...]',
    examples: ['stoke spark shell -n dev', 'stoke spark shell -n dev --executor-memory 1g'],
  },
  {
    name: 'pyspark',
    command: 'pyspark',
    summary: 'the Python shell on a cluster',
    words: '[words...]',
    examples: ['stoke spark pyspark -n dev'],
  },
  {
    name: 'sql',
    command: 'spark-sql',
    summary: 'the SQL shell on a cluster',
    words: '[words...]',
    examples: ['stoke spark sql -n dev'],
  },
];

/** Adds the four commands. */
export function addSparkProgramCommands(parent: Command, io: CliIo): void {
  for (const door of doors) addDoor(parent, io, door);
}

function addDoor(parent: Command, io: CliIo, door: Door): void {
  const command = parent
    .command(door.name)
    .summary(door.summary)
    .description(
      `Run ${door.command} on a cluster; all words after ours are ${door.command}'s own.`,
    )
    .usage(`-n <cluster> [options] [${door.command}'s words]`)
    .argument(door.words, `${door.command}'s own words`)
    .requiredOption('-n, --cluster <cluster>', 'name of the cluster')
    .allowUnknownOption()
    .passThroughOptions();
  withExamples(withCommonOptions(addJobOptions(command)), door.examples).action(
    (words: string[], options: JobOptions & { readonly cluster: string }) =>
      runJobCommand(io, { command: door.command, cluster: options.cluster, words, options }),
  );
}
