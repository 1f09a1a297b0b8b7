/** `stoke why`: why applications of a cluster wait, in plain words with numbers. */
import type { ClusterInfo } from '@stoke/cluster';
import type { Command } from 'commander';
import { withExamples, withJsonOption } from '../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../io.ts';
import { findCluster } from '../providers.ts';

interface WhyOptions extends CommonOptions {
  readonly name: string;
}

/** Adds the command. */
export function addWhyCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('why')
    .summary('tell why applications wait')
    .description(
      'Tell why applications of a cluster wait: which resource is short, and by how much.',
    )
    .argument('[application]', 'its name, id, or the end of its id; default: all')
    .requiredOption('-n, --name <name>', 'name of the cluster');
  withExamples(withJsonOption(command), ['stoke why -n dev', 'stoke why -n dev flights']).action(
    (application: string | undefined, options: WhyOptions) => tellWhy(io, application, options),
  );
}

async function tellWhy(io: CliIo, asked: string | undefined, options: WhyOptions): Promise<void> {
  applyCommon(io, options);
  const provider = await findCluster(io, options.name);
  const info = await provider.info(options.name);
  const applications = (info?.applications ?? []).filter(
    ({ id, name }) => asked === undefined || name === asked || id.endsWith(asked.replace('…', '')),
  );
  if (info === undefined || (asked !== undefined && applications.length === 0)) {
    throw await unknownApplication(options.name, asked ?? '', info);
  }
  const { explain } = await import('../explain-waiting.ts');
  const answers = await Promise.all(
    applications.map((application) => explain(info, application, io.env)),
  );
  if (options.json) {
    writeJson(io, answers);
    return;
  }
  if (answers.length === 0) io.stdout.write(`Nothing runs on cluster '${options.name}'\n`);
  for (const { name, id, reasons } of answers) {
    io.stdout.write(`${name} (${id})\n${reasons.map((reason) => `  ${reason}\n`).join('')}`);
  }
}

async function unknownApplication(
  cluster: string,
  asked: string,
  info: ClusterInfo | undefined,
): Promise<Error> {
  const { clusterError } = await import('@stoke/cluster');
  const names = (info?.applications ?? []).map((each) => each.name).join(', ');
  return clusterError('APPLICATION_UNKNOWN', {
    message: `Cannot find application '${asked}' on cluster '${cluster}': ${names === '' ? 'nothing runs there' : `its applications are ${names}`}`,
    details: { cluster, application: asked },
  });
}
