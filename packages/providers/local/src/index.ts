/** The embedded engine on this machine: one master and some agents, each a process of its own. */
import {
  type ClusterFolder,
  clusterFolder,
  clustersFolder,
  existingFolder,
  namesIn,
  type Provider,
} from '@stoke/cluster';
import type { Credential } from '@stoke/kit';
import { clusterCredential } from './cluster-credential.ts';
import { planAdd, planCreate, planStart } from './create-cluster.ts';
import { planKill, planRemove } from './end-cluster.ts';
import { describe, gatherFacts } from './look.ts';
import { specProblems } from './start-daemons.ts';
import { submitJob } from './submit.ts';

/** The principal and secret of a cluster of this provider; undefined for one that was made without. */
export async function localCredential(
  env: Readonly<Record<string, string | undefined>>,
  cluster: string,
): Promise<Credential | undefined> {
  return clusterCredential(clusterFolder(clustersFolder(env, 'local'), cluster));
}

/** The provider; the environment decides where its clusters live (`XDG_STATE_HOME`). */
export function createLocalProvider(env: Readonly<Record<string, string | undefined>>): Provider {
  const all = clustersFolder(env, 'local');
  const list = (): Promise<string[]> => namesIn(all);
  const existing = (name: string): Promise<ClusterFolder> => existingFolder(all, name);
  return {
    name: 'local',
    summary: "Stoke's own engine on this machine: a master and agents as processes",
    validate: specProblems,
    create: (spec) => planCreate(clusterFolder(all, spec.name), env, spec),
    add: async (cluster, host) => planAdd(await existing(cluster), env, host),
    remove: async (cluster, host, options) => planRemove(await existing(cluster), host, options),
    kill: async (cluster) => planKill(await existing(cluster)),
    start: async (cluster) => planStart(await existing(cluster), env),
    async info(cluster) {
      if (!(await list()).includes(cluster)) return undefined;
      return describe(await gatherFacts(clusterFolder(all, cluster)));
    },
    list,
    submit: async (cluster, job, context) => submitJob(await existing(cluster), job, context),
  };
}
