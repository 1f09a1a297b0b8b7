/** Runs a JVM program inside a standalone cluster through the master's submission API, and follows it to its end. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterError, type JobEnd, localPath, type SubmitContext } from '@stoke/cluster';
import { requestHttp } from '@stoke/kit';
import { type LaunchPlan, lastOption, parseSubmitArguments } from '@stoke/spark';
import { z } from 'zod';

/** What the API says to each request ("Spark's REST submission protocol"). */
const answerSchema = z.object({
  success: z.boolean().optional(),
  message: z.string().optional(),
  submissionId: z.string().optional(),
  /** SUBMITTED, RUNNING, FINISHED, FAILED, ERROR, KILLED, RELAUNCHING, UNKNOWN, NOT_FOUND. */
  driverState: z.string().optional(),
  serverSparkVersion: z.string().optional(),
});

type Answer = z.infer<typeof answerSchema>;

const answerTimeoutMs = 10_000;
const lookEveryMs = 300;
const endStates = new Set(['FINISHED', 'FAILED', 'ERROR', 'KILLED', 'NOT_FOUND']);

/** The program, and where it goes. */
export interface RestSubmission {
  /** `http://host:port` of the API. */
  readonly api: string;
  readonly sparkVersion: string;
  readonly args: readonly string[];
  readonly plan: LaunchPlan;
  /** Where the workers' drivers leave their output. */
  readonly workFolders: readonly string[];
  readonly context: SubmitContext;
}

/** Whether the words name a jar and its class: what the API can start without looking inside. */
export function fitsRestApi(args: readonly string[]): boolean {
  const parsed = parseSubmitArguments(args);
  return (
    parsed.resource?.endsWith('.jar') === true &&
    lastOption(parsed, '--class') !== undefined &&
    lastOption(parsed, '--deploy-mode') !== 'client'
  );
}

/** What Spark needs of the JDK's inside on Java 17; its launcher adds it everywhere but to drivers of this API. */
const moduleOptions = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  ...[
    ...['java.lang', 'java.lang.invoke', 'java.lang.reflect', 'java.io', 'java.net', 'java.nio'],
    ...['java.util', 'java.util.concurrent', 'java.util.concurrent.atomic', 'jdk.internal.ref'],
    ...['sun.nio.ch', 'sun.nio.cs', 'sun.security.action', 'sun.util.calendar'],
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '-Djdk.reflect.useDirectMethodHandle=false',
].join(' ');

async function call(url: string, method: 'GET' | 'POST', body?: unknown): Promise<Answer> {
  const answer = await requestHttp({
    url,
    method,
    timeoutMs: answerTimeoutMs,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answerSchema.parse(JSON.parse(answer.body.toString('utf8')));
}

/** The request as the API wants it; options of spark-submit become the properties they stand for. */
export function createRequest({ args, plan, sparkVersion, context }: RestSubmission) {
  const parsed = parseSubmitArguments(args);
  const path = localPath(parsed.resource ?? '', context.cwd);
  const resource = path === undefined ? parsed.resource : `file:${path}`;
  const mainClass = lastOption(parsed, '--class') ?? '';
  const option = (name: string, property: string): Record<string, string> => {
    const value = lastOption(parsed, name);
    return value === undefined ? {} : { [property]: value };
  };
  return {
    action: 'CreateSubmissionRequest',
    clientSparkVersion: sparkVersion,
    appResource: resource,
    mainClass,
    appArgs: parsed.applicationArguments,
    environmentVariables: { SPARK_ENV_LOADED: '1' },
    sparkProperties: {
      ...plan.properties,
      'spark.app.name': mainClass,
      'spark.submit.deployMode': 'cluster',
      'spark.jars': resource,
      ...option('--name', 'spark.app.name'),
      ...option('--executor-memory', 'spark.executor.memory'),
      ...option('--driver-memory', 'spark.driver.memory'),
      ...option('--driver-cores', 'spark.driver.cores'),
      ...option('--total-executor-cores', 'spark.cores.max'),
      ...parsed.conf,
      'spark.driver.extraJavaOptions': [
        moduleOptions,
        parsed.conf['spark.driver.extraJavaOptions'] ??
          lastOption(parsed, '--driver-java-options') ??
          plan.properties['spark.driver.extraJavaOptions'] ??
          '',
      ]
        .join(' ')
        .trim(),
    },
  };
}

/**
 * Submits, streams what the driver prints, and resolves with its end.
 * @throws AppError `CLUSTER_NOT_RUNNING` when the master refuses
 */
export async function runInCluster(submission: RestSubmission): Promise<JobEnd> {
  const { api, context } = submission;
  const started = performance.now();
  const created = await call(`${api}/v1/submissions/create`, 'POST', createRequest(submission));
  const id = created.submissionId;
  if (created.success !== true || id === undefined) {
    throw clusterError('CLUSTER_NOT_RUNNING', {
      message: `Cannot submit the job: Spark's master refused it (${created.message ?? 'no reason given'})`,
    });
  }
  const output = followOutput(submission.workFolders, id, context);
  const kill = (): void => {
    call(`${api}/v1/submissions/kill/${id}`, 'POST').catch(() => undefined);
  };
  context.signal.addEventListener('abort', kill, { once: true });
  if (context.signal.aborted) kill();
  try {
    const state = await untilEnd(api, id, context);
    return {
      exitCode: exitCodeOf(state, context.signal.aborted),
      cause: context.signal.aborted ? 'cancelled' : 'exit',
      driverMs: performance.now() - started,
    };
  } finally {
    context.signal.removeEventListener('abort', kill);
    await output.finish();
  }
}

function exitCodeOf(state: string, cancelled: boolean): number {
  if (cancelled) return 130;
  return state === 'FINISHED' ? 0 : 1;
}

/** A driver that no worker has room for stays SUBMITTED; that is told. */
async function untilEnd(api: string, id: string, context: SubmitContext): Promise<string> {
  for (let looks = 1; ; looks++) {
    const answer = await call(`${api}/v1/submissions/status/${id}`, 'GET');
    const state = answer.driverState ?? 'UNKNOWN';
    if (endStates.has(state)) {
      if (state !== 'FINISHED' && answer.message !== undefined) {
        context.onOutput(Buffer.from(`${answer.message}\n`), 'stderr');
      }
      return state;
    }
    const waits = state === 'SUBMITTED' && looks * lookEveryMs > 3000;
    context.onWait(waits ? 'no worker has a free core and memory for the driver' : undefined);
    await delay(lookEveryMs);
  }
}

/** Passes on what the driver appends to its two files, on whichever worker it runs. */
function followOutput(
  workFolders: readonly string[],
  id: string,
  context: SubmitContext,
): { finish(): Promise<void> } {
  const offsets = new Map<string, number>();
  let ended = false;
  const copyNew = async (): Promise<void> => {
    for (const folder of workFolders) {
      for (const stream of ['stdout', 'stderr'] as const) {
        await copyFrom(join(folder, id, stream), offsets, (chunk) =>
          context.onOutput(chunk, stream),
        );
      }
    }
  };
  const loop = (async () => {
    while (!ended) {
      await copyNew();
      await delay(lookEveryMs);
    }
    await copyNew();
  })();
  return {
    async finish() {
      ended = true;
      await loop;
    },
  };
}

async function copyFrom(
  path: string,
  offsets: Map<string, number>,
  pass: (chunk: Buffer) => void,
): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return;
  try {
    const from = offsets.get(path) ?? 0;
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(65_536), position: from });
    offsets.set(path, from + bytesRead);
    if (bytesRead > 0) pass(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
