/** Where clusters on this machine live: a folder named like each, with the work directories of its daemons. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';
import { unknownCluster } from './errors.ts';
import { nameProblem } from './spec.ts';

/** Environment variables, as of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that holds a provider's clusters: `$XDG_STATE_HOME/stoke/<provider>`, or below `~/.local/state`. */
export function clustersFolder(env: Environment, provider: string): string {
  const state = env.XDG_STATE_HOME;
  const base =
    state !== undefined && isAbsolute(state)
      ? state
      : join(env.HOME ?? homedir(), '.local', 'state');
  return join(base, 'stoke', provider);
}

/** The paths of one cluster. */
export interface ClusterFolder {
  readonly name: string;
  readonly path: string;
  readonly masterWorkDir: string;
  readonly agentsPath: string;
  agentWorkDir(host: string): string;
  /** Of `master` or a host. */
  logFile(part: string): string;
}

/** The paths of the cluster of this name in {@link clustersFolder}, whether or not it exists. */
export function clusterFolder(all: string, name: string): ClusterFolder {
  const path = join(all, name);
  const agentsPath = join(path, 'agents');
  return {
    name,
    path,
    masterWorkDir: join(path, 'master'),
    agentsPath,
    agentWorkDir: (host) => join(agentsPath, host),
    logFile: (part) => join(path, 'log', `${part}.log`),
  };
}

/** Makes the folder; false when it is there already, which decides between two creations at once. */
export async function claimFolder(folder: ClusterFolder): Promise<boolean> {
  await mkdir(join(folder.path, '..'), { recursive: true });
  try {
    await mkdir(folder.path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Names inside a folder that can be names of clusters or hosts, sorted (agent-2 before agent-10). */
export async function namesIn(path: string): Promise<string[]> {
  try {
    const names = await readdir(path);
    return names
      .filter((name) => nameProblem(name) === undefined)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Whether the cluster is there: its folder goes last when it is killed. */
export async function isThere(folder: ClusterFolder): Promise<boolean> {
  const found = await stat(folder.path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return found !== undefined;
}

/**
 * The folder of a cluster that is there.
 * @throws AppError `CLUSTER_UNKNOWN`
 */
export async function existingFolder(clusters: string, name: string): Promise<ClusterFolder> {
  const names = await namesIn(clusters);
  if (!names.includes(name)) throw unknownCluster(name, names);
  return clusterFolder(clusters, name);
}
