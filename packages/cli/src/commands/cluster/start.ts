/** `stoke cluster start`: brings dead or stopped parts of a cluster back. */
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { findCluster } from '../../providers.ts';
import { runWithProgress } from '../../run-plan.ts';

/** Adds the command. */
export function addStartCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('start')
    .summary('bring dead parts back')
    .description(
      'Start again what is dead or stopped, as it was started before. What runs is left alone; running tasks are found again.',
    )
    .requiredOption('-n, --name <name>', 'name of the cluster');
  withExamples(withJsonOption(command), ['stoke cluster start -n dev']).action(
    (options: StartOptions) => startCluster(io, options),
  );
}

interface StartOptions extends CommonOptions {
  readonly name: string;
}

async function startCluster(io: CliIo, options: StartOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await findCluster(io, options.name);
  const info = await runWithProgress(io, await provider.start(options.name), { keep: true });
  if (options.json) {
    writeJson(io, info);
    return;
  }
  const { clusterScreen } = await import('../../output/cluster-view.ts');
  io.stdout.write(clusterScreen(info, io.clock.now()));
}
