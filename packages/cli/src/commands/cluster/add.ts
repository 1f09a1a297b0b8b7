/** `stoke cluster add`: one more host for a running cluster. */
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { findCluster } from '../../providers.ts';
import { runWithProgress } from '../../run-plan.ts';

/** Adds the command. */
export function addAddCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('add')
    .summary('add a host')
    .description('Add a host to a running cluster and wait until it takes work.')
    .argument('[hostname]', 'name of the host; default: the next free agent-N')
    .requiredOption('-n, --name <name>', 'name of the cluster')
    .option('--keep', 'after a failure, leave what was made for a look');
  withExamples(withJsonOption(command), [
    'stoke cluster add -n dev',
    'stoke cluster add -n dev clara',
  ]).action((host: string | undefined, options: AddOptions) => addHost(io, host, options));
}

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly keep?: boolean;
}

async function addHost(io: CliIo, host: string | undefined, options: AddOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await findCluster(io, options.name);
  const plan = await provider.add(options.name, host);
  const added = await runWithProgress(io, plan, { keep: options.keep });
  if (options.json) writeJson(io, added);
  else io.stdout.write(`Added host '${added.name}' to cluster '${options.name}'\n`);
}
