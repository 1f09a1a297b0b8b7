/** Clusters as Stoke sees them: description, plan, and the interface that every engine implements. */
export {
  type ClusterFolder,
  claimFolder,
  clusterFolder,
  clustersFolder,
  type Environment,
  existingFolder,
  isThere,
  namesIn,
} from './cluster-folder.ts';
export {
  type ApplicationInfo,
  type ClusterInfo,
  type ClusterProblem,
  type ClusterStatus,
  type ClusterSummary,
  clusterStatus,
  type HostInfo,
  type MasterInfo,
  type PartStatus,
  summarize,
  type Usage,
} from './cluster-info.ts';
export {
  type ContractCase,
  type ContractSubject,
  contractSpec,
  providerContract,
} from './contract.ts';
export { CLUSTER_ERRORS, type ClusterErrorCode, clusterError, unknownCluster } from './errors.ts';
export {
  type ExecutorNeed,
  executorNeed,
  executorShortage,
  formatMb,
  type OverheadRule,
  parseSparkMemory,
  sizeApplication,
} from './executor-size.ts';
export { checkNewHost, freeHostName, type NewHost, unknownHost } from './host-names.ts';
export {
  type Action,
  type ActionContext,
  type Plan,
  type PlanEvent,
  type RunPlanOptions,
  runPlan,
} from './plan.ts';
export type { JobEnd, JobRequest, Provider, RemoveOptions, SubmitContext } from './provider.ts';
export {
  checkJobFile,
  eventLogFolder,
  localPath,
  prepareTools,
  runSparkClient,
  type SparkClientRun,
  type SparkTools,
} from './spark-client.ts';
export {
  type ClusterSpec,
  type ClusterSpecV1,
  defaultHostName,
  nameProblem,
  type ReadSpec,
  readClusterSpec,
} from './spec.ts';
