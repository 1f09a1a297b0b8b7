/** The verbs that every engine offers; a provider implements this interface and nothing else. */
import type { Clock } from '@stoke/kit';
import type { ApplicationProgress, SetupProgress, SparkCommand } from '@stoke/spark';
import type { ClusterInfo, HostInfo } from './cluster-info.ts';
import type { Plan } from './plan.ts';
import type { ClusterSpec } from './spec.ts';

/** A program to run on a cluster. */
export interface JobRequest {
  readonly command: SparkCommand;
  /** spark-submit's own words: its options, the file, the program's arguments. */
  readonly args: readonly string[];
  /** How Spark uses Mesos-like engines; others ignore it. */
  readonly mode: 'coarse' | 'fine';
  /** A Spark to use instead of the cached one. */
  readonly sparkHome: string | undefined;
  /** Hand the terminal to the program (shells). */
  readonly interactive: boolean;
}

/** What a submission needs from, and tells to, its surroundings. */
export interface SubmitContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborting it ends the job and all it started. */
  readonly signal: AbortSignal;
  onOutput(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  /** Java, Spark or packages are being brought. */
  onSetup(progress: SetupProgress): void;
  onProgress(progress: ApplicationProgress): void;
  /** The job waits, and why, with numbers; undefined: it does not wait any more. */
  onWait(reason: string | undefined): void;
}

/** How a job ended. */
export interface JobEnd {
  /** The job's own; 130 when cancelled. */
  readonly exitCode: number;
  readonly cause: 'exit' | 'signal' | 'cancelled';
  /** Life of the Spark driver; the rest of a submission's time is Stoke's own. */
  readonly driverMs: number;
  /** The engine's id of the application, when the driver lived long enough to tell it. */
  readonly applicationId?: string;
}

/** How `remove` treats what runs on the host. */
export interface RemoveOptions {
  /** Time for tasks to end by themselves before they are killed. */
  readonly deadlineMs: number;
}

/**
 * One engine. Providers keep no state: what exists is asked of the engine's own processes and files.
 * Methods that return a Plan check everything first and change nothing until its actions run.
 */
export interface Provider {
  /** As in `-p`. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** What the provider cannot do of a description that is well-formed; all of it. */
  validate(spec: ClusterSpec): readonly string[];
  /**
   * Makes the cluster and waits until all hosts take work; a failure leaves nothing behind.
   * @throws AppError `CLUSTER_EXISTS`
   */
  create(spec: ClusterSpec): Promise<Plan<ClusterInfo>>;
  /**
   * Adds a host and waits until it takes work; without a name the next free one is taken.
   * @throws AppError `CLUSTER_UNKNOWN`, `HOST_EXISTS`, `CLUSTER_NOT_RUNNING`
   */
  add(cluster: string, host: string | undefined): Promise<Plan<HostInfo>>;
  /**
   * Takes a host out: no new work, tasks may end until the deadline, then they are killed.
   * @throws AppError `CLUSTER_UNKNOWN`, `HOST_UNKNOWN`
   */
  remove(cluster: string, host: string, options: RemoveOptions): Promise<Plan<ClusterInfo>>;
  /**
   * Ends everything the cluster runs and removes its files; also finishes a kill that was interrupted.
   * @throws AppError `CLUSTER_UNKNOWN`
   */
  kill(cluster: string): Promise<Plan<void>>;
  /**
   * Starts again what is dead or stopped, as it was started before; does nothing to what runs.
   * @throws AppError `CLUSTER_UNKNOWN`
   */
  start(cluster: string): Promise<Plan<ClusterInfo>>;
  /** What the cluster is now; undefined when there is none of this name. Never changes anything. */
  info(cluster: string): Promise<ClusterInfo | undefined>;
  /** Names of all clusters, sorted. */
  list(): Promise<readonly string[]>;
  /**
   * Runs a job to its end.
   * @throws AppError `CLUSTER_UNKNOWN`, `CLUSTER_NOT_RUNNING`, `JOB_FILE_MISSING`, and those of bringing Spark and Java
   */
  submit(cluster: string, job: JobRequest, context: SubmitContext): Promise<JobEnd>;
}
