/** Spark distributions, launch settings, runs and event logs. */

export { type Environment, stokeCacheDir } from './cache-dir.ts';
export {
  cachedSparkHome,
  DEFAULT_SPARK_VERSION,
  findCachedSpark,
  findSpark,
  type SparkDistribution,
  type SparkLookup,
} from './distribution.ts';
export { SPARK_ERRORS, type SparkErrorCode } from './errors.ts';
export { type EventLog, listEventLogs, readEventLog, type SparkEvent } from './event-log.ts';
export {
  type ApplicationSummary,
  createEventLogSummary,
  type EventLogSummary,
  type ExecutorSummary,
  type StageSummary,
  type TaskTotals,
} from './event-log-summary.ts';
export {
  ensureJava,
  type JavaInstallContext,
} from './install-java.ts';
export {
  ensureSpark,
  type InstallContext,
  type InstalledSpark,
  type InstallRequest,
  installSpark,
  listSparks,
  removeSpark,
} from './install-spark.ts';
export { findJava, type JavaRuntime, type JavaSearch } from './java.ts';
export {
  type ApplicationResources,
  type LaunchPlan,
  type LaunchRequest,
  planLaunch,
  type SparkCommand,
} from './launch-settings.ts';
export {
  isLoopbackTarget,
  type LocalTarget,
  type MesosTarget,
  masterUrl,
  type SparkTarget,
  type StandaloneTarget,
} from './launch-target.ts';
export { ensureMesosJars } from './mesos-jars.ts';
export { ensurePythonPackages, findPython, type PythonRuntime } from './python.ts';
export {
  runSpark,
  type SparkRunLaunch,
  type SparkRunRequest,
  type SparkRunResult,
} from './run-spark.ts';
export { type RunTool, runTool } from './run-tool.ts';
export type { OnProgress, SetupProgress } from './setup-progress.ts';
export {
  type ApplicationProgress,
  RUN_ID_PROPERTY,
  readProgress,
  type StageProgress,
  watchStages,
} from './stage-watch.ts';
export {
  lastOption,
  parseSubmitArguments,
  type SubmitArguments,
} from './submit-arguments.ts';
