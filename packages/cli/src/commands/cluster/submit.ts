/** `stoke cluster submit`: runs a job on a cluster and ends as the job ends. */
import type { Command } from 'commander';
import { withCommonOptions, withExamples } from '../../command-options.ts';
import type { CliIo } from '../../io.ts';
import { addJobOptions, type JobOptions, runJobCommand } from '../../job-command.ts';

/** Adds the command. */
export function addSubmitCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('submit')
    .summary('run a job')
    .description(
      "Run a Spark program (.py or .jar) on a cluster. Its output streams, its stages show progress, and the exit code is the job's.",
    )
    .usage('-n <name> [options] [spark-submit options] <file> [arguments...]')
    .argument('<job...>', "spark-submit's own options, the file, the program's arguments")
    .requiredOption('-n, --name <name>', 'name of the cluster')
    .allowUnknownOption()
    .passThroughOptions();
  withExamples(withCommonOptions(addJobOptions(command)), [
    'stoke cluster submit -n dev examples/flights/flights.py',
    'stoke cluster submit -n dev --timeout 10m examples/wordcount/wordcount.py README.md',
    'stoke cluster submit -n dev --executor-memory 1g --conf spark.sql.shuffle.partitions=8 job.py',
  ]).action((words: string[], options: JobOptions & { readonly name: string }) =>
    runJobCommand(io, { command: 'spark-submit', cluster: options.name, words, options }),
  );
}
