/** `stoke cluster remove`: takes a host out, letting its tasks end first. */
import type { Command } from 'commander';
import { readDuration, withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { findCluster } from '../../providers.ts';
import { runWithProgress } from '../../run-plan.ts';

const defaultDeadlineMs = 60_000;

/** Adds the command. */
export function addRemoveCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('remove')
    .summary('take a host out')
    .description(
      'Take a host out of a running cluster: it gets no new work, its tasks may end until the deadline, then they are killed.',
    )
    .argument('<hostname>', 'name of the host, as in info')
    .requiredOption('-n, --name <name>', 'name of the cluster')
    .option('--deadline <duration>', 'time for tasks to end (default 60s)', readDuration);
  withExamples(withJsonOption(command), [
    'stoke cluster remove -n dev agent-3',
    'stoke cluster remove -n dev agent-3 --deadline 0',
  ]).action((host: string, options: RemoveHostOptions) => removeHost(io, host, options));
}

interface RemoveHostOptions extends CommonOptions {
  readonly name: string;
  readonly deadline?: number;
}

async function removeHost(io: CliIo, host: string, options: RemoveHostOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await findCluster(io, options.name);
  const deadlineMs = options.deadline ?? defaultDeadlineMs;
  const plan = await provider.remove(options.name, host, { deadlineMs });
  const info = await runWithProgress(io, plan);
  if (options.json) writeJson(io, info);
  else io.stdout.write(`Removed host '${host}' from cluster '${options.name}'\n`);
}
