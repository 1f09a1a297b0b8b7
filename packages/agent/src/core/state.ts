/** What an agent knows: its identity, the frameworks with executors here, their tasks and unacknowledged updates. */
import type {
  AgentInfo,
  DrainConfig,
  ExecutorInfo,
  FrameworkInfo,
  KillPolicy,
  Operation,
  Resource,
  Task,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@stoke/protocol';
import { NO_RESOURCES, type Resources } from '@stoke/resources';
import type { ContainerFacts } from './events.ts';
import type { TaskChecks } from './task-checks.ts';
import type { VolumeLink } from './volumes.ts';

/** Settings that the core's decisions depend on; times in milliseconds. */
export interface AgentSettings {
  readonly ip: string;
  /** Known once the agent listens. */
  port: number;
  /** Of its own address. */
  readonly scheme: 'http' | 'https';
  /** Absolute; the sandboxes lie below it. */
  readonly workDir: string;
  readonly registrationTimeoutMs: number;
  readonly reregistrationTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly recoveryTimeoutMs: number;
  /** Whether the policy of a KILL call reaches command tasks (only then, as in Mesos). */
  readonly httpCommandExecutor: boolean;
  /** Whether tasks may have limits beside their resources: every containerizer keeps to them. */
  readonly keepsLimits: boolean;
  /** Whether a container has the GPUs that it was launched with, and gets no more. */
  readonly fixesGpus: boolean;
  /** Variables for every executor, below those of the executor itself. */
  readonly executorEnvironment: Readonly<Record<string, string>>;
  readonly maxCompletedExecutors: number;
}

/** A task the executor has (or had) in hand. `task` is the shape that masters and operators see. */
export interface TaskEntry {
  readonly info: TaskInfo;
  readonly task: Task;
  /** Uuids of its updates so far, newest last: an executor may send one again after the agent was away. */
  readonly seen: string[];
}

/**
 * launching: sandbox, fetch and start are under way. registering: it runs and has not subscribed.
 * running: it takes tasks. terminating: told to end. terminated: gone, with updates still to be acknowledged.
 */
export type ExecutorPhase = 'launching' | 'registering' | 'running' | 'terminating' | 'terminated';

/** How the tasks of an executor end when it is gone, if something special ended it. */
export interface EndCause {
  readonly state: TaskState;
  readonly reason: TaskStatus['reason'];
  readonly message: string;
  /** The limit that was overstepped, if that was the cause. */
  readonly limitation?: TaskStatus['limitation'];
}

/** On disk before the first signal: a kill goes on, and its reason stays true, when the agent restarts. */
export interface KillInProgress {
  readonly startedMs: number;
  readonly graceMs: number;
  /** Somebody wanted it, the health check failed too often, or `max_completion_time` is over. */
  readonly cause: 'asked' | 'unhealthy' | 'too-long';
}

/**
 * command: plays for one command task. custom: a program of the framework.
 * default: plays for groups of tasks; it has no process of its own. nested: one task of a default executor.
 */
export type ExecutorKind = 'command' | 'custom' | 'default' | 'nested';

/** One executor and its container. */
export interface Executor {
  readonly kind: ExecutorKind;
  readonly frameworkId: string;
  /** A command or nested one is named after its task. */
  readonly id: string;
  readonly info: ExecutorInfo;
  readonly containerId: string;
  readonly directory: string;
  phase: ExecutorPhase;
  pid: number | undefined;
  /** Of a running container that is not simply a process of the machine. */
  facts?: ContainerFacts | undefined;
  /** The live event stream of a custom executor. */
  connection: string | undefined;
  /** Delivered and not yet acknowledged as terminal, by task id. */
  readonly tasks: Map<string, TaskEntry>;
  /** Not delivered yet, by task id. */
  readonly queued: Map<string, TaskInfo>;
  readonly completedTasks: Task[];
  /** Kills that wait for the executor to subscribe again. */
  readonly pendingKills: Map<string, KillPolicy | undefined>;
  kill: KillInProgress | undefined;
  /** While the task of a command executor runs and has any. */
  checks?: TaskChecks | undefined;
  endCause: EndCause | undefined;
  /** The default executor of a nested one. */
  readonly parent: Executor | undefined;
  /** Running tasks of a default executor, by task id; each shares its `TaskEntry` with this one. */
  readonly nested: Map<string, Executor>;
  /** The group of each task that came in one, by task id. */
  readonly groups: Map<string, string>;
  /** Persistent volumes that the container of a custom executor sees, or is about to, by the path of their data. */
  readonly volumes: Map<string, SeenVolume>;
}

export interface SeenVolume extends VolumeLink {
  readonly isThere: boolean;
}

export interface Framework {
  readonly id: string;
  info: FrameworkInfo;
  /** Its teardown is under way: no updates are made any more. */
  terminating: boolean;
  readonly executors: Map<string, Executor>;
  readonly completedExecutors: Executor[];
  /** Which executor has a task that is not over, by task id. */
  readonly owners: Map<string, Executor>;
  /** By task id. */
  readonly streams: Map<string, UpdateStream>;
}

export interface PendingUpdate {
  readonly sequence: number;
  readonly status: TaskStatus;
}

/** The updates of one task, oldest first; only the first is in flight. */
export interface UpdateStream {
  readonly frameworkId: string;
  readonly taskId: string;
  readonly pending: PendingUpdate[];
  retryMs: number;
  /** The uuid acknowledged last, so that a late duplicate is known as such. */
  lastAcknowledged: string | undefined;
}

/** An operation whose status waits for the framework's acknowledgement. */
export interface PendingOperation {
  readonly operation: Operation;
  retryMs: number;
}

/** `terminating` once a shutdown began; `unregister` tells the master that the agent leaves for good. */
export interface Closing {
  readonly unregister: boolean;
}

/** The operator wants the agent empty. */
export interface Drain {
  readonly config: DrainConfig;
  readonly startedMs: number;
}

export interface Counters {
  tasksFinished: number;
  tasksFailed: number;
  tasksKilled: number;
  tasksLost: number;
  tasksGone: number;
  executorsTerminated: number;
  launchErrors: number;
  validUpdates: number;
  invalidUpdates: number;
  validMessages: number;
  invalidMessages: number;
}

export interface AgentState {
  readonly settings: AgentSettings;
  /** Its id is set once the master has given one. */
  info: AgentInfo;
  link: 'down' | 'registering' | 'registered';
  masterHostname: string;
  /** Anew in each run, and whenever the master counted on resources that are not here. */
  resourceVersion: Uint8Array;
  /** Revocable resources on top of the configured ones. */
  readonly oversubscribed: readonly Resource[];
  readonly frameworks: Map<string, Framework>;
  readonly completedFrameworks: Framework[];
  /** Live executors by container id. */
  readonly containers: Map<string, Executor>;
  /** Live tasks of default executors by container id. */
  readonly nested: Map<string, Executor>;
  /** What operations made of the configured resources: dynamic reservations and volumes. */
  checkpointed: Resources;
  /** Directories of destroyed volumes that are still to be removed, absolute. */
  doomedVolumes: readonly string[];
  /** By the uuid of the operation, as `uuidKey` writes it. */
  readonly operations: Map<string, PendingOperation>;
  nextSequence: number;
  closing: Closing | undefined;
  /** Until nothing is left to drain. */
  drain: Drain | undefined;
  readonly counters: Counters;
}

export interface NewAgent {
  readonly settings: AgentSettings;
  readonly info: AgentInfo;
  readonly resourceVersion: Uint8Array;
  readonly oversubscribed?: readonly Resource[];
}

export function createAgentState(agent: NewAgent): AgentState {
  return {
    ...agent,
    oversubscribed: agent.oversubscribed ?? [],
    link: 'down',
    masterHostname: '',
    frameworks: new Map(),
    completedFrameworks: [],
    containers: new Map(),
    nested: new Map(),
    checkpointed: NO_RESOURCES,
    doomedVolumes: [],
    operations: new Map(),
    nextSequence: 1,
    closing: undefined,
    drain: undefined,
    counters: {
      tasksFinished: 0,
      tasksFailed: 0,
      tasksKilled: 0,
      tasksLost: 0,
      tasksGone: 0,
      executorsTerminated: 0,
      launchErrors: 0,
      validUpdates: 0,
      invalidUpdates: 0,
      validMessages: 0,
      invalidMessages: 0,
    },
  };
}

const terminalStates: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

export function isTerminal(state: TaskState): boolean {
  return terminalStates.has(state);
}

export function hasCapability(framework: FrameworkInfo, capability: string): boolean {
  return (framework.capabilities ?? []).some((one) => one.type === capability);
}

/** The state of a task that never reached its executor: old frameworks only know TASK_LOST. */
export function droppedState(framework: FrameworkInfo): TaskState {
  return hasCapability(framework, 'PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST';
}

/** The state of a task that was there and is no more. */
export function goneState(framework: FrameworkInfo): TaskState {
  return hasCapability(framework, 'PARTITION_AWARE') ? 'TASK_GONE' : 'TASK_LOST';
}

/** A task the framework has on this agent; without an entry when it was not delivered yet. */
export function findTask(
  framework: Framework,
  taskId: string,
): { readonly executor: Executor; readonly entry: TaskEntry | undefined } | undefined {
  const executor = framework.owners.get(taskId);
  return executor === undefined ? undefined : { executor, entry: executor.tasks.get(taskId) };
}

export function createFramework(id: string, info: FrameworkInfo): Framework {
  return {
    id,
    info,
    terminating: false,
    executors: new Map(),
    completedExecutors: [],
    owners: new Map(),
    streams: new Map(),
  };
}

export type ExecutorFacts = Pick<
  Executor,
  'kind' | 'frameworkId' | 'id' | 'info' | 'containerId' | 'directory' | 'parent'
>;

export function newExecutor(facts: ExecutorFacts): Executor {
  return {
    ...facts,
    phase: 'launching',
    pid: undefined,
    connection: undefined,
    tasks: new Map(),
    queued: new Map(),
    completedTasks: [],
    pendingKills: new Map(),
    kill: undefined,
    endCause: undefined,
    nested: new Map(),
    groups: new Map(),
    volumes: new Map(),
  };
}

/** The executor that frameworks see: a nested one is known by its parent. */
export function visibleId(executor: Executor): string {
  return (executor.parent ?? executor).id;
}

/** The tasks of the same group, this one included; a task without a group is alone. */
export function groupOf(executor: Executor, taskId: string): readonly string[] {
  const group = executor.groups.get(taskId);
  if (group === undefined) return [taskId];
  return [...executor.groups].filter(([, other]) => other === group).map(([id]) => id);
}
