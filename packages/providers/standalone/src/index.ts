/** Spark standalone on this machine: a master and workers of Spark's own, each a process. */
import {
  type ClusterFolder,
  clusterFolder,
  clustersFolder,
  existingFolder,
  namesIn,
  type Provider,
} from '@stoke/cluster';
import { systemClock } from '@stoke/kit';
import { ensureJava, ensureSpark, runTool, type SetupProgress, stokeCacheDir } from '@stoke/spark';
import { planKill, planRemove } from './end-cluster.ts';
import { describe, gatherFacts } from './look.ts';
import { type PlanContext, planAdd, planCreate, planStart, specProblems } from './start-cluster.ts';
import { submitJob } from './submit.ts';

/** What a step of bringing Spark says in a plan's progress. */
function progressText(progress: SetupProgress): string {
  if (progress.type === 'step') return `${progress.what}: ${progress.doing}`;
  const total = progress.totalBytes === undefined ? '' : ` of ${megabytes(progress.totalBytes)}`;
  return `${progress.what}: ${megabytes(progress.bytes)}${total}`;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e7) * 10} MB`;

function planContext(env: Readonly<Record<string, string | undefined>>): PlanContext {
  return {
    env,
    now: () => systemClock.now(),
    async prepare({ signal, report }) {
      let said = '';
      const onProgress = (progress: SetupProgress): void => {
        const text = progressText(progress);
        if (text !== said) report(text);
        said = text;
      };
      const cacheDir = stokeCacheDir(env);
      const common = { env, cacheDir, clock: systemClock, run: runTool, onProgress, signal };
      const [java, spark] = await Promise.all([
        ensureJava(common),
        ensureSpark({ env, cacheDir }, common),
      ]);
      return { javaHome: java.home, sparkHome: spark.home };
    },
  };
}

/** The provider; the environment decides where its clusters live (`XDG_STATE_HOME`). */
export function createStandaloneProvider(
  env: Readonly<Record<string, string | undefined>>,
): Provider {
  const all = clustersFolder(env, 'standalone');
  const list = (): Promise<string[]> => namesIn(all);
  const existing = (name: string): Promise<ClusterFolder> => existingFolder(all, name);
  return {
    name: 'standalone',
    summary: "Spark's own master and workers as processes on this machine",
    validate: specProblems,
    create: (spec) => planCreate(clusterFolder(all, spec.name), spec, planContext(env)),
    add: async (cluster, host) => planAdd(await existing(cluster), host, planContext(env)),
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
