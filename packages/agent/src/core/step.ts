/** The agent's decisions: `step` takes one event, changes the state and returns what the shell has to do. */
import type { LinkMasterMessage } from '@stoke/protocol';
import {
  commandStarted,
  escalateKill,
  killUnhealthy,
  maxCompletionReached,
} from './command-executor.ts';
import {
  customStarted,
  deliverTasks,
  executorSubscribed,
  executorUpdate,
  heartbeat,
  sendToExecutor,
  volumesLinked,
} from './custom-executor.ts';
import { onNested } from './default-executor.ts';
import { endDrainIfEmpty, startDrain } from './drain.ts';
import type { Effect } from './effects.ts';
import type { AgentEvent, ContainerFacts, TimerEvent } from './events.ts';
import { endExecutor } from './executor-end.ts';
import { resizeExecutor } from './executor-resources.ts';
import {
  closeAgent,
  endExecutorByCall,
  exitIfEmpty,
  exitNow,
  killTask,
  shutdownFramework,
} from './kill.ts';
import { containerFailed, rememberFramework, runTask } from './launch.ts';
import { runTaskGroup } from './launch-group.ts';
import { acknowledgeOperation, applyOperation, retryOperation } from './operations.ts';
import { recover } from './recovery.ts';
import { answerReconciliations, introduce, registered } from './registration.ts';
import { type AgentState, type Executor, type Framework, goneState } from './state.ts';
import { type CheckKind, checkDue, probeEnded } from './task-checks.ts';
import { moveToLaunched } from './task-entry.ts';
import { type Chance, logProblem, type Turn } from './turn.ts';
import { acknowledgeUpdate, resendUpdates, retryUpdate } from './update-streams.ts';

export interface StepInput {
  readonly nowMs: number;
  readonly chance: Chance;
}

/** Takes one event. The state is changed in place; the effects are in the order they must happen. */
export function step(state: AgentState, event: AgentEvent, input: StepInput): readonly Effect[] {
  const turn: Turn = { state, effects: [], ...input };
  handle(turn, event);
  endDrainIfEmpty(turn);
  return turn.effects;
}

function handle(turn: Turn, event: AgentEvent): void {
  switch (event.type) {
    case 'recovered':
      recover(turn, event);
      return;
    case 'link-up':
      introduce(turn);
      return;
    case 'link-down':
      turn.state.link = 'down';
      return;
    case 'link-message':
      onMasterMessage(turn, event.message);
      return;
    case 'timer':
      onTimer(turn, event.timer);
      return;
    case 'close':
      closeAgent(turn, event.unregister);
      return;
    case 'probe-ended':
      onProbe(turn, event);
      return;
    case 'volumes-linked':
      onVolumes(turn, event);
      return;
    case 'executor-subscribed':
    case 'executor-call':
    case 'executor-disconnected':
      onExecutor(turn, event);
      return;
    default:
      onContainer(turn, event);
      return;
  }
}

type ContainerEvent = Extract<AgentEvent, { readonly type: `container-${string}` }>;

function onContainer(turn: Turn, event: ContainerEvent): void {
  const owner = ownerOf(turn, event.containerId);
  if (owner === undefined) return;
  const { framework, executor } = owner;
  if (executor.kind === 'nested') {
    onNested(turn, framework, { nested: executor, event });
    exitIfEmpty(turn);
  } else if (event.type === 'container-exited') {
    const { status, limitation } = event;
    endExecutor(turn, framework, { executor, status, limitation });
    exitIfEmpty(turn);
  } else if (event.type === 'container-failed') {
    containerFailed(turn, framework, { executor, stage: event.stage, message: event.message });
    exitIfEmpty(turn);
  } else {
    containerStarted(turn, framework, { executor, pid: event.pid, facts: event.facts });
  }
}

function onProbe(turn: Turn, event: Extract<AgentEvent, { readonly type: 'probe-ended' }>): void {
  const owner = ownerOf(turn, event.containerId);
  if (owner === undefined) return;
  const { framework, executor } = owner;
  const { kind, result } = event;
  const verdict = probeEnded(turn, framework, { executor, kind, result });
  if (verdict === 'kill') killUnhealthy(turn, framework, executor);
}

function onVolumes(
  turn: Turn,
  event: Extract<AgentEvent, { readonly type: 'volumes-linked' }>,
): void {
  const owner = ownerOf(turn, event.containerId);
  if (owner === undefined) return;
  const { framework, executor } = owner;
  const { paths, problem } = event;
  volumesLinked(turn, framework, { executor, paths, problem });
}

function containerStarted(
  turn: Turn,
  framework: Framework,
  started: {
    readonly executor: Executor;
    readonly pid: number;
    readonly facts: ContainerFacts | undefined;
  },
): void {
  const { executor, pid, facts } = started;
  executor.pid = pid;
  executor.facts = facts;
  if (executor.phase === 'terminating') {
    const { containerId } = executor;
    turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGKILL' });
    return;
  }
  if (executor.kind === 'custom') {
    customStarted(turn, executor);
    // It was launched with room for the first.
    if (executor.queued.size > 1) resizeExecutor(turn, executor);
    deliverTasks(turn, framework, executor);
    return;
  }
  executor.phase = 'running';
  for (const info of [...executor.queued.values()]) {
    moveToLaunched(turn, framework, { executor, info });
  }
  commandStarted(turn, framework, executor);
}

function ownerOf(
  turn: Turn,
  containerId: string,
): { readonly framework: Framework; readonly executor: Executor } | undefined {
  const { containers, nested, frameworks } = turn.state;
  const executor = containers.get(containerId) ?? nested.get(containerId);
  const framework = frameworks.get(executor?.frameworkId ?? '');
  return executor === undefined || framework === undefined ? undefined : { framework, executor };
}

type ExecutorApiEvent = Extract<AgentEvent, { readonly type: `executor-${string}` }>;

function onExecutor(turn: Turn, event: ExecutorApiEvent): void {
  if (event.type === 'executor-disconnected') {
    const executor = turn.state.containers.get(event.containerId);
    if (executor?.connection === event.connection) executor.connection = undefined;
    return;
  }
  const { call } = event;
  const framework = turn.state.frameworks.get(call.framework_id.value);
  const executor = framework?.executors.get(call.executor_id.value);
  if (framework === undefined || executor === undefined) return;
  if (event.type === 'executor-subscribed') {
    executorSubscribed(turn, framework, { executor, call, connection: event.connection });
  } else if (call.type === 'UPDATE' && call.update !== undefined) {
    executorUpdate(turn, framework, { executor, status: call.update.status });
  } else if (call.type === 'MESSAGE' && call.message !== undefined) {
    forwardMessage(turn, executor, call.message.data);
  }
}

function forwardMessage(turn: Turn, executor: Executor, data: Uint8Array): void {
  if (turn.state.link !== 'registered') {
    turn.state.counters.invalidMessages += 1;
    return;
  }
  turn.state.counters.validMessages += 1;
  turn.effects.push({
    type: 'send-master',
    message: {
      type: 'EXECUTOR_MESSAGE',
      executor_message: {
        framework_id: { value: executor.frameworkId },
        executor_id: { value: executor.id },
        data,
      },
    },
  });
}

function onTimer(turn: Turn, timer: TimerEvent): void {
  switch (timer.kind) {
    case 'update-retry':
      retryUpdate(turn, timer.frameworkId, timer.taskId);
      return;
    case 'operation-retry':
      retryOperation(turn, timer.operation);
      return;
    case 'close-deadline':
      exitNow(turn);
      return;
    case 'kill-escalation':
      escalateKill(turn, timer.containerId);
      return;
    default:
      onExecutorTimer(turn, timer);
  }
}

type ExecutorTimer = Extract<
  TimerEvent,
  { readonly kind: `executor-${string}` | 'max-completion' | CheckKind }
>;

function onExecutorTimer(turn: Turn, timer: ExecutorTimer): void {
  const owner = ownerOf(turn, timer.containerId);
  if (owner === undefined) return;
  const { framework, executor } = owner;
  if (timer.kind === 'max-completion') maxCompletionReached(turn, framework, executor);
  else if (timer.kind === 'executor-heartbeat') heartbeat(turn, executor);
  else if (timer.kind === 'health-check' || timer.kind === 'general-check') {
    checkDue(turn, framework, { executor, kind: timer.kind });
  } else
    executorTooLate(turn, { framework, executor, again: timer.kind === 'executor-reregistration' });
}

/** An executor that did not subscribe in time is ended; its tasks end with it. */
function executorTooLate(
  turn: Turn,
  late: { readonly framework: Framework; readonly executor: Executor; readonly again: boolean },
): void {
  const { framework, executor, again } = late;
  if (executor.phase !== 'registering') return;
  executor.phase = 'terminating';
  executor.endCause = again
    ? {
        state: goneState(framework.info),
        reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
        message: 'Executor did not reregister in time after the agent restarted',
      }
    : {
        state: 'TASK_FAILED',
        reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
        message: 'Executor did not subscribe in time',
      };
  logProblem(turn, 'executor did not subscribe in time', { executorId: executor.id });
  escalateKill(turn, executor.containerId);
}

function onMasterMessage(turn: Turn, message: LinkMasterMessage): void {
  switch (message.type) {
    case 'REGISTERED':
      if (message.registered !== undefined) registered(turn, message.registered);
      return;
    case 'REREGISTERED':
      if (message.reregistered === undefined) return;
      registered(turn, message.reregistered);
      answerReconciliations(turn, message.reregistered.reconciliations ?? []);
      return;
    case 'PING':
      turn.effects.push({ type: 'send-master', message: { type: 'PONG' } });
      if (message.ping?.connected === false && turn.state.link === 'registered') introduce(turn);
      return;
    case 'ACKNOWLEDGE':
      if (message.acknowledge !== undefined) {
        const { framework_id, task_id, uuid } = message.acknowledge;
        const taskId = task_id.value;
        acknowledgeUpdate(turn, { frameworkId: framework_id.value, taskId, uuid });
      }
      return;
    case 'SHUTDOWN':
      logProblem(turn, 'the master shuts this agent down', { reason: message.shutdown?.message });
      closeAgent(turn, false);
      return;
    case 'APPLY_OPERATION':
      if (message.apply_operation !== undefined) applyOperation(turn, message.apply_operation);
      return;
    case 'ACKNOWLEDGE_OPERATION':
      if (message.acknowledge_operation === undefined) return;
      acknowledgeOperation(turn, message.acknowledge_operation);
      return;
    default:
      onOrder(turn, message);
  }
}

/** Messages about frameworks, executors and tasks. */
function onOrder(turn: Turn, message: LinkMasterMessage): void {
  if (message.drain !== undefined) startDrain(turn, message.drain.config);
  else if (message.run_task !== undefined) runTask(turn, message.run_task);
  else if (message.run_task_group !== undefined) runTaskGroup(turn, message.run_task_group);
  else if (message.kill_task !== undefined) killTask(turn, message.kill_task);
  else if (message.framework_message !== undefined) {
    const { framework_id, executor_id, data } = message.framework_message;
    const framework = turn.state.frameworks.get(framework_id.value);
    const executor = framework?.executors.get(executor_id.value);
    if (executor === undefined) turn.state.counters.invalidMessages += 1;
    else sendToExecutor(turn, executor, { type: 'MESSAGE', message: { data } });
  } else if (message.shutdown_executor !== undefined) {
    const { framework_id, executor_id } = message.shutdown_executor;
    endExecutorByCall(turn, { frameworkId: framework_id.value, executorId: executor_id.value });
  } else if (message.shutdown_framework !== undefined) {
    shutdownFramework(turn, message.shutdown_framework.framework_id.value);
  } else if (message.update_framework !== undefined) {
    const { framework_info } = message.update_framework;
    if (!turn.state.frameworks.has(framework_info.id?.value ?? '')) return;
    resendUpdates(turn, rememberFramework(turn, framework_info));
  } else {
    logProblem(turn, 'message of the master is not supported', { type: message.type });
  }
}
