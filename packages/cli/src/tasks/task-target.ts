/** Which cluster a command about tasks is for, and how one shows who one is there. */
import type { MasterState } from '@stoke/client';
import type { Command } from 'commander';
import { withCommonOptions } from '../command-options.ts';
import type { CliIo, CommonOptions } from '../io.ts';
import { everyCluster, findCluster } from '../providers.ts';

export interface TaskOptions extends CommonOptions {
  readonly name?: string;
  readonly master?: string;
  readonly credential?: string;
}

/** A cluster with tasks. */
export interface TaskTarget {
  readonly state: MasterState;
  /** The Authorization header for its daemons, if one is needed. */
  readonly headers: Readonly<Record<string, string>>;
}

const taskPlain = 'a cluster of the local provider';

/** `-n`, `--master` and `--credential`. */
export function withTaskOptions(command: Command): Command {
  return withCommonOptions(
    command
      .option('-n, --name <name>', `name of ${taskPlain}; default: the only one there is`)
      .option('--master <host:port>', 'address of the master, in place of a name')
      .option(
        '--credential <file>',
        'file with {"principal","secret"}, or the two in one line, for master and agents',
      ),
  );
}

/** Asks the master for all there is. */
export async function readTarget(io: CliIo, options: TaskOptions): Promise<TaskTarget> {
  const url = await masterUrl(io, options);
  const { createConnection, getMasterState } = await import('@stoke/client');
  const { readCredential } = await import('@stoke/kit');
  const credential =
    options.credential === undefined ? undefined : readCredential(options.credential);
  const connection = createConnection({ url, ...(credential === undefined ? {} : { credential }) });
  const state = await getMasterState(connection, { signal: io.signal });
  if (credential === undefined) return { state, headers: {} };
  const login = Buffer.from(`${credential.principal}:${credential.secret}`).toString('base64');
  return { state, headers: { Authorization: `Basic ${login}` } };
}

async function masterUrl(io: CliIo, { name, master }: TaskOptions): Promise<string> {
  if (master !== undefined) return master.includes('://') ? master : `http://${master}`;
  const infos =
    name === undefined
      ? (await everyCluster(io)).filter(({ provider }) => provider === 'local')
      : [await (await findCluster(io, name)).info(name)];
  const [info, ...others] = infos.filter((one) => one !== undefined);
  const { clusterError } = await import('@stoke/cluster');
  if (info === undefined || others.length > 0) {
    const names = [info, ...others].flatMap((one) => (one === undefined ? [] : [one.name]));
    const why = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
    throw clusterError('CLUSTER_SPEC_INVALID', {
      message: `Cannot tell which cluster is meant: ${why}; name one with -n or --master`,
    });
  }
  if (info.provider !== 'local' || info.master.url === undefined) {
    throw clusterError('CLUSTER_NOT_RUNNING', {
      message: `Cannot look for tasks on cluster '${info.name}': it is not ${taskPlain}, or does not run`,
    });
  }
  return info.master.url;
}
