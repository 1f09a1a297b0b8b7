/** A broken link: offers of the agent end at once, its tasks only when nobody keeps them on disk. */
import { removeAgent } from './agent-removal.ts';
import { announceTaskUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, nowSeconds } from './context.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { completeTask, countTerminal, removeExecutor } from './ledger.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { failWaiting } from './operations.ts';
import type { Agent, Framework, TaskRecord } from './state.ts';
import { sendUpdate } from './status-updates.ts';
import { isTerminal, masterStatus, recordStatus } from './task-states.ts';

function loseTask(ctx: Context, agent: Agent, entry: [TaskRecord, Framework]): void {
  const [record, framework] = entry;
  const { task } = record;
  if (isTerminal(task.state)) {
    completeTask(ctx, record);
    return;
  }
  task.state = 'TASK_LOST';
  const status = masterStatus({
    taskId: task.task_id.value,
    agentId: agent.id,
    executorId: task.executor_id?.value,
    state: 'TASK_LOST',
    reason: 'REASON_AGENT_DISCONNECTED',
    message: `Agent ${agent.info.hostname} disconnected`,
    timestamp: nowSeconds(ctx),
  });
  recordStatus(task, status);
  announceTaskUpdate(ctx, record, status);
  countTerminal(ctx.state, task);
  completeTask(ctx, record);
  sendUpdate(ctx, framework, status);
}

/** Frameworks with `checkpoint: false` cannot get their tasks back from a restarted agent. */
function loseUncheckpointed(ctx: Context, agent: Agent): void {
  const { frameworks } = ctx.state;
  const isUnsafe = (framework: Framework | undefined): framework is Framework =>
    framework !== undefined && framework.info.checkpoint !== true;
  for (const record of [...agent.tasks.values()]) {
    const framework = frameworks.get(record.frameworkId);
    if (isUnsafe(framework)) loseTask(ctx, agent, [record, framework]);
  }
  for (const record of [...agent.executors.values()]) {
    if (isUnsafe(frameworks.get(record.frameworkId))) removeExecutor(ctx, record);
  }
}

export function handleLinkClosed(ctx: Context, link: string): void {
  const { state } = ctx;
  for (const { agent } of state.admissions.values()) {
    if (agent.link === link) agent.link = undefined;
  }
  const agent = state.agents.get(state.links.get(link) ?? '');
  state.links.delete(link);
  if (agent === undefined || agent.link !== link) return;
  agent.link = undefined;
  failWaiting(ctx, agent);
  state.allocator.setAgentActive(agent.id, false);
  for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  rescindInverseOffers(ctx, agent);
  loseUncheckpointed(ctx, agent);
  emit(ctx, {
    type: 'SET_TIMER',
    key: `reregister/${agent.id}`,
    delayMs: state.settings.agentReregisterTimeoutMs,
    event: { type: 'REREGISTER_TIMEOUT', agentId: agent.id },
  });
  log(ctx, 'info', { message: 'agent disconnected', agentId: agent.id });
}

export function handleReregisterTimeout(ctx: Context, agentId: string): void {
  const agent = ctx.state.agents.get(agentId);
  if (agent === undefined || agent.link !== undefined) return;
  removeAgent(ctx, agent, {
    kind: 'unreachable',
    message: 'agent did not re-register in time after it was disconnected',
  });
}
