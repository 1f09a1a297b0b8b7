/** Agents that come back: with their tasks, after a blip, a restart of theirs or of ours, or a long absence. */
import {
  AgentInfo,
  encodeBinary,
  FrameworkInfo,
  type LinkAgentMessage_Reregister,
  type LinkReconciliation,
  type MessageType,
  type Task,
} from '@stoke/protocol';
import { agentKey, isAcceptable, refuseAgent, totalPingTimeoutSeconds } from './agent-admission.ts';
import { startPings } from './agent-pings.ts';
import type { LinkEnd } from './agent-records.ts';
import {
  agentSpec,
  createAgent,
  enterAgent,
  executorRecord,
  refreshAgent,
  taskRecord,
} from './agent-records.ts';
import { announceAgent } from './announcements.ts';
import type { Context } from './context.ts';
import { emit, log, nowSeconds, sendAgent } from './context.ts';
import { count } from './counters.ts';
import { tellDrain } from './draining.ts';
import { recoverFramework } from './framework-recovery.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { addExecutor, addTask, isGivenUp, removeExecutor } from './ledger.ts';
import { isRefusedAsDown } from './maintenance.ts';
import { offersOf, rescindOffer } from './offers.ts';
import { reconcileOperations } from './operations.ts';
import type { Admission, Agent, Framework, RecoveredAgent } from './state.ts';
import { ownedKey } from './state.ts';
import { sendUpdate } from './status-updates.ts';
import { carriedOver, isTerminal, masterStatus } from './task-states.ts';

export function handleReregister(
  ctx: Context,
  end: LinkEnd,
  report: LinkAgentMessage_Reregister,
): void {
  const { state } = ctx;
  const id = report.agent_info.id?.value;
  if (id === undefined) {
    refuseAgent(ctx, end, 'Agent re-registered without an id');
    return;
  }
  if (state.goneAgents.has(id)) {
    refuseAgent(ctx, end, 'Agent has been marked gone');
    return;
  }
  if (isRefusedAsDown(ctx, end, report.agent_info)) return;
  if (!isAcceptable(ctx, end, report.agent_info)) return;
  const known = state.agents.get(id);
  if (known === undefined || known.removing) {
    readmit(ctx, end, report);
    return;
  }
  returnKnown(ctx, known, { end, report });
}

/** An agent this master does not hold: from the registry, lost before, or never heard of. */
function readmit(ctx: Context, end: LinkEnd, report: LinkAgentMessage_Reregister): void {
  const { state } = ctx;
  const id = report.agent_info.id?.value ?? '';
  const agent = createAgent(id, report, { ...end, nowMs: ctx.nowMs });
  const wasUnreachable = state.unreachableAgents.has(id) || state.agents.has(id);
  const pending = state.admissions.has(id);
  if (!pending && !wasUnreachable && isInRegistry(state.recoveredAgents.get(id), agent)) {
    admitReturning(ctx, { agent, report, wasUnreachable }, report);
    return;
  }
  state.admissions.set(id, { agent, report, wasUnreachable });
  if (pending) return;
  emit(ctx, {
    type: 'STORE',
    writes: [
      { key: agentKey(id), value: agent.info },
      { key: `unreachable/${id}`, value: undefined },
    ],
    after: { type: 'AGENT_ADMITTED', agentId: id },
  });
}

/** Whether the registry has the agent just as it is: after a restart of ours nothing need be written. */
function isInRegistry(recovered: RecoveredAgent | undefined, { info }: Agent): boolean {
  if (recovered === undefined || recovered.leaving) return false;
  return sameMessage(AgentInfo, recovered.info, info);
}

/** The registry holds the returning agent: its tasks are in the books again. */
export function admitReturning(
  ctx: Context,
  admission: Admission,
  report: LinkAgentMessage_Reregister,
): void {
  const { state } = ctx;
  const { agent } = admission;
  if (agent.link === undefined) return;
  state.recoveredAgents.delete(agent.id);
  state.unreachableAgents.delete(agent.id);
  agent.deactivated = state.deactivatedAgents.has(agent.id);
  agent.reregisteredMs = ctx.nowMs;
  enterAgent(state, agent, agent.link);
  recoverFrameworks(ctx, report);
  const revived = enterReport(ctx, agent, report);
  state.allocator.addAgent(agentSpec(agent));
  greet(ctx, agent, []);
  announceAgent(ctx, agent);
  shutDownCompleted(ctx, agent, report);
  tellDrain(ctx, agent);
  if (admission.wasUnreachable) {
    for (const task of revived) announceReturn(ctx, agent, task);
  }
  log(ctx, 'info', { message: 'agent re-registered', agentId: agent.id, tasks: agent.tasks.size });
}

/** An agent the master holds, on a new link: both sides compare what they know. */
function returnKnown(
  ctx: Context,
  agent: Agent,
  { end, report }: { readonly end: LinkEnd; readonly report: LinkAgentMessage_Reregister },
): void {
  const { state } = ctx;
  if (agent.link !== undefined && agent.link !== end.link) {
    state.links.delete(agent.link);
    emit(ctx, { type: 'CLOSE_LINK', link: agent.link });
  }
  emit(ctx, { type: 'CANCEL_TIMER', key: `reregister/${agent.id}` });
  for (const offer of offersOf(ctx, agent.offers)) rescindOffer(ctx, offer);
  rescindInverseOffers(ctx, agent);
  refreshAgent(agent, report, end);
  agent.reregisteredMs = ctx.nowMs;
  enterAgent(state, agent, end.link);
  recoverFrameworks(ctx, report);
  const missing = tasksMissingIn(ctx, agent, report);
  dropMissingExecutors(ctx, agent, report);
  enterReport(ctx, agent, report);
  state.allocator.removeAgent(agent.id);
  state.allocator.addAgent(agentSpec(agent));
  greet(ctx, agent, missing);
  shutDownCompleted(ctx, agent, report);
  replayKills(ctx, agent);
  tellDrain(ctx, agent);
  log(ctx, 'info', { message: 'agent re-registered', agentId: agent.id, tasks: agent.tasks.size });
}

function greet(ctx: Context, agent: Agent, reconciliations: LinkReconciliation[]): void {
  count(ctx.state.counters, 'slave_reregistrations');
  sendAgent(ctx, agent, {
    type: 'REREGISTERED',
    reregistered: {
      agent_id: { value: agent.id },
      master_info: ctx.state.info,
      total_ping_timeout_seconds: totalPingTimeoutSeconds(ctx),
      ...(reconciliations.length === 0 ? {} : { reconciliations }),
    },
  });
  startPings(ctx, agent);
}

/** Frameworks the master learns of only now: it restarted, they have not subscribed yet. */
function recoverFrameworks(ctx: Context, report: LinkAgentMessage_Reregister): void {
  for (const info of report.frameworks ?? []) {
    const id = info.id?.value;
    if (id === undefined) continue;
    const { frameworks, completedFrameworks } = ctx.state;
    if (!frameworks.has(id) && !completedFrameworks.has(id)) recoverFramework(ctx, info, id);
  }
}

/** Enters reported tasks and executors that are not in the books; returns those tasks. */
function enterReport(ctx: Context, agent: Agent, report: LinkAgentMessage_Reregister): Task[] {
  const { frameworks } = ctx.state;
  reconcileOperations(ctx, agent, report.operations ?? []);
  for (const info of report.executor_infos ?? []) {
    const framework = frameworks.get(info.framework_id?.value ?? '');
    if (framework === undefined) continue;
    if (agent.executors.has(ownedKey(framework.id, info.executor_id.value))) continue;
    addExecutor(ctx.state, executorRecord(info, framework, agent.id));
  }
  const entered: Task[] = [];
  for (const task of report.tasks ?? []) {
    const framework = frameworks.get(task.framework_id.value);
    if (framework !== undefined && enterTask(ctx, agent, { task, framework })) entered.push(task);
  }
  return entered;
}

function enterTask(
  ctx: Context,
  agent: Agent,
  { task, framework }: { readonly task: Task; readonly framework: Framework },
): boolean {
  const taskId = task.task_id.value;
  if (agent.tasks.has(ownedKey(framework.id, taskId))) return false;
  if (isGivenUp(framework, taskId)) {
    stopTask(ctx, agent, task);
    return false;
  }
  framework.unreachableTasks.delete(taskId);
  addTask(ctx, taskRecord(task, framework, agent.id));
  return true;
}

function stopTask(ctx: Context, agent: Agent, task: Task): void {
  if (isTerminal(task.state)) return;
  sendAgent(ctx, agent, {
    type: 'KILL_TASK',
    kill_task: { framework_id: task.framework_id, task_id: task.task_id },
  });
}

/** Tasks the master holds and the agent did not name: the agent answers each with an update. */
function tasksMissingIn(
  ctx: Context,
  agent: Agent,
  report: LinkAgentMessage_Reregister,
): LinkReconciliation[] {
  const named = new Set(
    (report.tasks ?? []).map((task) => ownedKey(task.framework_id.value, task.task_id.value)),
  );
  const missing = new Map<string, LinkReconciliation>();
  for (const [key, record] of agent.tasks) {
    const info = ctx.state.frameworks.get(record.frameworkId)?.info;
    if (named.has(key) || info === undefined) continue;
    const entry = missing.get(record.frameworkId) ?? { framework_info: info, task_ids: [] };
    entry.task_ids = [...(entry.task_ids ?? []), record.task.task_id];
    missing.set(record.frameworkId, entry);
  }
  return [...missing.values()];
}

function dropMissingExecutors(
  ctx: Context,
  agent: Agent,
  report: LinkAgentMessage_Reregister,
): void {
  const named = new Set(
    (report.executor_infos ?? []).map((info) =>
      ownedKey(info.framework_id?.value ?? '', info.executor_id.value),
    ),
  );
  for (const [key, record] of [...agent.executors]) {
    if (!named.has(key)) removeExecutor(ctx, record);
  }
}

/** What is left of removed frameworks ends; changed frameworks are told again. */
function shutDownCompleted(ctx: Context, agent: Agent, report: LinkAgentMessage_Reregister): void {
  for (const info of report.frameworks ?? []) {
    const id = info.id?.value ?? '';
    const framework = ctx.state.frameworks.get(id);
    if (framework === undefined) {
      sendAgent(ctx, agent, {
        type: 'SHUTDOWN_FRAMEWORK',
        shutdown_framework: { framework_id: { value: id } },
      });
    } else if (!framework.recovered && !sameMessage(FrameworkInfo, framework.info, info)) {
      sendAgent(ctx, agent, {
        type: 'UPDATE_FRAMEWORK',
        update_framework: { framework_info: framework.info },
      });
    }
  }
}

/** Compared as they go over the wire: there fields have one order and empty lists are nothing. */
function sameMessage<T>(type: MessageType<T>, left: T, right: T): boolean {
  const here = encodeBinary(type, left);
  const there = encodeBinary(type, right);
  return here.length === there.length && here.every((byte, index) => byte === there[index]);
}

function replayKills(ctx: Context, agent: Agent): void {
  for (const [frameworkId, taskIds] of agent.killed) {
    for (const taskId of taskIds) {
      if (!agent.tasks.has(ownedKey(frameworkId, taskId))) continue;
      sendAgent(ctx, agent, {
        type: 'KILL_TASK',
        kill_task: { framework_id: { value: frameworkId }, task_id: { value: taskId } },
      });
    }
  }
  agent.killed.clear();
}

/** Tells the framework that a task it thought unreachable or lost lives. */
function announceReturn(ctx: Context, agent: Agent, task: Task): void {
  const framework = ctx.state.frameworks.get(task.framework_id.value);
  if (framework === undefined || isTerminal(task.state)) return;
  sendUpdate(ctx, framework, {
    ...masterStatus({
      taskId: task.task_id.value,
      agentId: agent.id,
      executorId: task.executor_id?.value,
      state: task.state,
      reason: 'REASON_AGENT_REREGISTERED',
      message: 'Unreachable agent re-reregistered',
      timestamp: nowSeconds(ctx),
    }),
    ...carriedOver(task),
  });
}
