/** What happens when a container is gone: the last updates of its tasks, and the end of its executor. */
import { commandExited, isImpossibleCommand } from './command-executor.ts';
import type { Limitation } from './events.ts';
import { retireIfDone } from './retirement.ts';
import { type EndCause, type Executor, type Framework, isTerminal } from './state.ts';
import { stopChecks } from './task-checks.ts';
import { moveToLaunched } from './task-entry.ts';
import { cancelTimer, logEvent, type Turn } from './turn.ts';
import { reportTask } from './update-streams.ts';

const unknownStatus = -1;

const executorTerminated: EndCause = {
  state: 'TASK_FAILED',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'Executor terminated',
};

/** How a container ended, as far as anybody knows. */
export interface ExecutorEnd {
  readonly executor: Executor;
  /** What waitpid gave. */
  readonly status: number | undefined;
  readonly limitation?: Limitation | undefined;
}

/** The container ended, or never came to be. */
export function endExecutor(turn: Turn, framework: Framework, end: ExecutorEnd): void {
  const { executor, status, limitation } = end;
  if (executor.phase === 'terminated') return;
  if (limitation !== undefined) executor.endCause ??= causeOf(limitation);
  const { containerId } = executor;
  executor.phase = 'terminated';
  turn.state.containers.delete(containerId);
  turn.state.counters.executorsTerminated += 1;
  cancelTimers(turn, containerId);
  stopChecks(turn, executor);
  closeConnection(turn, executor);
  if (executor.kind !== 'command') reportExit(turn, executor, status);
  logEvent(turn, 'container ended', { containerId, executorId: executor.id, status });
  endTasks(turn, framework, end);
  turn.effects.push({ type: 'remove-container', containerId });
  retireIfDone(turn, framework, executor);
}

export function causeOf({ reason, message, limits }: Limitation): EndCause {
  return { state: 'TASK_FAILED', reason, message, limitation: limits };
}

export function cancelTimers(turn: Turn, containerId: string): void {
  cancelTimer(turn, { kind: 'kill-escalation', containerId });
  cancelTimer(turn, { kind: 'max-completion', containerId });
  cancelTimer(turn, { kind: 'executor-registration', containerId });
  cancelTimer(turn, { kind: 'executor-reregistration', containerId });
  cancelTimer(turn, { kind: 'executor-heartbeat', containerId });
}

function closeConnection(turn: Turn, executor: Executor): void {
  if (executor.connection === undefined) return;
  turn.effects.push({ type: 'close-executor', connection: executor.connection });
  executor.connection = undefined;
}

/** Frameworks learn the end of their own executors, before that of the tasks. */
function reportExit(turn: Turn, executor: Executor, status: number | undefined): void {
  if (turn.state.link !== 'registered') return;
  turn.effects.push({
    type: 'send-master',
    message: {
      type: 'EXITED_EXECUTOR',
      exited_executor: {
        framework_id: { value: executor.frameworkId },
        executor_id: { value: executor.id },
        status: status ?? unknownStatus,
      },
    },
  });
}

function endTasks(
  turn: Turn,
  framework: Framework,
  { executor, status }: { readonly executor: Executor; readonly status: number | undefined },
): void {
  const playedByAgent = executor.kind === 'command' && executor.endCause === undefined;
  const possible = !isImpossibleCommand(executor.info.command ?? {}, executor.info.container);
  if (playedByAgent && status !== undefined && possible) {
    commandExited(turn, framework, { executor, status });
  }
  const cause = executor.endCause ?? executorTerminated;
  for (const info of [...executor.queued.values()]) {
    moveToLaunched(turn, framework, { executor, info });
  }
  for (const { info, task } of [...executor.tasks.values()]) {
    if (isTerminal(task.state)) continue;
    reportTask(turn, framework, {
      taskId: info.task_id.value,
      state: cause.state,
      source: 'SOURCE_AGENT',
      reason: cause.reason,
      message: cause.message,
      limitation: cause.limitation,
      executorId: executor.id,
    });
  }
}
