/** Which cluster a command about tasks is for, and how one shows who one is there. */
import type { Credential } from '@stoke/kit';
import type { Command } from 'commander';
import { withCommonOptions } from '../command-options.ts';
import type { CliIo, CommonOptions } from '../io.ts';
import { everyCluster, findCluster } from '../providers.ts';
import type { AskedMaster } from './find-task.ts';

export interface TaskOptions extends CommonOptions {
  readonly name?: string | undefined;
  readonly master?: string | undefined;
  readonly credential?: string | undefined;
  readonly token?: string | undefined;
}

/** A cluster with tasks. */
export interface TaskTarget {
  /** Its master, and all that it says. */
  readonly master: AskedMaster;
  /** The Authorization header for its daemons, if one is needed. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where to ask, and as whom. */
interface Way {
  readonly url: string;
  readonly credential?: Credential | undefined;
  readonly token?: string | undefined;
}

const taskPlain = 'a cluster of the local provider';

/** `-n`, `--master`, `--credential` and `--token`. */
export function withTaskOptions(command: Command): Command {
  return withCommonOptions(
    command
      .option('-n, --name <name>', `name of ${taskPlain}; default: the only one there is`)
      .option(
        '--master <host:port>',
        'address of the master (https://… with TLS), in place of a name',
      )
      .option(
        '--credential <file>',
        'file with {"principal","secret"}, or the two in one line, for master and agents',
      )
      .option('--token <file>', 'file with a JWT for master and agents, in place of a credential'),
  );
}

/** Asks the master for all there is. */
export async function readTarget(io: CliIo, options: TaskOptions): Promise<TaskTarget> {
  const { createConnection, getMasterState } = await import('@stoke/client');
  const { basicAuthorization } = await import('@stoke/kit');
  const { url, credential, token } = {
    ...(await findMaster(io, options)),
    ...(await shown(options)),
  };
  const connection = createConnection({
    url,
    ...(credential === undefined ? {} : { credential }),
    ...(token === undefined ? {} : { token }),
  });
  const state = await getMasterState(connection, { signal: io.signal });
  const login = credential === undefined ? undefined : basicAuthorization(credential);
  const authorization = token === undefined ? login : `Bearer ${token}`;
  return {
    master: { url, state },
    headers: authorization === undefined ? {} : { Authorization: authorization },
  };
}

/** As whom one asks when that is said. */
async function shown({ credential, token }: TaskOptions): Promise<Omit<Way, 'url'>> {
  const { readCredential } = await import('@stoke/kit');
  if (credential !== undefined) return { credential: readCredential(credential) };
  if (token === undefined) return {};
  const { readFile } = await import('node:fs/promises');
  return { token: (await readFile(token, 'utf8')).trim() };
}

async function findMaster(io: CliIo, { name, master }: TaskOptions): Promise<Way> {
  if (master !== undefined) return { url: master.includes('://') ? master : `http://${master}` };
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
  const { localCredential } = await import('@stoke/provider-local');
  return { url: info.master.url, credential: await localCredential(io.env, info.name) };
}
