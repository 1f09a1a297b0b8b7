/** Ending tasks, executors, frameworks and the whole agent. */
import type { KillPolicy, LinkMasterMessage_KillTask } from '@stoke/protocol';
import { killCommand } from './command-executor.ts';
import { endQueued, killOnExecutor, shutdownExecutor } from './custom-executor.ts';
import { killNested, stopDefault } from './default-executor.ts';
import { durationInfoMs } from './durations.ts';
import { dropOperations } from './operations.ts';
import { forgetAgent, forgetDrain } from './records.ts';
import { retireIfDone } from './retirement.ts';
import { droppedState, type Executor, type Framework } from './state.ts';
import { logEvent, setTimer, type Turn } from './turn.ts';
import { dropStreams, reportTask } from './update-streams.ts';

/** On top of the grace periods, before an agent that closes gives up waiting for its containers. */
const closeMarginMs = 10_000;

/** KILL_TASK of the master. Kills are replayed after a reconnection, so a repeated one must be harmless. */
export function killTask(turn: Turn, message: LinkMasterMessage_KillTask): void {
  const framework = turn.state.frameworks.get(message.framework_id.value);
  if (framework === undefined) return;
  const taskId = message.task_id.value;
  if (!framework.owners.has(taskId)) {
    if (!framework.streams.has(taskId)) reportUnknown(turn, framework, taskId);
    return;
  }
  const policy = message.kill_policy;
  // In Mesos the policy of the call is lost on the way to an old-style command executor.
  const commandPolicy = turn.state.settings.httpCommandExecutor ? policy : undefined;
  killKnown(turn, framework, { taskId, policy, commandPolicy });
}

/** Why a task is killed does not matter here, only how. */
export interface TaskKill {
  readonly taskId: string;
  /** Put above the task's own, for tasks in groups and on executors of frameworks. */
  readonly policy: KillPolicy | undefined;
  /** The same for command tasks. */
  readonly commandPolicy: KillPolicy | undefined;
}

/** Kills a task that is here; one that is being killed or has ended is left alone, but for a shorter grace period. */
export function killKnown(turn: Turn, framework: Framework, kill: TaskKill): void {
  const { taskId, policy, commandPolicy } = kill;
  const executor = framework.owners.get(taskId);
  if (executor === undefined) return;
  if (executor.queued.has(taskId)) killQueued(turn, framework, { executor, taskId });
  else if (executor.kind === 'custom') killOnExecutor(turn, executor, { taskId, policy });
  else if (executor.kind === 'default') {
    const nested = executor.nested.get(taskId);
    if (nested !== undefined) killNested(turn, framework, { nested, graceMs: graceMsOf(policy) });
  } else if (executor.phase !== 'terminated') {
    const graceMs = graceMsOf(commandPolicy);
    killCommand(turn, framework, { executor, graceMs, announce: true });
  }
}

function graceMsOf(policy: KillPolicy | undefined): number | undefined {
  return policy?.grace_period === undefined ? undefined : durationInfoMs(policy.grace_period);
}

function reportUnknown(turn: Turn, framework: Framework, taskId: string): void {
  reportTask(turn, framework, {
    taskId,
    state: droppedState(framework.info),
    source: 'SOURCE_AGENT',
    reason: 'REASON_EXECUTOR_TERMINATED',
    message: 'Cannot find the executor of the task',
  });
}

function killQueued(
  turn: Turn,
  framework: Framework,
  { executor, taskId }: { readonly executor: Executor; readonly taskId: string },
): void {
  endQueued(turn, framework, {
    executor,
    taskId,
    state: 'TASK_KILLED',
    reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    message: 'Killed before delivery to the executor',
  });
}

/** SHUTDOWN of one executor by its framework. */
export function endExecutorByCall(
  turn: Turn,
  shutdown: { readonly frameworkId: string; readonly executorId: string },
): void {
  const framework = turn.state.frameworks.get(shutdown.frameworkId);
  const executor = framework?.executors.get(shutdown.executorId);
  if (framework !== undefined && executor !== undefined) stopExecutor(turn, framework, executor);
}

function stopExecutor(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.kind === 'default') {
    stopDefault(turn, framework, executor);
    return;
  }
  const runs = executor.kind === 'command' && executor.phase === 'running';
  if (runs) killCommand(turn, framework, { executor, graceMs: undefined, announce: false });
  else shutdownExecutor(turn, framework, executor);
}

/** The framework is torn down: its executors end and nobody is told any more. */
export function shutdownFramework(turn: Turn, frameworkId: string): void {
  dropOperations(turn, frameworkId);
  const framework = turn.state.frameworks.get(frameworkId);
  if (framework === undefined || framework.terminating) return;
  logEvent(turn, 'framework is shut down', { frameworkId });
  framework.terminating = true;
  dropStreams(turn, framework);
  for (const executor of [...framework.executors.values()]) {
    if (executor.phase === 'terminated') retireIfDone(turn, framework, executor);
    else stopExecutor(turn, framework, executor);
  }
  retireIfDone(turn, framework, undefined);
}

/** Everything here is ended, then the process; unregistering makes room for a new agent at this place. */
export function closeAgent(turn: Turn, unregister: boolean): void {
  if (turn.state.closing !== undefined) return;
  turn.state.closing = { unregister };
  forgetAgent(turn);
  if (turn.state.drain !== undefined) forgetDrain(turn);
  let graceMs = turn.state.settings.shutdownGraceMs;
  for (const executor of turn.state.containers.values()) {
    const framework = turn.state.frameworks.get(executor.frameworkId);
    if (framework !== undefined) stopExecutor(turn, framework, executor);
    for (const one of [executor, ...executor.nested.values()]) {
      graceMs = Math.max(graceMs, one.kill?.graceMs ?? 0);
    }
  }
  setTimer(turn, { kind: 'close-deadline' }, graceMs + closeMarginMs);
  exitIfEmpty(turn);
}

/** The last container of a closing agent is gone. */
export function exitIfEmpty(turn: Turn): void {
  if (turn.state.closing === undefined || turn.state.containers.size > 0) return;
  exitNow(turn);
}

export function exitNow(turn: Turn): void {
  if (turn.state.closing?.unregister === true && turn.state.link === 'registered') {
    turn.effects.push({ type: 'send-master', message: { type: 'UNREGISTER' } });
  }
  turn.effects.push({ type: 'exit', code: 0 });
}
