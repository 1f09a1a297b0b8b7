/**
 * The built-in default executor: each task of a group in a container of its own, inside the executor's sandbox.
 * A task that fails or is killed takes the rest of its group with it; the executor ends with its last task.
 */
import type { TaskInfo } from '@stoke/protocol';
import {
  commandExited,
  commandStarted,
  isImpossibleCommand,
  killCommand,
  reportCommand,
} from './command-executor.ts';
import { containerEnvironment, unresolvedSecrets } from './environment.ts';
import type { AgentEvent, ContainerFacts, Limitation } from './events.ts';
import { cancelTimers, causeOf, endExecutor } from './executor-end.ts';
import { executorLimits, executorResources } from './executor-resources.ts';
import { forgetExecutor, storeExecutor } from './records.ts';
import { type EndCause, type Executor, type Framework, groupOf, newExecutor } from './state.ts';
import { stopChecks } from './task-checks.ts';
import { moveToLaunched } from './task-entry.ts';
import { formatUuid, logEvent, type Turn } from './turn.ts';
import { volumeLinks } from './volumes.ts';

/** Starts every queued task of a default executor. */
export function launchNested(turn: Turn, framework: Framework, executor: Executor): void {
  executor.phase = 'running';
  const started = [...executor.queued.values()].map((info) =>
    createNested(turn, framework, { executor, info }),
  );
  for (const nested of started) startNested(turn, framework, nested);
}

function createNested(
  turn: Turn,
  framework: Framework,
  { executor, info }: { readonly executor: Executor; readonly info: TaskInfo },
): Executor {
  const containerId = formatUuid(turn.chance.newUuid());
  const nested = newExecutor({
    kind: 'nested',
    frameworkId: framework.id,
    id: info.task_id.value,
    info: { executor_id: { value: info.task_id.value } },
    containerId,
    directory: `${executor.directory}/containers/${containerId}`,
    parent: executor,
  });
  moveToLaunched(turn, framework, { executor, info });
  const entry = executor.tasks.get(nested.id);
  if (entry !== undefined) nested.tasks.set(nested.id, entry);
  executor.nested.set(nested.id, nested);
  turn.state.nested.set(containerId, nested);
  storeExecutor(turn, nested);
  return nested;
}

function startNested(turn: Turn, framework: Framework, nested: Executor): void {
  const task = nested.tasks.get(nested.id)?.info;
  const executor = nested.parent;
  if (task === undefined || executor === undefined) return;
  if (nested.kill !== undefined) {
    nestedFailed(turn, framework, { nested, message: 'its group ended' });
    return;
  }
  reportCommand(turn, framework, { executor: nested, news: { state: 'TASK_STARTING' } });
  const command = task.command ?? {};
  const secrets = unresolvedSecrets(command);
  if (secrets.length > 0) {
    const message = `Cannot resolve secret variables ${secrets.join(', ')}: no secret store is configured`;
    nestedFailed(turn, framework, { nested, message });
    return;
  }
  turn.effects.push({
    type: 'launch-container',
    spec: {
      kind: 'command',
      containerId: nested.containerId,
      frameworkId: framework.id,
      executorId: executor.id,
      directory: nested.directory,
      nested: {
        executorDirectory: executor.directory,
        taskId: nested.id,
        parent: {
          containerId: executor.containerId,
          container: executor.info.container,
          resources: executorResources(executor),
        },
      },
      user: command.user ?? framework.info.user,
      command: isImpossibleCommand(command, task.container)
        ? { ...command, shell: true, value: 'exit 1' }
        : command,
      environment: containerEnvironment({
        settings: turn.state.settings,
        agentId: turn.state.info.id?.value ?? '',
        framework: framework.info,
        executor: nested,
        command,
        allocationRole: task.resources?.[0]?.allocation_info?.role,
      }),
      container: task.container,
      resources: task.resources ?? [],
      limits: executorLimits(nested),
      volumes: volumeLinks(turn.state.settings.workDir, task.resources ?? []),
    },
  });
}

/** What happened to the container of a task in a group. */
export function onNested(
  turn: Turn,
  framework: Framework,
  happened: {
    readonly nested: Executor;
    readonly event: Extract<AgentEvent, { readonly type: `container-${string}` }>;
  },
): void {
  const { nested, event } = happened;
  if (event.type === 'container-failed') {
    nestedFailed(turn, framework, { nested, message: event.message });
  } else if (event.type === 'container-exited') {
    const { status, limitation } = event;
    nestedExited(turn, framework, { nested, status, limitation, cause: unknownEnd });
  } else {
    const { pid, facts } = event;
    nestedStarted(turn, framework, { nested, pid, facts });
  }
}

const unknownEnd: EndCause = {
  state: 'TASK_FAILED',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'Nobody knows how the container ended',
};

function nestedStarted(
  turn: Turn,
  framework: Framework,
  started: {
    readonly nested: Executor;
    readonly pid: number;
    readonly facts: ContainerFacts | undefined;
  },
): void {
  const { nested, pid, facts } = started;
  nested.pid = pid;
  nested.facts = facts;
  nested.phase = 'running';
  if (nested.kill === undefined) {
    commandStarted(turn, framework, nested);
    return;
  }
  const { containerId } = nested;
  turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGKILL' });
}

function nestedFailed(
  turn: Turn,
  framework: Framework,
  { nested, message }: { readonly nested: Executor; readonly message: string },
): void {
  if (nested.kill === undefined) turn.state.counters.launchErrors += 1;
  const cause: EndCause =
    nested.kill === undefined
      ? {
          state: 'TASK_FAILED',
          reason: 'REASON_CONTAINER_LAUNCH_FAILED',
          message: `Failed to launch container: ${message}`,
        }
      : { state: 'TASK_KILLED', reason: undefined, message: 'Killed while it was launched' };
  nestedExited(turn, framework, { nested, status: undefined, cause });
}

/** The container of a task is gone. `cause` counts when nobody knows its status. */
export function nestedExited(
  turn: Turn,
  framework: Framework,
  exit: {
    readonly nested: Executor;
    readonly status: number | undefined;
    readonly limitation?: Limitation | undefined;
    readonly cause: EndCause;
  },
): void {
  const { nested, status, limitation, cause } = exit;
  const { containerId } = nested;
  nested.pid = undefined;
  nested.phase = 'terminated';
  turn.state.nested.delete(containerId);
  nested.parent?.nested.delete(nested.id);
  cancelTimers(turn, containerId);
  stopChecks(turn, nested);
  logEvent(turn, 'container ended', { containerId, taskId: nested.id, status });
  if (status === undefined || limitation !== undefined) {
    const news = limitation === undefined ? cause : causeOf(limitation);
    reportCommand(turn, framework, { executor: nested, news });
  } else commandExited(turn, framework, { executor: nested, status });
  forgetExecutor(turn, nested);
  turn.effects.push({ type: 'remove-container', containerId });
  const state = nested.tasks.get(nested.id)?.task.state;
  if (nested.parent === undefined) return;
  if (state !== 'TASK_FINISHED') killRest(turn, framework, nested);
  endIfEmpty(turn, framework, nested.parent);
}

/** The other tasks of the group. */
function killRest(turn: Turn, framework: Framework, { parent, id }: Executor): void {
  if (parent === undefined) return;
  for (const taskId of groupOf(parent, id)) {
    const nested = parent.nested.get(taskId);
    if (nested !== undefined && nested.kill === undefined) {
      killNested(turn, framework, { nested, graceMs: undefined });
    }
  }
}

/** KILL of one task: its group follows when it has ended. */
export function killNested(
  turn: Turn,
  framework: Framework,
  { nested, graceMs }: { readonly nested: Executor; readonly graceMs: number | undefined },
): void {
  const announce = !framework.terminating;
  killCommand(turn, framework, { executor: nested, graceMs, announce });
}

/** The executor is shut down: its tasks are killed, and it ends with the last of them. */
export function stopDefault(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.phase === 'terminated') return;
  executor.phase = 'terminating';
  for (const nested of [...executor.nested.values()]) {
    killNested(turn, framework, { nested, graceMs: undefined });
  }
  endIfEmpty(turn, framework, executor);
}

/** An executor without a running task has nothing left to do. */
export function endIfEmpty(turn: Turn, framework: Framework, executor: Executor): void {
  if (executor.nested.size > 0 || executor.queued.size > 0) return;
  endExecutor(turn, framework, { executor, status: 0 });
}
