/** Starts a Spark program and sees it to its end: settings, secret, progress, output, clean-up. */

import { randomBytes, randomUUID } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, type Ended, errorMessage, runCommand } from '@stoke/kit';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import { findFreePort } from './free-port.ts';
import { runInteractive } from './interactive.ts';
import {
  type ApplicationSecret,
  type LaunchPlan,
  type LaunchRequest,
  PROPERTIES_FILE,
  planLaunch,
} from './launch-settings.ts';
import { formatProperties, parseProperties } from './properties.ts';
import { type ApplicationProgress, RUN_ID_PROPERTY, watchStages } from './stage-watch.ts';
import { lastOption, parseSubmitArguments } from './submit-arguments.ts';

/** A launch without what the runner finds out by itself. */
export type SparkRunLaunch = Omit<
  LaunchRequest,
  'secret' | 'uiPort' | 'userProperties' | 'log4jFile' | 'quietProgress'
>;

/** What to run, and who listens. */
export interface SparkRunRequest {
  readonly launch: SparkRunLaunch;
  /** The environment of the caller; the plan's is laid over it. */
  readonly env: Environment;
  readonly clock: Clock;
  readonly cwd?: string;
  /** Give driver and executors a fresh secret. Only where executors see this machine's files. */
  readonly authenticate?: boolean;
  /** Hand the terminal to the program (shells). Output and progress then go past the caller. */
  readonly interactive?: boolean;
  /** Ends the program and all it started: TERM, after 15 s KILL. */
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  readonly onProgress?: (progress: ApplicationProgress) => void;
}

/** How a Spark program ended. */
export interface SparkRunResult {
  /** The program's own; 128 + n when signal n ended it, 130 when cancelled. */
  readonly exitCode: number;
  readonly cause: 'exit' | 'signal' | 'cancelled';
  readonly durationMs: number;
}

const LOG4J_FILE = fileURLToPath(new URL('../conf/log4j2-driver.properties', import.meta.url));
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Time for a driver to stop its executors before it is killed; Spark on Mesos waits up to 10 s for them. */
const GRACE_MS = 15_000;

/**
 * Runs spark-submit or a shell until it ends.
 * @throws AppError SUBMIT_ARGUMENT_INVALID, SPARK_HOME_INVALID
 */
export async function runSpark(request: SparkRunRequest): Promise<SparkRunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'stoke-spark-'));
  try {
    const uiPort = await findFreePort(4040, 4100);
    const runId = randomUUID();
    const plan = planLaunch(await completeLaunch(request, { folder, uiPort }));
    const propertiesFile = join(folder, 'spark.properties');
    const properties: Readonly<Record<string, string>> = {
      ...plan.properties,
      [RUN_ID_PROPERTY]: runId,
    };
    await writeFile(propertiesFile, formatProperties(properties), { mode: 0o600 });
    const watch =
      request.onProgress === undefined
        ? undefined
        : watchStages({
            uiPort: Number(properties['spark.ui.port']),
            runId,
            clock: request.clock,
            onProgress: request.onProgress,
          });
    try {
      return await execute(request, plan, propertiesFile);
    } finally {
      watch?.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function completeLaunch(
  request: SparkRunRequest,
  { folder, uiPort }: { readonly folder: string; readonly uiPort: number },
): Promise<LaunchRequest> {
  const { launch } = request;
  if (launch.eventLogDir !== undefined) {
    await mkdir(launch.eventLogDir, { recursive: true, mode: 0o700 });
  }
  return {
    ...launch,
    uiPort,
    userProperties: await readUserProperties(request),
    log4jFile: await chooseLog4jFile(request),
    quietProgress: request.onProgress !== undefined,
    secret: request.authenticate === true ? await createSecret(folder) : undefined,
  };
}

/** A new secret in a file that only this user can read. */
async function createSecret(folder: string): Promise<ApplicationSecret> {
  const bytes = randomBytes(32);
  const file = join(folder, 'secret');
  await writeFile(file, bytes, { mode: 0o600 });
  return { file, base64: bytes.toString('base64') };
}

/** As Spark does: a --properties-file replaces spark-defaults.conf. */
async function readUserProperties(request: SparkRunRequest): Promise<Record<string, string>> {
  const named = lastOption(parseSubmitArguments(request.launch.args), '--properties-file');
  if (named === undefined) {
    const path = join(configurationFolder(request), 'spark-defaults.conf');
    return parseProperties(await readFile(path, 'utf8').catch(() => ''));
  }
  try {
    return parseProperties(await readFile(named, 'utf8'));
  } catch (cause) {
    throw sparkError(
      'SUBMIT_ARGUMENT_INVALID',
      `Cannot read --properties-file '${named}': ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

async function chooseLog4jFile(request: SparkRunRequest): Promise<string | undefined> {
  if (request.env.LOG4J_CONFIGURATION_FILE !== undefined) return undefined;
  const own = await access(join(configurationFolder(request), 'log4j2.properties')).then(
    () => true,
    () => false,
  );
  return own ? undefined : LOG4J_FILE;
}

function configurationFolder({ env, launch }: SparkRunRequest): string {
  return env.SPARK_CONF_DIR ?? join(launch.sparkHome, 'conf');
}

async function execute(
  request: SparkRunRequest,
  plan: LaunchPlan,
  propertiesFile: string,
): Promise<SparkRunResult> {
  const file = join(request.launch.sparkHome, plan.program);
  const args = plan.args.map((arg) => (arg === PROPERTIES_FILE ? propertiesFile : arg));
  const env = overlay(request.env, plan.env);
  const { cwd, signal } = request;
  if (request.interactive === true) return runInteractive({ file, args, env, cwd, signal });
  await checkProgram(file);
  const ended = await runCommand({
    file,
    args,
    env,
    cwd,
    signal,
    keepOutput: false,
    killGraceMs: GRACE_MS,
    endsWithUs: true,
    onOutput: request.onOutput ?? passThrough,
  });
  return resultOf(ended, file);
}

/** Lays the plan over the caller's environment; search paths are joined, not replaced. */
function overlay(base: Environment, plan: Readonly<Record<string, string>>): Environment {
  const path = [plan.PYTHONPATH, base.PYTHONPATH].filter((part) => part !== undefined).join(':');
  return { ...base, ...plan, ...(path === '' ? {} : { PYTHONPATH: path }) };
}

function passThrough(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
  process[stream].write(chunk);
}

function resultOf(ended: Ended, file: string): SparkRunResult {
  const { cause, durationMs } = ended;
  if (cause === 'cancelled') return { exitCode: 130, cause, durationMs };
  if (cause === 'exit') return { exitCode: ended.exitCode ?? 1, cause, durationMs };
  if (cause === 'signal') {
    return { exitCode: 128 + (SIGNAL_NUMBERS[ended.signal ?? ''] ?? 1), cause, durationMs };
  }
  throw cannotStart(file, ended.error ?? cause);
}

/** The program is run by a shell, whose words about a file that is not there would not help anybody. */
async function checkProgram(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch (cause) {
    throw cannotStart(file, cause);
  }
}

function cannotStart(file: string, cause: unknown): Error {
  return sparkError(
    'SPARK_HOME_INVALID',
    `Cannot start ${file}: ${errorMessage(cause)}; check --spark-home and SPARK_HOME`,
    {
      cause,
    },
  );
}
