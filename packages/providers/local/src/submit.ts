/** Runs Spark programs on a local cluster through Spark's own Mesos backend. */
import { fileURLToPath } from 'node:url';
import type { ClusterFolder } from '@stoke/cluster';
import {
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
import type { MesosTarget } from '@stoke/spark';
import { clusterCredential, credentialFiles } from './cluster-credential.ts';
import { leadingMaster } from './create-cluster.ts';
import { describe, gatherFacts } from './look.ts';
import { tearDownFramework } from './tear-down.ts';

/** Stands in for Mesos's native driver; part of this repository. */
const driverJar = fileURLToPath(
  new URL('../../../../jvm/mesos-driver/dist/stoke-mesos-driver.jar', import.meta.url),
);

/** @throws AppError `CLUSTER_NOT_RUNNING`, `JOB_FILE_MISSING`, and those of bringing Spark and Java */
export async function submitJob(
  folder: ClusterFolder,
  job: JobRequest,
  context: SubmitContext,
): Promise<JobEnd> {
  await checkJobFile(job, context.cwd);
  const facts = await gatherFacts(folder);
  const master = new URL(leadingMaster(facts)).host;
  const ready = describe(facts).hosts.filter((host) => host.status === 'ready');
  const tools = await prepareTools(job, context);
  const end = await runSparkClient({
    job,
    context,
    tools,
    target: { kind: 'mesos', master, driverJar, mode: job.mode, ...(await identity(folder)) },
    resources: sizeApplication(ready, 'mesos'),
    overhead: 'mesos',
    authenticate: true,
    eventLogDir: eventLogFolder(folder.path),
    cluster: folder.name,
    look: async () => ((await isThere(folder)) ? describe(await gatherFacts(folder)) : undefined),
  });
  if (end.applicationId !== undefined) await tearDown(folder, end.applicationId);
  return end;
}

/** Who Spark says it is. */
async function identity(
  folder: ClusterFolder,
): Promise<Pick<MesosTarget, 'principal' | 'secretFile'>> {
  const credential = await clusterCredential(folder);
  if (credential === undefined) return {};
  return { principal: credential.principal, secretFile: credentialFiles(folder).secret };
}

/** A driver that was killed leaves its executors waiting for it to come back; nobody will. */
async function tearDown(folder: ClusterFolder, applicationId: string): Promise<void> {
  const { master, state } = await gatherFacts(folder);
  const stays = state?.frameworks.some((framework) => framework.id === applicationId);
  if (stays && master.file !== undefined) {
    await tearDownFramework(folder, master.file.url, applicationId);
  }
}
