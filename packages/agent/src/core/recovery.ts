/** A new run of the agent takes over what the former one left: records on disk and containers that may still run. */
import { commandStarted } from './command-executor.ts';
import { endIfEmpty, nestedExited } from './default-executor.ts';
import { resumeDrain } from './drain.ts';
import { durationInfoMs } from './durations.ts';
import type { AgentEvent, RecoveredContainer } from './events.ts';
import { endExecutor } from './executor-end.ts';
import { deliveredResources, seeVolumes } from './executor-volumes.ts';
import { restoreOperations } from './operations.ts';
import {
  type AgentRecords,
  type ExecutorRecord,
  forgetUpdate,
  type TaskRecord,
  type UpdateRecord,
} from './records.ts';
import { retireIfDone } from './retirement.ts';
import {
  createFramework,
  type EndCause,
  type Executor,
  type Framework,
  goneState,
  type KillInProgress,
  newExecutor,
} from './state.ts';
import { startChecks } from './task-checks.ts';
import { moveToLaunched } from './task-entry.ts';
import { logEvent, setTimer, type Turn } from './turn.ts';
import { volumeLinks } from './volumes.ts';

/** Executors retry within the very time they are given, so a late one gets this much more. */
const reregistrationSlackMs = 1_000;

type Recovered = Extract<AgentEvent, { readonly type: 'recovered' }>;

/** Rebuilds the state. Containers that ended meanwhile end their tasks now, with their true status. */
export function recover(turn: Turn, { records, containers }: Recovered): void {
  restoreBooks(turn, records);
  restoreOperations(turn, records);
  for (const executor of [...turn.state.nested.values(), ...turn.state.containers.values()]) {
    const framework = turn.state.frameworks.get(executor.frameworkId);
    if (framework === undefined) continue;
    const found = containers.get(executor.containerId) ?? { found: 'nothing', rebooted: false };
    takeOver(turn, framework, { executor, found });
  }
  for (const framework of [...turn.state.frameworks.values()]) {
    retireIfDone(turn, framework, undefined);
  }
  resumeDrain(turn, records.drain);
  logEvent(turn, 'recovered', {
    agentId: turn.state.info.id?.value,
    containers: turn.state.containers.size,
    updates: records.updates.length,
  });
}

function restoreBooks(turn: Turn, records: AgentRecords): void {
  const { state } = turn;
  if (records.agentInfo?.id !== undefined) state.info = { ...state.info, id: records.agentInfo.id };
  for (const info of records.frameworks) {
    const id = info.id?.value ?? '';
    state.frameworks.set(id, createFramework(id, info));
  }
  for (const record of records.executors) {
    const framework = state.frameworks.get(record.frameworkId);
    if (framework === undefined) continue;
    if (record.kind === 'nested') continue;
    const executor = restoreExecutor(record, undefined);
    framework.executors.set(executor.id, executor);
    state.containers.set(executor.containerId, executor);
  }
  for (const record of records.tasks) restoreTask(turn, record);
  for (const record of records.executors) {
    if (record.kind === 'nested') restoreNested(turn, record);
  }
  for (const record of records.updates) restoreUpdate(turn, record);
}

function restoreExecutor(record: ExecutorRecord, parent: Executor | undefined): Executor {
  const { kind, frameworkId, info, containerId, directory } = record;
  const id = info.executor_id.value;
  const executor = newExecutor({ kind, frameworkId, id, info, containerId, directory, parent });
  executor.kill = record.kill;
  return executor;
}

function restoreNested(turn: Turn, record: ExecutorRecord): void {
  const parent = turn.state.containers.get(record.parent ?? '');
  if (parent === undefined) return;
  const nested = restoreExecutor(record, parent);
  const entry = parent.tasks.get(nested.id);
  if (entry !== undefined) nested.tasks.set(nested.id, entry);
  parent.nested.set(nested.id, nested);
  turn.state.nested.set(nested.containerId, nested);
}

function restoreTask(turn: Turn, record: TaskRecord): void {
  const executor = turn.state.containers.get(record.containerId);
  const framework = turn.state.frameworks.get(executor?.frameworkId ?? '');
  if (executor === undefined || framework === undefined) return;
  const taskId = record.info.task_id.value;
  if (record.group !== undefined) executor.groups.set(taskId, record.group);
  framework.owners.set(taskId, executor);
  const { info, task, seen } = record;
  if (record.delivered) executor.tasks.set(taskId, { info, task, seen: [...seen] });
  else executor.queued.set(taskId, record.info);
}

function restoreUpdate(turn: Turn, record: UpdateRecord): void {
  const { state } = turn;
  state.nextSequence = Math.max(state.nextSequence, record.sequence + 1);
  const framework = state.frameworks.get(record.frameworkId);
  if (framework === undefined) {
    forgetUpdate(turn, record.frameworkId, record);
    return;
  }
  const taskId = record.status.task_id.value;
  const stream = framework.streams.get(taskId) ?? {
    frameworkId: record.frameworkId,
    taskId,
    pending: [],
    retryMs: 10_000,
    lastAcknowledged: undefined,
  };
  stream.pending.push({ sequence: record.sequence, status: record.status });
  framework.streams.set(taskId, stream);
}

function takeOver(
  turn: Turn,
  framework: Framework,
  { executor, found }: { readonly executor: Executor; readonly found: RecoveredContainer },
): void {
  if (executor.kind === 'nested') {
    takeOverNested(turn, framework, { executor, found });
    return;
  }
  if (executor.kind === 'default') {
    if (executor.phase !== 'terminated') executor.phase = 'running';
    endIfEmpty(turn, framework, executor);
    return;
  }
  switch (found.found) {
    case 'running':
      executor.pid = found.pid;
      executor.facts = found.facts;
      if (executor.kind === 'command') resumeCommand(turn, framework, executor);
      else awaitExecutor(turn, executor);
      return;
    case 'ended':
      executor.pid = found.pid;
      if (executor.kind === 'command') deliverAll(turn, framework, executor);
      endExecutor(turn, framework, {
        executor,
        status: found.status,
        limitation: found.limitation,
      });
      return;
    case 'nothing':
      executor.endCause = {
        state: goneState(framework.info),
        reason: 'REASON_AGENT_RESTARTED',
        message: found.rebooted
          ? "The agent's machine was restarted"
          : 'The agent restarted before the container was started',
      };
      endExecutor(turn, framework, { executor, status: undefined });
  }
}

function takeOverNested(
  turn: Turn,
  framework: Framework,
  { executor, found }: { readonly executor: Executor; readonly found: RecoveredContainer },
): void {
  if (found.found === 'running') {
    executor.pid = found.pid;
    executor.facts = found.facts;
    resumeCommand(turn, framework, executor);
    return;
  }
  const reason = 'REASON_AGENT_RESTARTED';
  const lost: EndCause = {
    state: goneState(framework.info),
    reason,
    message: 'The agent restarted and does not know how the task ended',
  };
  const { status, limitation } = found.found === 'ended' ? found : {};
  nestedExited(turn, framework, { nested: executor, status, limitation, cause: lost });
}

function deliverAll(turn: Turn, framework: Framework, executor: Executor): void {
  for (const info of [...executor.queued.values()]) {
    moveToLaunched(turn, framework, { executor, info });
  }
}

/** The former run may have died between starting the process and saying so. */
function resumeCommand(turn: Turn, framework: Framework, executor: Executor): void {
  executor.phase = 'running';
  deliverAll(turn, framework, executor);
  const entry = executor.tasks.values().next().value;
  if (entry === undefined) return;
  if (executor.kill !== undefined) {
    resumeKill(turn, executor.containerId, executor.kill);
    return;
  }
  const { state } = entry.task;
  if (state === 'TASK_STAGING' || (state === 'TASK_STARTING' && executor.kind === 'nested')) {
    commandStarted(turn, framework, executor);
    return;
  }
  startChecks(turn, executor, { entry, resumed: true });
  const limit = entry.info.max_completion_time;
  if (limit === undefined) return;
  const startedMs = (entry.task.statuses?.[0]?.timestamp ?? turn.nowMs / 1000) * 1000;
  const remainingMs = Math.max(0, startedMs + durationInfoMs(limit) - turn.nowMs);
  setTimer(turn, { kind: 'max-completion', containerId: executor.containerId }, remainingMs);
}

/** The former run may have died before the signal: it is sent again, and the grace period goes on. */
function resumeKill(turn: Turn, containerId: string, kill: KillInProgress): void {
  turn.effects.push({ type: 'signal-container', containerId, signal: 'SIGTERM' });
  const remainingMs = Math.max(0, kill.startedMs + kill.graceMs - turn.nowMs);
  setTimer(turn, { kind: 'kill-escalation', containerId }, remainingMs);
}

function awaitExecutor(turn: Turn, executor: Executor): void {
  executor.phase = 'registering';
  // Those of tasks that were not delivered may be there or not.
  seeVolumes(executor, volumeLinks(turn.state.settings.workDir, deliveredResources(executor)));
  const timer = { kind: 'executor-reregistration', containerId: executor.containerId } as const;
  const { reregistrationTimeoutMs } = turn.state.settings;
  setTimer(turn, timer, reregistrationTimeoutMs + reregistrationSlackMs);
}
