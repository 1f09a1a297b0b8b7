/** `stoke cluster drain`, `deactivate` and `reactivate`: takes a host out of service, and back into it. */
import type { Connection, callMaster } from '@stoke/client';
import type { Command } from 'commander';
import { readDuration, withExamples, withJsonOption } from '../../command-options.ts';
import { applyCommon, type CliIo, type CommonOptions, writeJson } from '../../io.ts';
import { findCluster } from '../../providers.ts';

const answerTimeoutMs = 10_000;

interface ServiceOptions extends CommonOptions {
  readonly name: string;
}

interface DrainOptions extends ServiceOptions {
  /** Milliseconds. */
  readonly grace?: number;
  readonly gone?: boolean;
}

type AgentId = { readonly value: string };
type MasterCall = Parameters<typeof callMaster>[1];

/** Adds the three commands. */
export function addServiceCommands(parent: Command, io: CliIo): void {
  const drain = serviceCommand(parent, {
    name: 'drain',
    summary: 'empty a host for maintenance',
    description:
      'Empty a host: it gets no new work, its tasks are killed and told why. It stays out of service until it is reactivated.',
  })
    .option('--grace <duration>', 'the most time that a task gets to end by itself', readDuration)
    .option('--gone', 'the host never comes back: once it is empty, its agent ends');
  withExamples(withJsonOption(drain), [
    'stoke cluster drain -n dev agent-3',
    'stoke cluster drain -n dev agent-3 --grace 30s',
  ]).action((host: string, options: DrainOptions) =>
    order(io, { host, options, call: drainCall(options), verb: 'drain', done: 'Draining' }),
  );
  const deactivate = serviceCommand(parent, {
    name: 'deactivate',
    summary: 'give a host no new work',
    description: 'Give a host no new work; what it runs goes on.',
  });
  withExamples(withJsonOption(deactivate), ['stoke cluster deactivate -n dev agent-3']).action(
    (host: string, options: ServiceOptions) => {
      const call = (agent_id: AgentId): MasterCall => ({
        type: 'DEACTIVATE_AGENT',
        deactivate_agent: { agent_id },
      });
      return order(io, { host, options, call, verb: 'deactivate', done: 'Deactivated' });
    },
  );
  const reactivate = serviceCommand(parent, {
    name: 'reactivate',
    summary: 'use a host again',
    description: 'Use a host again that was drained or deactivated.',
  });
  withExamples(withJsonOption(reactivate), ['stoke cluster reactivate -n dev agent-3']).action(
    (host: string, options: ServiceOptions) => {
      const call = (agent_id: AgentId): MasterCall => ({
        type: 'REACTIVATE_AGENT',
        reactivate_agent: { agent_id },
      });
      return order(io, { host, options, call, verb: 'reactivate', done: 'Reactivated' });
    },
  );
}

function serviceCommand(
  parent: Command,
  words: { readonly name: string; readonly summary: string; readonly description: string },
): Command {
  return parent
    .command(words.name)
    .summary(words.summary)
    .description(words.description)
    .argument('<hostname>', 'name of the host, as in info')
    .requiredOption('-n, --name <name>', 'name of the cluster');
}

function drainCall({ grace, gone = false }: DrainOptions): (agent_id: AgentId) => MasterCall {
  const seconds = Math.floor((grace ?? 0) / 1000);
  const nanos = Math.round(((grace ?? 0) % 1000) * 1e6);
  const limit = grace === undefined ? {} : { max_grace_period: { seconds, nanos } };
  return (agent_id) => ({
    type: 'DRAIN_AGENT',
    drain_agent: { agent_id, mark_gone: gone, ...limit },
  });
}

interface Order {
  readonly host: string;
  readonly options: ServiceOptions;
  readonly call: (agentId: AgentId) => MasterCall;
  readonly verb: string;
  readonly done: string;
}

/** Tells the master of the cluster; it answers once that outlives any crash. */
async function order(io: CliIo, it: Order): Promise<void> {
  const { host, options, call, done } = it;
  applyCommon(io, options);
  const { agentId, master } = await findAgent(io, options.name, host);
  const { callMaster } = await import('@stoke/client');
  try {
    await callMaster(master, call({ value: agentId }));
  } catch (error) {
    throw await refusal(error, it);
  }
  if (options.json) writeJson(io, { cluster: options.name, host, agentId });
  else io.stdout.write(`${done} host '${host}' of cluster '${options.name}'\n`);
}

/** What the master refused in words of the order; any other failure as it is. */
async function refusal(error: unknown, { host, options, verb }: Order): Promise<unknown> {
  const { isAppError } = await import('@stoke/protocol');
  if (!isAppError(error) || error.code !== 'REQUEST_REFUSED') return error;
  const { clusterError } = await import('@stoke/cluster');
  return clusterError('ORDER_REFUSED', {
    message: `Cannot ${verb} host '${host}' of cluster '${options.name}': the master says '${String(error.details?.said)}'`,
    cause: error,
  });
}

async function findAgent(
  io: CliIo,
  cluster: string,
  host: string,
): Promise<{ readonly agentId: string; readonly master: Connection }> {
  const provider = await findCluster(io, cluster);
  const info = await provider.info(cluster);
  const { clusterError, unknownHost } = await import('@stoke/cluster');
  if (provider.name !== 'local') {
    throw clusterError('PROVIDER_UNSUPPORTED', {
      message: `Cannot take host '${host}' out of service: provider '${provider.name}' can only remove hosts; use 'stoke cluster remove'`,
      details: { cluster, host, provider: provider.name },
    });
  }
  const found = info?.hosts.find(({ name }) => name === host);
  if (found === undefined) {
    const names = (info?.hosts ?? []).map(({ name }) => name);
    throw unknownHost(cluster, host, names);
  }
  const { connectMaster } = await import('../../master-connection.ts');
  const master =
    info === undefined ? undefined : await connectMaster(info, io.env, answerTimeoutMs);
  if (found.id === undefined || master === undefined) {
    throw clusterError('CLUSTER_NOT_RUNNING', {
      message: `Cannot reach host '${host}' of cluster '${cluster}': it is ${found.status}; start it with 'stoke cluster start -n ${cluster}'`,
      details: { cluster, host },
    });
  }
  return { agentId: found.id, master };
}
