/** Becoming known to a master, for the first time or again. */
import type {
  LinkAgentMessage,
  LinkCompletedFramework,
  LinkMasterMessage_Registered,
  LinkMasterMessage_Reregistered,
  LinkReconciliation,
  Task,
} from '@stoke/protocol';
import { toPostRefinement } from '@stoke/resources';
import { rememberFramework } from './launch.ts';
import { resendOperations } from './operations.ts';
import { storeAgent } from './records.ts';
import { droppedState, type Framework } from './state.ts';
import { newTaskEntry } from './task-entry.ts';
import { logEvent, type Turn } from './turn.ts';
import { reportTask, resendUpdates } from './update-streams.ts';
import { agentCapabilities, mesosVersion } from './version.ts';

/** The link is up: the agent says who it is and all it runs. */
export function introduce(turn: Turn): void {
  turn.state.link = 'registering';
  const { info, resourceVersion, settings } = turn.state;
  const common = {
    agent_info: info,
    version: mesosVersion,
    agent_capabilities: agentCapabilities.map((type) => ({ type })),
    checkpointed_resources: toPostRefinement(turn.state.checkpointed),
    resource_version_uuid: resourceVersion,
    scheme: settings.scheme,
  };
  const message: LinkAgentMessage =
    info.id === undefined
      ? { type: 'REGISTER', register: common }
      : { type: 'REREGISTER', reregister: { ...common, ...inventory(turn) } };
  turn.effects.push({ type: 'send-master', message });
}

function inventory(
  turn: Turn,
): Omit<NonNullable<LinkAgentMessage['reregister']>, 'agent_info' | 'version'> {
  const frameworks = [...turn.state.frameworks.values()];
  const executors = frameworks.flatMap((framework) => [...framework.executors.values()]);
  return {
    tasks: frameworks.flatMap(tasksOf),
    executor_infos: executors
      .filter((one) => one.kind !== 'command' && one.phase !== 'terminated')
      .map((one) => one.info),
    frameworks: frameworks.map((framework) => framework.info),
    operations: [...turn.state.operations.values()].map(({ operation }) => operation),
    completed_frameworks: turn.state.completedFrameworks.map(completedFramework),
  };
}

function tasksOf(framework: Framework): Task[] {
  return [...framework.executors.values()].flatMap((executor) => [
    ...[...executor.tasks.values()].map(({ task }) => task),
    ...[...executor.queued.values()].map((info) => newTaskEntry(framework, executor, info).task),
  ]);
}

function completedFramework(framework: Framework): LinkCompletedFramework {
  return {
    framework_info: framework.info,
    tasks: framework.completedExecutors.flatMap((executor) => executor.completedTasks),
  };
}

/** The master knows the agent by the id it gives here. */
export function registered(
  turn: Turn,
  answer: LinkMasterMessage_Registered | LinkMasterMessage_Reregistered,
): void {
  const { state } = turn;
  const agentId = answer.agent_id.value;
  const isNew = state.info.id?.value !== agentId;
  state.link = 'registered';
  state.masterHostname = answer.master_info.hostname ?? '';
  turn.effects.push({
    type: 'expect-pings',
    timeoutMs: answer.total_ping_timeout_seconds * 1000,
  });
  if (isNew) {
    state.info = { ...state.info, id: { value: agentId } };
    storeAgent(turn);
    turn.effects.push({ type: 'identify', agentId });
  }
  logEvent(turn, isNew ? 'registered' : 'registered again', { agentId });
  tellOversubscribed(turn);
  for (const framework of state.frameworks.values()) resendUpdates(turn, framework);
  resendOperations(turn);
}

/** Revocable resources are no part of what an agent registers with: they come and go. */
function tellOversubscribed({ state, effects }: Turn): void {
  if (state.oversubscribed.length === 0) return;
  effects.push({
    type: 'send-master',
    message: {
      type: 'UPDATE_AGENT',
      update_agent: {
        update_oversubscribed_resources: true,
        oversubscribed_resources: [...state.oversubscribed],
      },
    },
  });
}

/** Tasks the master thinks are here and are not: each gets a last update. */
export function answerReconciliations(
  turn: Turn,
  reconciliations: readonly LinkReconciliation[],
): void {
  for (const { framework_info, task_ids } of reconciliations) {
    const framework = rememberFramework(turn, framework_info);
    for (const { value: taskId } of task_ids ?? []) {
      if (framework.owners.has(taskId) || framework.streams.has(taskId)) continue;
      reportTask(turn, framework, {
        taskId,
        state: droppedState(framework.info),
        source: 'SOURCE_AGENT',
        reason: 'REASON_RECONCILIATION',
        message: 'Reconciliation: task unknown to the agent',
      });
    }
  }
}
