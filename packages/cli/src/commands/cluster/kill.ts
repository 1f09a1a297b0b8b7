/** `stoke cluster kill`: ends a cluster with all it runs. */
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { findCluster } from '../../providers.ts';
import { runWithProgress } from '../../run-plan.ts';

/** Adds the command. */
export function addKillCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('kill')
    .summary('end a cluster')
    .description(
      'End a cluster with all it runs and remove its files. Run again, it finishes a kill that was interrupted.',
    )
    .requiredOption('-n, --name <name>', 'name of the cluster');
  withExamples(withJsonOption(command), ['stoke cluster kill -n dev']).action(
    (options: KillOptions) => killCluster(io, options),
  );
}

interface KillOptions extends CommonOptions {
  readonly name: string;
}

async function killCluster(io: CliIo, options: KillOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await findCluster(io, options.name);
  await runWithProgress(io, await provider.kill(options.name));
  if (options.json) writeJson(io, { name: options.name, killed: true });
  else io.stdout.write(`Killed cluster '${options.name}'\n`);
}
