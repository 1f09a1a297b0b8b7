/** `stoke cluster info`: one cluster with its hosts, applications and problems; without a name, all of them. */
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { everyCluster, findCluster } from '../../providers.ts';

/** Adds the command. */
export function addInfoCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('info')
    .summary('show hosts, applications and problems')
    .description('Show a cluster with its hosts, what it runs, and what is wrong with it.')
    .option('-n, --name <name>', 'name of the cluster; default: all clusters');
  withExamples(withJsonOption(command), [
    'stoke cluster info -n dev',
    'stoke cluster info --json',
  ]).action((options: InfoOptions) => showInfo(io, options));
}

interface InfoOptions extends CommonOptions {
  readonly name?: string;
}

async function showInfo(io: CliIo, options: InfoOptions): Promise<void> {
  applyCommon(io, options);
  if (options.name !== undefined) {
    const provider = await findCluster(io, options.name);
    const info = await provider.info(options.name);
    if (info === undefined) {
      const { unknownCluster } = await import('@stoke/cluster');
      throw unknownCluster(options.name, []);
    }
    await show(io, options, [info], info);
    return;
  }
  const infos = await everyCluster(io);
  await show(io, options, infos, infos);
}

async function show(
  io: CliIo,
  options: InfoOptions,
  infos: Awaited<ReturnType<typeof everyCluster>>,
  document: unknown,
): Promise<void> {
  if (options.json) {
    writeJson(io, document);
    return;
  }
  const { clusterScreen } = await import('../../output/cluster-view.ts');
  io.stdout.write(infos.map((info) => clusterScreen(info, io.clock.now())).join('\n'));
}
