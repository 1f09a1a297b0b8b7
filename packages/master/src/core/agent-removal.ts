/** Agents that leave: out of reach, gone by themselves, or replaced. The registry is told first. */
import type { TaskState } from '@stoke/protocol';
import { agentKey } from './agent-admission.ts';
import { addressOf } from './agent-records.ts';
import { deactivatedKey } from './agent-service.ts';
import { announceAgentRemoval, announceTaskUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, nowSeconds, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { drainKey } from './drain-records.ts';
import type { MasterEvent, RemovalCause } from './events.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { completeTask, countTerminal, parkTask, removeExecutor } from './ledger.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { failWaiting } from './operations.ts';
import type { Agent, TaskRecord } from './state.ts';
import { sendUpdate } from './status-updates.ts';
import { isTerminal, masterStatus, recordStatus, stateFor } from './task-states.ts';

const NS_PER_MS = 1_000_000;

/** Starts the removal of an agent; the books change once the registry has it. */
export function removeAgent(
  ctx: Context,
  agent: Agent,
  cause: Pick<RemovalCause, 'kind' | 'message'>,
): void {
  if (agent.removing) return;
  agent.removing = true;
  ctx.state.allocator.setAgentActive(agent.id, false);
  const atNs = ctx.nowMs * NS_PER_MS;
  const unreachable = cause.kind === 'unreachable';
  const lost = { key: `unreachable/${agent.id}`, value: { timeNs: atNs } };
  const forgotten = [deactivatedKey(agent.id), drainKey(agent.id)].map((key) => ({
    key,
    value: undefined,
  }));
  emit(ctx, {
    type: 'STORE',
    writes: [{ key: agentKey(agent.id), value: undefined }, ...(unreachable ? [lost] : forgotten)],
    after: { type: 'AGENT_REMOVAL_STORED', agentId: agent.id, cause: { ...cause, atNs } },
  });
}

/** What becomes of a live task whose agent left. */
function lostState(ctx: Context, record: TaskRecord, cause: RemovalCause): TaskState {
  const framework = ctx.state.frameworks.get(record.frameworkId);
  if (framework === undefined) return 'TASK_LOST';
  if (cause.kind === 'gone') return stateFor(framework, 'TASK_GONE_BY_OPERATOR');
  return cause.kind === 'unreachable' ? stateFor(framework, 'TASK_UNREACHABLE') : 'TASK_LOST';
}

function loseTask(ctx: Context, record: TaskRecord, cause: RemovalCause): void {
  const { task } = record;
  if (isTerminal(task.state)) {
    completeTask(ctx, record);
    return;
  }
  task.state = lostState(ctx, record, cause);
  const unreachable = cause.kind === 'unreachable';
  const status = masterStatus({
    taskId: task.task_id.value,
    agentId: record.agentId,
    executorId: task.executor_id?.value,
    state: task.state,
    reason: cause.kind === 'gone' ? 'REASON_AGENT_REMOVED_BY_OPERATOR' : 'REASON_AGENT_REMOVED',
    message: cause.message,
    timestamp: nowSeconds(ctx),
    unreachableNs: unreachable ? cause.atNs : undefined,
  });
  recordStatus(task, status);
  announceTaskUpdate(ctx, record, status);
  if (isTerminal(task.state)) countTerminal(ctx.state, task);
  if (unreachable) parkTask(ctx, record);
  else completeTask(ctx, record);
  const framework = ctx.state.frameworks.get(record.frameworkId);
  if (framework !== undefined) sendUpdate(ctx, framework, status);
}

/** FAILURE with only an agent id goes to every framework. */
function broadcastFailure(ctx: Context, agentId: string): void {
  for (const framework of ctx.state.frameworks.values()) {
    sendEvent(ctx, framework, { type: 'FAILURE', failure: { agent_id: { value: agentId } } });
  }
}

/** Closes the link so that an agent that is alive after all registers again. */
function dropLink(ctx: Context, agent: Agent): void {
  if (agent.link === undefined) return;
  ctx.state.links.delete(agent.link);
  emit(ctx, { type: 'CLOSE_LINK', link: agent.link });
  agent.link = undefined;
}

export function handleRemovalStored(
  ctx: Context,
  event: Extract<MasterEvent, { type: 'AGENT_REMOVAL_STORED' }>,
): void {
  const { state } = ctx;
  const { cause } = event;
  const agent = state.agents.get(event.agentId);
  if (agent === undefined || !agent.removing) return;
  for (const record of [...agent.tasks.values()]) loseTask(ctx, record, cause);
  for (const record of [...agent.executors.values()]) removeExecutor(ctx, record);
  for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  rescindInverseOffers(ctx, agent);
  emit(ctx, { type: 'CANCEL_TIMER', key: `ping/${agent.id}` });
  emit(ctx, { type: 'CANCEL_TIMER', key: `reregister/${agent.id}` });
  failWaiting(ctx, agent);
  dropLink(ctx, agent);
  state.allocator.removeAgent(agent.id);
  state.agents.delete(agent.id);
  if (state.addresses.get(addressOf(agent)) === agent.id) state.addresses.delete(addressOf(agent));
  if (cause.kind === 'unreachable') state.unreachableAgents.set(agent.id, cause.atNs);
  if (hasLeft(cause)) {
    announceAgentRemoval(ctx, agent);
    state.deactivatedAgents.delete(agent.id);
    state.draining.delete(agent.id);
  }
  countRemoval(ctx, cause);
  broadcastFailure(ctx, agent.id);
  log(ctx, 'info', { message: 'agent removed', agentId: agent.id, reason: cause.message });
}

/** It went, was told to, or another one took its place; it was not given up. */
function hasLeft({ kind }: RemovalCause): boolean {
  return kind === 'unregistered' || kind === 'replaced' || kind === 'machine-down';
}

function countRemoval(ctx: Context, cause: RemovalCause): void {
  const { counters } = ctx.state;
  count(counters, 'slave_removals');
  if (cause.kind === 'unreachable') {
    count(counters, 'slave_unreachable_completed');
    count(counters, 'slave_removals/reason_unhealthy');
  } else if (cause.kind === 'replaced' || cause.kind === 'unregistered') {
    const reason = cause.kind === 'replaced' ? 'registered' : 'unregistered';
    count(counters, `slave_removals/reason_${reason}`);
  }
}
