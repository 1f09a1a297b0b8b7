/** `stoke cluster create`: makes a cluster and waits until it takes work. */
import type { Command } from 'commander';
import { collect, readNumber, withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, hint, writeJson } from '../../io.ts';
import { loadProvider, providerProblem, refuseClash } from '../../providers.ts';
import { runWithProgress } from '../../run-plan.ts';

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly provider: string;
  readonly agents?: number;
  readonly agentCpus?: number;
  readonly agentMem?: number;
  readonly port?: number;
  readonly masterFlag?: string[];
  readonly agentFlag?: string[];
  readonly keep?: boolean;
}

/** Adds the command. */
export function addCreateCommand(parent: Command, io: CliIo): void {
  const command = parent
    .command('create')
    .summary('make a cluster')
    .description(
      'Make a cluster and wait until all its hosts take work. A failure leaves nothing behind.',
    )
    .argument('[hostnames...]', 'names of the hosts; on this machine, of its agents')
    .requiredOption('-n, --name <name>', 'name of the cluster')
    .option('-p, --provider <provider>', 'engine to use: local or standalone', 'local')
    .option('--agents <count>', 'how many hosts, when they are not named (default 3)', readNumber)
    .option(
      '--agent-cpus <cpus>',
      'of each host; default: an equal share of this machine',
      readNumber,
    )
    .option('--agent-mem <mib>', 'of each host, in MiB; default: an equal share', readNumber)
    .option('--port <port>', 'of the master; default: a free one', readNumber)
    .option('--master-flag <flag=value>', 'a further flag of the master (repeatable)', collect)
    .option('--agent-flag <flag=value>', 'a further flag of every agent (repeatable)', collect)
    .option('--keep', 'after a failure, leave what was made for a look');
  withExamples(withJsonOption(command), [
    'stoke cluster create -n dev',
    'stoke cluster create -n dev -p local --agents 3 --agent-cpus 2 --agent-mem 2048',
    'stoke cluster create -n spark -p standalone --agents 2',
    'stoke cluster create -n dev anna berta --master-flag agent_ping_timeout=1secs',
  ]).action((hosts: string[], options: CreateOptions) => createCluster(io, hosts, options));
}

async function createCluster(
  io: CliIo,
  hosts: readonly string[],
  options: CreateOptions,
): Promise<void> {
  applyCommon(io, options);
  const { readClusterSpec } = await import('@stoke/cluster');
  const read = readClusterSpec({
    apiVersion: 'stoke/v1',
    kind: 'Cluster',
    name: options.name,
    provider: options.provider,
    ...(hosts.length > 0 ? { hosts } : {}),
    agents: options.agents,
    agentCpus: options.agentCpus,
    agentMemMb: options.agentMem,
    port: options.port,
    masterFlags: options.masterFlag,
    agentFlags: options.agentFlag,
  });
  if (!read.ok) {
    const unknown = await providerProblem(options.provider);
    throw await invalid(options, [...read.problems, ...(unknown === undefined ? [] : [unknown])]);
  }
  const provider = await loadProvider(io, options.provider);
  const problems = provider.validate(read.spec);
  if (problems.length > 0) throw await invalid(options, problems);
  await refuseClash(io, read.spec.name);
  const plan = await provider.create(read.spec);
  const info = await runWithProgress(io, plan, { keep: options.keep });
  if (options.json) {
    writeJson(io, info);
    return;
  }
  const { clusterScreen } = await import('../../output/cluster-view.ts');
  io.stdout.write(clusterScreen(info, io.clock.now()));
  hint(io, [
    '',
    'Next:',
    `  ${io.program} cluster submit -n ${info.name} examples/flights/flights.py`,
    `  ${io.program} spark shell -n ${info.name}`,
    `  ${io.program} cluster kill -n ${info.name}`,
  ]);
}

async function invalid(options: CreateOptions, problems: readonly string[]): Promise<Error> {
  const { clusterError } = await import('@stoke/cluster');
  const list = problems.length === 1 ? problems[0] : `\n  ${problems.join('\n  ')}`;
  return clusterError('CLUSTER_SPEC_INVALID', {
    message: `Cannot create cluster '${options.name}': ${list}`,
    details: { problems },
  });
}
