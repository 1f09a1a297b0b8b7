/** `stoke cluster list`: all clusters, a line each. */
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, hint, writeJson } from '../../io.ts';
import { everyCluster } from '../../providers.ts';

/** Adds the command. */
export function addListCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('list')
    .summary('list all clusters')
    .description('List the clusters of all providers, a line each.');
  withExamples(withJsonOption(command), [
    'stoke cluster list',
    "stoke cluster list --json | jq -r '.[].name'",
  ]).action((options: CommonOptions) => listClusters(io, options));
}

async function listClusters(io: CliIo, options: CommonOptions): Promise<void> {
  applyCommon(io, options);
  const infos = await everyCluster(io);
  const { summarize } = await import('@stoke/cluster');
  const summaries = infos.map(summarize);
  if (options.json) {
    writeJson(io, summaries);
    return;
  }
  const { clusterTable } = await import('../../output/cluster-view.ts');
  io.stdout.write(clusterTable(summaries, io.clock.now()));
  if (summaries.length === 0)
    hint(io, [`No clusters yet. Try: ${io.program} cluster create -n dev`]);
}
