/** Runs a Spark program whose driver lives on this machine, on any engine Spark knows: sets up, starts, watches, explains. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ApplicationProgress,
  type ApplicationResources,
  ensureJava,
  ensurePythonPackages,
  ensureSpark,
  findPython,
  parseSubmitArguments,
  type RunTool,
  runSpark,
  runTool,
  type SparkTarget,
  stokeCacheDir,
} from '@stoke/spark';
import type { ApplicationInfo, ClusterInfo } from './cluster-info.ts';
import { clusterError } from './errors.ts';
import { executorNeed, executorShortage, type OverheadRule } from './executor-size.ts';
import type { JobEnd, JobRequest, SubmitContext } from './provider.ts';

/** The tools a Spark program runs with. */
export interface SparkTools {
  readonly sparkHome: string;
  readonly javaHome: string;
  readonly python: { readonly executable: string; readonly packagesDir?: string } | undefined;
}

/** Where and how the program runs. */
export interface SparkClientRun {
  readonly job: JobRequest;
  readonly context: SubmitContext;
  readonly tools: SparkTools;
  readonly target: SparkTarget;
  readonly resources: ApplicationResources;
  readonly overhead: OverheadRule;
  /** Give the application a secret of its own; only where executors see this machine's files. */
  readonly authenticate: boolean;
  readonly eventLogDir: string | undefined;
  /** The cluster's name. */
  readonly cluster: string;
  /** What the cluster is at this moment, to tell why an application waits; undefined when it is gone. */
  look(): Promise<ClusterInfo | undefined>;
}

/**
 * Finds or brings Spark, Java and, for Python programs, the interpreter with the packages the program imports.
 * @throws AppError of the spark package, each with the way out
 */
export async function prepareTools(job: JobRequest, context: SubmitContext): Promise<SparkTools> {
  const { env, clock, cwd } = context;
  const cacheDir = stokeCacheDir(env);
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const run: RunTool = async (file, args, options) => {
    const result = await runTool(file, args, { signal, ...options });
    signal.throwIfAborted();
    return result;
  };
  const common = { env, cacheDir, clock, signal, run };
  const onProgress = context.onSetup.bind(context);
  const [java, spark, python] = await allOrNone(failed, [
    ensureJava({ ...common, onProgress }),
    ensureSpark({ env, cacheDir, sparkHome: job.sparkHome }, { ...common, onProgress }),
    isPythonJob(job) ? findPython(common) : Promise.resolve(undefined),
  ]);
  const tools = { sparkHome: spark.home, javaHome: java.home };
  if (python === undefined) return { ...tools, python: undefined };
  const packages = await importedPackages(job, cwd);
  const packagesDir =
    packages.length === 0
      ? undefined
      : await ensurePythonPackages({ ...common, python, packages, onProgress });
  return { ...tools, python: { executable: python.executable, packagesDir } };
}

/** Like `Promise.all`, but a failure ends the others, and is told only when nobody works any more. */
async function allOrNone<T extends readonly Promise<unknown>[]>(
  failed: AbortController,
  works: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const all = Promise.all(works);
  await all.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(works);
  return all;
}

function isPythonJob(job: JobRequest): boolean {
  if (job.command === 'pyspark') return true;
  return jobResource(job)?.endsWith('.py') ?? false;
}

function jobResource(job: JobRequest): string | undefined {
  return job.command === 'spark-submit' ? parseSubmitArguments(job.args).resource : undefined;
}

const packageOf: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bpyspark\.(ml|mllib)\b|\bimport numpy\b|\bfrom numpy\b/, ['numpy']],
  [
    /\bimport pandas\b|\bfrom pandas\b|\bpyspark\.pandas\b|\btoPandas\(/,
    ['numpy', 'pandas', 'pyarrow'],
  ],
];

/** Packages that Spark's Python side needs for what the program's own file imports. */
async function importedPackages(job: JobRequest, cwd: string): Promise<string[]> {
  const resource = jobResource(job);
  if (resource === undefined) return [];
  const text = await readFile(localPath(resource, cwd) ?? '', 'utf8').catch(() => '');
  const wanted = packageOf.filter(([pattern]) => pattern.test(text)).flatMap(([, names]) => names);
  return [...new Set(wanted)];
}

/** The path behind a file name, `file:` or `local:` address; undefined when the file is elsewhere. */
export function localPath(resource: string, cwd: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(resource)?.[1]?.toLowerCase();
  if (scheme === undefined) return isAbsolute(resource) ? resource : resolve(cwd, resource);
  if (scheme !== 'file' && scheme !== 'local') return undefined;
  return fileURLToPath(resource.replace(/^local:/i, 'file:'));
}

/**
 * Refuses a job whose file is not there, before anything is started or brought.
 * @throws AppError `JOB_FILE_MISSING`, `SUBMIT_ARGUMENT_INVALID`
 */
export async function checkJobFile(job: JobRequest, cwd: string): Promise<void> {
  if (job.command !== 'spark-submit') return;
  const resource = jobResource(job);
  if (resource === undefined) {
    throw clusterError('JOB_FILE_MISSING', {
      message: 'Cannot submit a job: no file is named; put the .py or .jar after the options',
    });
  }
  const path = localPath(resource, cwd);
  if (path === undefined) return;
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return;
  const reason = found === undefined ? 'there is no such file' : 'it is not a file';
  throw clusterError('JOB_FILE_MISSING', {
    message: `Cannot submit job '${resource}': ${reason} (looked for ${path}); check the path`,
    details: { path },
  });
}

/**
 * Runs the program to its end, telling while it has no executor why that is so. A job whose cluster is killed is
 * ended: its driver would wait for another master for ever.
 * @throws AppError of the spark package when the program cannot be started, `CLUSTER_UNKNOWN` when the cluster was killed
 */
export async function runSparkClient(run: SparkClientRun): Promise<JobEnd> {
  const { job, context, tools } = run;
  const gone = new AbortController();
  const watch = watchCluster(run, () => gone.abort());
  let applicationId: string | undefined;
  const onProgress = (progress: ApplicationProgress): void => {
    applicationId = progress.applicationId;
    watch.applicationIs(progress.applicationId);
    context.onProgress(progress);
  };
  try {
    const ended = await runSpark({
      launch: {
        command: job.command,
        args: job.args,
        target: run.target,
        resources: run.resources,
        ...tools,
        eventLogDir: run.eventLogDir,
      },
      env: context.env,
      clock: context.clock,
      cwd: context.cwd,
      authenticate: run.authenticate,
      interactive: job.interactive,
      signal: AbortSignal.any([context.signal, gone.signal]),
      onOutput: context.onOutput.bind(context),
      // A shell owns the terminal, and shows Spark's own progress bar there.
      onProgress: job.interactive ? undefined : onProgress,
    });
    if (gone.signal.aborted && !context.signal.aborted) throw goneError(run.cluster);
    return {
      exitCode: ended.exitCode,
      cause: ended.cause,
      driverMs: ended.durationMs,
      applicationId,
    };
  } finally {
    watch.stop();
  }
}

const lookEveryMs = 1500;

function goneError(cluster: string): Error {
  return clusterError('CLUSTER_UNKNOWN', {
    message: `Cannot finish the job: cluster '${cluster}' was killed while it ran; create it again and submit once more`,
  });
}

/** Looks at the cluster until the application has executors, and again when it lost them all, and whether it is there. */
function watchCluster(
  run: SparkClientRun,
  onGone: () => void,
): {
  applicationIs(id: string): void;
  stop(): void;
} {
  const { context } = run;
  const need = executorNeed(run.job.args, run.resources, run.overhead);
  let id: string | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    const info = await run.look().catch(() => 'silent' as const);
    if (stopped) return;
    if (info === undefined) {
      onGone();
      return;
    }
    const application = info === 'silent' ? undefined : applicationIn(info, id);
    // An application that is not there yet, or not any more, does not wait for executors.
    if (info !== 'silent' && application !== undefined) {
      context.onWait(application.tasks === 0 ? waitReason(info, need) : undefined);
    }
    timer = context.clock.setTimer(lookEveryMs, () => void look());
  };
  let timer = context.clock.setTimer(lookEveryMs, () => void look());
  return {
    applicationIs(applicationId) {
      id = applicationId;
    },
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}

function applicationIn(info: ClusterInfo, id: string | undefined): ApplicationInfo | undefined {
  return info.applications.find((each) => each.id === id);
}

function waitReason(
  info: ClusterInfo,
  need: Parameters<typeof executorShortage>[0],
): string | undefined {
  const shortage = executorShortage(need, info.hosts);
  if (shortage === undefined) return undefined;
  const others = info.applications.filter((each) => each.active && each.tasks > 0);
  const users = others.map((each) => `'${each.name}' (${each.cpus} cpus, ${each.memMb} MiB)`);
  return users.length === 0 ? shortage : `${shortage}; in use by ${users.join(', ')}`;
}

/** The folder for event logs inside a cluster's own directory. */
export function eventLogFolder(clusterDir: string): string {
  return join(clusterDir, 'spark-events');
}
