/** Ending tasks, executors, frameworks and the whole agent. */
import type { LinkMasterMessage_KillTask } from '@stoke/protocol';
import { killCommand } from './command-executor.ts';
import { killOnExecutor, shutdownExecutor } from './custom-executor.ts';
import { killNested, stopDefault } from './default-executor.ts';
import { durationInfoMs } from './durations.ts';
import { dropOperations } from './operations.ts';
import { forgetAgent } from './records.ts';
import { retireIfDone } from './retirement.ts';
import { droppedState, type Executor, type Framework, findTask, groupOf } from './state.ts';
import { moveToLaunched } from './task-entry.ts';
import { logEvent, setTimer, type Turn } from './turn.ts';
import { dropStreams, reportTask } from './update-streams.ts';

/** On top of the grace periods, before an agent that closes gives up waiting for its containers. */
const closeMarginMs = 10_000;

/** KILL_TASK of the master. Kills are replayed after a reconnection, so a repeated one must be harmless. */
export function killTask(turn: Turn, message: LinkMasterMessage_KillTask): void {
  const framework = turn.state.frameworks.get(message.framework_id.value);
  if (framework === undefined) return;
  const taskId = message.task_id.value;
  const known = findTask(framework, taskId);
  if (known === undefined) {
    if (!framework.streams.has(taskId)) reportUnknown(turn, framework, taskId);
    return;
  }
  const { executor } = known;
  if (executor.queued.has(taskId)) killQueued(turn, framework, { executor, taskId });
  else if (executor.kind === 'custom') {
    killOnExecutor(turn, executor, { taskId, policy: message.kill_policy });
  } else if (executor.kind === 'default') {
    const grace = message.kill_policy?.grace_period;
    const nested = executor.nested.get(taskId);
    const graceMs = grace === undefined ? undefined : durationInfoMs(grace);
    if (nested !== undefined) killNested(turn, framework, { nested, graceMs });
  } else if (executor.phase !== 'terminated') {
    killCommand(turn, framework, { executor, graceMs: callGraceMs(turn, message), announce: true });
  }
}

/** In Mesos the policy of the call is lost on the way to an old-style command executor. */
function callGraceMs(turn: Turn, message: LinkMasterMessage_KillTask): number | undefined {
  const grace = message.kill_policy?.grace_period;
  if (grace === undefined || !turn.state.settings.httpCommandExecutor) return undefined;
  return durationInfoMs(grace);
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
  const killed = groupOf(executor, taskId).flatMap((id) => executor.queued.get(id) ?? []);
  for (const info of killed) {
    moveToLaunched(turn, framework, { executor, info });
    reportTask(turn, framework, {
      taskId: info.task_id.value,
      state: 'TASK_KILLED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
      message: 'Killed before delivery to the executor',
      executorId: executor.id,
    });
  }
  if (executor.queued.size > 0 || executor.tasks.size > killed.length) return;
  shutdownExecutor(turn, framework, executor);
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
