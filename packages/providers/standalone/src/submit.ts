/** Runs Spark programs on a standalone cluster: JVM programs inside it, Python programs and shells beside it. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClusterFolder,
  checkJobFile,
  eventLogFolder,
  isThere,
  type JobEnd,
  type JobRequest,
  prepareTools,
  runSparkClient,
  type SubmitContext,
  sizeApplication,
} from '@stoke/cluster';
import { planLaunch } from '@stoke/spark';
import { describe, gatherFacts, leadingMaster } from './look.ts';
import { fitsRestApi, runInCluster } from './rest-submission.ts';
import { loopback } from './service.ts';

/** @throws AppError `CLUSTER_NOT_RUNNING`, `JOB_FILE_MISSING`, and those of bringing Spark and Java */
export async function submitJob(
  folder: ClusterFolder,
  job: JobRequest,
  context: SubmitContext,
): Promise<JobEnd> {
  await checkJobFile(job, context.cwd);
  const facts = await gatherFacts(folder);
  const { service } = leadingMaster(facts);
  const ready = describe(facts).hosts.filter((host) => host.status === 'ready');
  const tools = await prepareTools(job, context);
  const target = { kind: 'standalone', master: `${loopback}:${service.ports.rpc}` } as const;
  const resources = sizeApplication(ready, 'none');
  const eventLogDir = eventLogFolder(folder.path);
  if (job.command !== 'spark-submit' || !fitsRestApi(job.args)) {
    return runSparkClient({
      job,
      context,
      tools,
      target,
      resources,
      overhead: 'none',
      authenticate: false,
      eventLogDir,
      cluster: folder.name,
      look: async () => ((await isThere(folder)) ? describe(await gatherFacts(folder)) : undefined),
    });
  }
  await mkdir(eventLogDir, { recursive: true, mode: 0o700 });
  return runInCluster({
    api: `http://${loopback}:${service.ports.rest}`,
    sparkVersion: await versionOf(tools.sparkHome),
    args: job.args,
    plan: planLaunch({
      command: job.command,
      args: job.args,
      target,
      resources,
      ...tools,
      eventLogDir,
    }),
    workFolders: facts.workers.map((worker) => join(worker.part.workDir, 'work')),
    context,
  });
}

/** The API refuses clients of another version, and the distribution says which it is. */
async function versionOf(sparkHome: string): Promise<string> {
  const release = await readFile(join(sparkHome, 'RELEASE'), 'utf8').catch(() => '');
  return /Spark (\d[\w.-]*)/.exec(release)?.[1] ?? '3.5.0';
}
