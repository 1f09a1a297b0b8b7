/** Decides how a Spark application is started: properties, environment and arguments. Pure. */

import {
  isLoopbackTarget,
  type MesosTarget,
  masterUrl,
  type SparkTarget,
} from './launch-target.ts';
import { inOwnNetwork } from './own-network.ts';
import {
  formatSubmitArguments,
  lastOption,
  parseSubmitArguments,
  type SubmitArguments,
} from './submit-arguments.ts';

/** Which of Spark's front doors is used. */
export type SparkCommand = 'spark-submit' | 'pyspark' | 'spark-shell' | 'spark-sql';

/** What one application may use. */
export interface ApplicationResources {
  readonly executorCores: number;
  /** Total over all executors; Spark on Mesos takes every offer without it. */
  readonly maxCores: number;
  readonly executorMemoryMb: number;
  /** Spark's own default (1 GiB) when absent. */
  readonly driverMemoryMb?: number;
}

/** A fresh secret for one application, kept in a file that driver and executors can read. */
export interface ApplicationSecret {
  /** Path of a file of mode 0600. */
  readonly file: string;
  /** Base64 of the file's bytes: the form in which Spark uses a secret from a file. */
  readonly base64: string;
}

/** All that decides a launch; nothing is looked up. */
export interface LaunchRequest {
  readonly command: SparkCommand;
  /** The user's own words after the command, as spark-submit takes them. */
  readonly args: readonly string[];
  readonly target: SparkTarget;
  readonly resources: ApplicationResources;
  readonly sparkHome: string;
  readonly javaHome: string;
  /** `packagesDir` holds packages that the interpreter lacks. */
  readonly python?: { readonly executable: string; readonly packagesDir?: string };
  /** Folder for event logs, as a path; absent: no event log. */
  readonly eventLogDir?: string;
  readonly uiPort?: number;
  /** Address of this machine that executors can dial; only for masters off loopback. */
  readonly advertisedHost?: string;
  readonly secret?: ApplicationSecret;
  /** From the user's spark-defaults.conf and --properties-file; they win over ours. */
  readonly userProperties?: Readonly<Record<string, string>>;
  /** A log4j2 file for the driver, used unless the user brings one. */
  readonly log4jFile?: string;
  /** The caller shows progress of its own, so Spark's progress bar is turned off. */
  readonly quietProgress?: boolean;
}

/** How to start it. Properties go to a file of mode 0600, never on the command line. */
export interface LaunchPlan {
  /** Relative to SPARK_HOME. */
  readonly program: string;
  /** Arguments for the program; the first two name the properties file. */
  readonly args: readonly string[];
  /** To be laid over the environment of the caller. */
  readonly env: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

/** Stands in the arguments for the path of the properties file, which only the runner knows. */
export const PROPERTIES_FILE = '{properties-file}';

/** Options that Spark ignores for Mesos or that are merged into our file. */
const TAKEN_OVER = new Set([
  '--properties-file',
  '--executor-cores',
  '--num-executors',
  '--driver-class-path',
]);

const DRIVER_CLASS_PATH = 'spark.driver.extraClassPath';
const EXECUTOR_CLASS_PATH = 'spark.executor.extraClassPath';

/**
 * Plans a launch. What the user says wins, in Spark's order: `--conf` and options, then property files, then ours.
 * @throws AppError SUBMIT_ARGUMENT_INVALID
 */
export function planLaunch(request: LaunchRequest): LaunchPlan {
  const parsed = parseSubmitArguments(request.args);
  const classPaths = mergedClassPaths(request, parsed);
  const properties = {
    ...inOwnNetwork(ourProperties(request), { ...request.userProperties, ...parsed.conf }),
    ...request.userProperties,
    ...executorOptions(parsed, request.resources),
    ...classPaths,
  };
  return {
    program: `bin/${request.command}`,
    args: [
      '--properties-file',
      PROPERTIES_FILE,
      ...formatSubmitArguments(withClassPaths(parsed, classPaths), TAKEN_OVER),
    ],
    env: environment(request),
    properties,
  };
}

/** The user's class paths with our driver jar in front: replacing it would bring the native driver back. */
function mergedClassPaths(
  { target, userProperties = {} }: LaunchRequest,
  parsed: SubmitArguments,
): Record<string, string> {
  const jar = target.kind === 'mesos' ? target.driverJar : undefined;
  const driver = [
    jar,
    parsed.conf[DRIVER_CLASS_PATH] ??
      lastOption(parsed, '--driver-class-path') ??
      userProperties[DRIVER_CLASS_PATH],
  ].filter((part) => part !== undefined);
  const executor = [
    target.kind === 'mesos' && target.mode === 'fine' ? jar : undefined,
    parsed.conf[EXECUTOR_CLASS_PATH] ?? userProperties[EXECUTOR_CLASS_PATH],
  ].filter((part) => part !== undefined);
  return {
    ...(driver.length === 0 ? {} : { [DRIVER_CLASS_PATH]: driver.join(':') }),
    ...(executor.length === 0 ? {} : { [EXECUTOR_CLASS_PATH]: executor.join(':') }),
  };
}

/** A class path given by --conf would beat the property file, so the merged one is said again after it. */
function withClassPaths(
  parsed: SubmitArguments,
  classPaths: Readonly<Record<string, string>>,
): SubmitArguments {
  const again = Object.entries(classPaths)
    .filter(([key]) => parsed.conf[key] !== undefined)
    .map(([key, value]) => ({ name: '--conf', value: `${key}=${value}` }));
  return { ...parsed, options: [...parsed.options, ...again] };
}

function ourProperties(request: LaunchRequest): Record<string, string> {
  const { resources, target } = request;
  return {
    'spark.master': masterUrl(target),
    'spark.submit.deployMode': 'client',
    'spark.executor.cores': String(resources.executorCores),
    'spark.executor.memory': `${resources.executorMemoryMb}m`,
    ...(resources.driverMemoryMb === undefined
      ? {}
      : { 'spark.driver.memory': `${resources.driverMemoryMb}m` }),
    ...(target.kind === 'local' ? {} : { 'spark.cores.max': String(resources.maxCores) }),
    ...safeProperties(request),
    ...networkProperties(request),
    ...(target.kind === 'local' ? {} : executorEnvironment(request)),
    ...(target.kind === 'mesos' ? mesosProperties(request, target) : {}),
    ...(target.kind === 'standalone' ? drainProperties : {}),
    ...authenticationProperties(request),
  };
}

/** Nothing a passer-by can press, nothing secret in a log, and a record of what happened. */
function safeProperties(request: LaunchRequest): Record<string, string> {
  return {
    'spark.ui.killEnabled': 'false',
    'spark.redaction.regex':
      '(?i)secret|password|passphrase|token|credential|access[.]?key|api[.]?key',
    ...(request.uiPort === undefined ? {} : { 'spark.ui.port': String(request.uiPort) }),
    ...(request.quietProgress === true ? { 'spark.ui.showConsoleProgress': 'false' } : {}),
    ...(request.eventLogDir === undefined
      ? {}
      : {
          'spark.eventLog.enabled': 'true',
          'spark.eventLog.dir': `file://${request.eventLogDir}`,
        }),
  };
}

/**
 * On loopback the driver and all it serves stay there. Elsewhere executors must reach the driver, so only its
 * web page stays on loopback (that is what SPARK_LOCAL_IP binds).
 */
function networkProperties(request: LaunchRequest): Record<string, string> {
  if (isLoopbackTarget(request.target)) {
    return { 'spark.driver.host': '127.0.0.1', 'spark.driver.bindAddress': '127.0.0.1' };
  }
  if (request.advertisedHost === undefined) return {};
  return {
    'spark.driver.host': request.advertisedHost,
    'spark.driver.bindAddress': request.advertisedHost,
  };
}

function executorEnvironment({ javaHome, python, target }: LaunchRequest): Record<string, string> {
  return {
    'spark.executorEnv.JAVA_HOME': javaHome,
    // A master on loopback has all its hosts there: executors need not listen elsewhere either.
    ...(isLoopbackTarget(target) ? { 'spark.executorEnv.SPARK_LOCAL_IP': '127.0.0.1' } : {}),
    ...(python === undefined ? {} : { 'spark.executorEnv.PYSPARK_PYTHON': python.executable }),
    ...(python?.packagesDir === undefined
      ? {}
      : { 'spark.executorEnv.PYTHONPATH': python.packagesDir }),
  };
}

/** Executors of a worker that is taken out hand their blocks on and end; nothing is computed twice. */
const drainProperties: Readonly<Record<string, string>> = {
  'spark.decommission.enabled': 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.replicationReattemptInterval': '2s',
};

function mesosProperties(request: LaunchRequest, target: MesosTarget): Record<string, string> {
  const fine = target.mode === 'fine';
  return {
    'spark.mesos.coarse': String(!fine),
    'spark.mesos.executor.home': request.sparkHome,
    // Without it a broken connection tears the framework down and kills every executor.
    'spark.mesos.driver.failoverTimeout': '600',
    // By default each fine-grained executor holds a whole processor for itself, and no task fits beside it on a small host.
    ...(fine ? { 'spark.mesos.mesosExecutor.cores': '0' } : {}),
    ...(target.role === undefined ? {} : { 'spark.mesos.role': target.role }),
    ...(target.principal === undefined ? {} : { 'spark.mesos.principal': target.principal }),
    ...(target.secretFile === undefined ? {} : { 'spark.mesos.secret.file': target.secretFile }),
  };
}

/**
 * The Mesos backend hands executors no authentication settings, so they get them as JVM options: the name of the
 * secret's file, never the secret. Spark reads such files for Kubernetes only, hence that master; an executor uses
 * it until it has fetched the driver's settings, which replace it. Fine-grained mode puts all settings into what the
 * cluster shows of an executor, so there it stays off. A standalone cluster has one secret for all.
 */
function authenticationProperties({ target, secret }: LaunchRequest): Record<string, string> {
  if (target.kind === 'standalone' && target.authSecret !== undefined) {
    return { 'spark.authenticate': 'true', 'spark.authenticate.secret': target.authSecret };
  }
  if (target.kind !== 'mesos' || target.mode === 'fine' || secret === undefined) return {};
  const startup = {
    'spark.authenticate': 'true',
    'spark.authenticate.secret.file': secret.file,
    'spark.master': 'k8s://only-to-read-the-file',
  };
  return {
    'spark.authenticate': 'true',
    'spark.authenticate.secret': secret.base64,
    'spark.executorEnv.JAVA_TOOL_OPTIONS': Object.entries(startup)
      .map(([key, value]) => `-D${key}=${value}`)
      .join(' '),
  };
}

/** spark-submit ignores these two options for Mesos; here they mean what they say on every engine. */
function executorOptions(
  parsed: SubmitArguments,
  resources: ApplicationResources,
): Record<string, string> {
  const cores = lastOption(parsed, '--executor-cores');
  const executors = Number(lastOption(parsed, '--num-executors'));
  return {
    ...(cores === undefined ? {} : { 'spark.executor.cores': cores }),
    ...(executors > 0
      ? { 'spark.cores.max': String(executors * Number(cores ?? resources.executorCores)) }
      : {}),
  };
}

function environment(request: LaunchRequest): Record<string, string> {
  const { python } = request;
  return {
    SPARK_HOME: request.sparkHome,
    JAVA_HOME: request.javaHome,
    ...(isLoopbackTarget(request.target) || request.advertisedHost !== undefined
      ? { SPARK_LOCAL_IP: '127.0.0.1' }
      : {}),
    ...(python === undefined ? {} : { PYSPARK_PYTHON: python.executable }),
    ...(python?.packagesDir === undefined ? {} : { PYTHONPATH: python.packagesDir }),
    ...(request.log4jFile === undefined ? {} : { LOG4J_CONFIGURATION_FILE: request.log4jFile }),
  };
}
