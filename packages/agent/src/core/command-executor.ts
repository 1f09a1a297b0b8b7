/** The built-in command executor: what a task with a command looks like to its framework and to operators. */
import type { CommandInfo, ContainerInfo, ExecutorInfo, Resource, TaskInfo } from '@stoke/protocol';
import { containerStatus } from './container-status.ts';
import { durationInfoMs } from './durations.ts';
import { storeExecutor } from './records.ts';
import {
  type Executor,
  type Framework,
  findTask,
  hasCapability,
  type KillInProgress,
  type TaskEntry,
  visibleId,
} from './state.ts';
import { initialCheckStatus, startChecks, stopChecks } from './task-checks.ts';
import { cancelTimer, setTimer, type Turn } from './turn.ts';
import { reportTask, type UpdateContent } from './update-streams.ts';
import { describeWaitStatus, exitCodeOf } from './wait-status.ts';

/** Between SIGTERM and SIGKILL, for tasks that do not say how long. */
export const defaultGraceMs = 3_000;
/** SIGKILL is repeated: a process that was just being forked may have been missed. */
const killAgainMs = 5_000;
const overheadCpus = 0.1;
const overheadMemMb = 32;
const longestNamedCommand = 15;
const shortenedCommand = 12;

/** The ExecutorInfo of a command task: the task's id, and a little cpu and memory of its own. */
export function commandExecutorInfo(task: TaskInfo, frameworkId: string): ExecutorInfo {
  const id = task.task_id.value;
  const allocation = task.resources?.[0]?.allocation_info;
  const overhead = (name: string, value: number): Resource => ({
    name,
    type: 'SCALAR',
    scalar: { value },
    ...(allocation === undefined ? {} : { allocation_info: allocation }),
  });
  return {
    executor_id: { value: id },
    framework_id: { value: frameworkId },
    ...(task.command === undefined ? {} : { command: task.command }),
    ...(task.container === undefined ? {} : { container: task.container }),
    resources: [overhead('cpus', overheadCpus), overhead('mem', overheadMemMb)],
    name: `Command Executor (Task: ${id}) (Command: ${describeCommand(task.command ?? {})})`,
    source: id,
    ...(task.discovery === undefined ? {} : { discovery: task.discovery }),
    ...(task.labels === undefined ? {} : { labels: task.labels }),
  };
}

function describeCommand(command: CommandInfo): string {
  const shorten = (text: string): string =>
    text.length > longestNamedCommand ? `${text.slice(0, shortenedCommand)}...` : text;
  if (command.shell !== false) return `sh -c '${shorten(command.value ?? '')}'`;
  return `[${shorten([command.value ?? '', ...(command.arguments ?? [])].join(', '))}]`;
}

/** The one task of a command executor, when it is still under way. */
function soleTask(executor: Executor): TaskEntry | undefined {
  return executor.tasks.values().next().value;
}

/** The process runs: STARTING and RUNNING follow one another, as of old. */
export function commandStarted(turn: Turn, framework: Framework, executor: Executor): void {
  const entry = soleTask(executor);
  if (entry === undefined) return;
  if (executor.kind === 'command') {
    reportCommand(turn, framework, { executor, news: { state: 'TASK_STARTING' } });
  }
  if (isImpossibleCommand(entry.info.command ?? {}, entry.info.container)) return;
  const data = executor.facts?.data;
  reportCommand(turn, framework, { executor, news: { state: 'TASK_RUNNING', data } });
  startChecks(turn, executor, { entry, resumed: false });
  const limit = entry.info.max_completion_time;
  if (limit !== undefined) {
    const timer = { kind: 'max-completion', containerId: executor.containerId } as const;
    setTimer(turn, timer, durationInfoMs(limit));
  }
}

export type CommandNews = Pick<
  UpdateContent,
  'state' | 'reason' | 'message' | 'data' | 'healthy' | 'limitation'
>;

/** An update in the words of the command executor. */
export function reportCommand(
  turn: Turn,
  framework: Framework,
  { executor, news }: { readonly executor: Executor; readonly news: CommandNews },
): void {
  const entry = soleTask(executor);
  reportTask(turn, framework, {
    ...news,
    taskId: executor.id,
    source: 'SOURCE_EXECUTOR',
    executorId: visibleId(executor),
    containerStatus: containerStatus(turn.state.settings, executor),
    checkStatus: entry && initialCheckStatus(entry.info),
  });
}

/** A shell command without a text, or no executable: the executor gives up right after it started. */
export function isImpossibleCommand(
  command: CommandInfo,
  container: ContainerInfo | undefined,
): boolean {
  // An image may name a program of its own; a shell without a text is for the engine to refuse.
  const mayBeOfImage = command.shell === false && container?.mesos?.image !== undefined;
  return command.value === undefined && !mayBeOfImage && container?.type !== 'DOCKER';
}

/** Ends a running command: SIGTERM now, SIGKILL after the grace period; a later kill may only shorten that. */
export function killCommand(turn: Turn, framework: Framework, request: KillRequest): void {
  const { executor, graceMs } = request;
  if (executor.kill !== undefined) {
    shortenKill(turn, executor, graceMs);
    return;
  }
  const policy = soleTask(executor)?.info.kill_policy?.grace_period;
  const ownGraceMs = policy === undefined ? defaultGraceMs : durationInfoMs(policy);
  const { cause = 'asked' } = request;
  executor.kill = { startedMs: turn.nowMs, graceMs: graceMs ?? ownGraceMs, cause };
  storeExecutor(turn, executor);
  if (request.announce && hasCapability(framework.info, 'TASK_KILLING_STATE')) {
    reportCommand(turn, framework, { executor, news: { state: 'TASK_KILLING' } });
  }
  stopChecks(turn, executor);
  const { containerId } = executor;
  turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGTERM' });
  setTimer(turn, { kind: 'kill-escalation', containerId }, executor.kill.graceMs);
}

export interface KillRequest {
  readonly executor: Executor;
  /** What the kill itself asks for; the task's own policy counts otherwise. */
  readonly graceMs: number | undefined;
  /** Whether the framework is told TASK_KILLING. */
  readonly announce: boolean;
  /** Default: somebody asked for it. */
  readonly cause?: KillInProgress['cause'];
}

function shortenKill(turn: Turn, executor: Executor, graceMs: number | undefined): void {
  const { kill } = executor;
  if (kill === undefined || graceMs === undefined || graceMs >= kill.graceMs) return;
  executor.kill = { ...kill, graceMs };
  storeExecutor(turn, executor);
  const { containerId } = executor;
  const remainingMs = Math.max(0, kill.startedMs + graceMs - turn.nowMs);
  setTimer(turn, { kind: 'kill-escalation', containerId }, remainingMs);
}

/** The grace period is over. */
export function escalateKill(turn: Turn, containerId: string): void {
  const { containers, nested } = turn.state;
  if (!containers.has(containerId) && !nested.has(containerId)) return;
  turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGKILL' });
  setTimer(turn, { kind: 'kill-escalation', containerId }, killAgainMs);
}

/** The task ran for as long as it was allowed to. */
export function maxCompletionReached(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.kill !== undefined) return;
  const request = { executor, graceMs: undefined, announce: false };
  killCommand(turn, framework, { ...request, cause: 'too-long' });
}

/** The health check of the task failed too often. */
export function killUnhealthy(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.kill !== undefined) return;
  const request = { executor, graceMs: undefined, announce: true };
  killCommand(turn, framework, { ...request, cause: 'unhealthy' });
}

/** The command ended by itself or was killed. `status` is known here. */
export function commandExited(
  turn: Turn,
  framework: Framework,
  exit: { readonly executor: Executor; readonly status: number },
): void {
  const { executor, status } = exit;
  if (findTask(framework, executor.id)?.entry === undefined) return;
  const outcome =
    executor.kill?.cause === 'too-long'
      ? ({ state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED' } as const)
      : { state: stateAtExit(executor, status) };
  const what = executor.info.container?.type === 'DOCKER' ? 'Container' : 'Command';
  const message = `${what} ${describeWaitStatus(status)}`;
  const health = executor.kill?.cause === 'unhealthy' ? { healthy: false } : {};
  reportCommand(turn, framework, { executor, news: { ...outcome, ...health, message } });
  cancelTimer(turn, { kind: 'max-completion', containerId: executor.containerId });
}

function stateAtExit(
  executor: Executor,
  status: number,
): 'TASK_KILLED' | 'TASK_FINISHED' | 'TASK_FAILED' {
  if (executor.kill !== undefined) return 'TASK_KILLED';
  return exitCodeOf(status) === 0 ? 'TASK_FINISHED' : 'TASK_FAILED';
}
