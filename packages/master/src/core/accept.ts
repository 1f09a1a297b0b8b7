/** ACCEPT and DECLINE: offers are answered. */
import type {
  Filters,
  Offer_Operation,
  Offer_Operation_LaunchGroup,
  SchedulerCall_Accept,
  SchedulerCall_Decline,
  TaskInfo,
  TaskState,
  TaskStatus_Reason,
} from '@stoke/protocol';
import {
  addResources,
  isEmpty,
  NO_RESOURCES,
  type Resources,
  subtractResources,
} from '@stoke/resources';
import type { Context } from './context.ts';
import { log, nowSeconds, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { launchTask } from './launch.ts';
import { launchGroup } from './launch-group.ts';
import { discardOffer, forgetOffer } from './offers.ts';
import { operationNeeds, userOf } from './permissions.ts';
import { type Bench, runResourceOperation } from './resource-operations.ts';
import type { Framework, OfferRecord } from './state.ts';
import { sendUpdate } from './status-updates.ts';
import { masterStatus, stateFor } from './task-states.ts';

const DEFAULT_REFUSE_SECONDS = 5;
const MAX_REFUSE_SECONDS = 365 * 24 * 3600;

/** Seconds for which what is refused stays hidden. Mesos scheduler API, Filters. */
export function refuseSeconds(filters: Filters | undefined): number {
  const seconds = filters?.refuse_seconds ?? DEFAULT_REFUSE_SECONDS;
  if (Number.isNaN(seconds) || seconds < 0) return DEFAULT_REFUSE_SECONDS;
  return Math.min(seconds, MAX_REFUSE_SECONDS);
}

export function handleDecline(
  ctx: Context,
  framework: Framework,
  decline: SchedulerCall_Decline,
): void {
  const seconds = refuseSeconds(decline.filters);
  for (const { value } of decline.offer_ids ?? []) {
    const offer = ctx.state.offers.get(value);
    if (offer === undefined || offer.frameworkId !== framework.id) continue;
    discardOffer(ctx, offer, seconds);
    count(framework.counters, 'offers/declined');
  }
}

function validOffers(ctx: Context, framework: Framework, ids: readonly string[]): OfferRecord[] {
  return [...new Set(ids)].flatMap((id) => {
    const offer = ctx.state.offers.get(id);
    return offer?.frameworkId === framework.id ? [offer] : [];
  });
}

/** Why these offers cannot be accepted together, or undefined. Mesos scheduler API, ACCEPT. */
function offersProblem(
  ctx: Context,
  framework: Framework,
  ids: readonly string[],
): string | undefined {
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) return `Duplicate offer ${duplicate} in offer list`;
  if (ids.length === 0) return 'No offers specified';
  const unknown = ids.find((id) => !ctx.state.offers.has(id));
  if (unknown !== undefined) return `Offer ${unknown} is no longer valid`;
  const offers = ids.flatMap((id) => ctx.state.offers.get(id) ?? []);
  const foreign = offers.find((offer) => offer.frameworkId !== framework.id);
  if (foreign !== undefined) {
    return `Offer ${foreign.id} has invalid framework ${foreign.frameworkId} while framework ${framework.id} is expected`;
  }
  return aggregationProblem(offers);
}

function aggregationProblem(offers: readonly OfferRecord[]): string | undefined {
  const [first] = offers;
  const otherRole = offers.find((offer) => offer.role !== first?.role);
  if (otherRole !== undefined) {
    return `Aggregated offers must be allocated to the same role. Offer ${otherRole.id} uses role '${otherRole.role}' but another is using role '${first?.role}'`;
  }
  const otherAgent = offers.find((offer) => offer.agentId !== first?.agentId);
  if (otherAgent !== undefined) {
    return `Aggregated offers must belong to one single agent. Offer ${otherAgent.id} uses agent ${otherAgent.agentId} and agent ${first?.agentId}`;
  }
  return undefined;
}

function tasksOf(operation: Offer_Operation): readonly TaskInfo[] {
  if (operation.type === 'LAUNCH') return operation.launch?.task_infos ?? [];
  if (operation.type === 'LAUNCH_GROUP') return operation.launch_group?.task_group.tasks ?? [];
  return [];
}

type Refusal = {
  readonly state: TaskState;
  readonly reason: TaskStatus_Reason;
  readonly message: string;
};

/** Answers a task that is not launched. */
export function refuseTask(
  ctx: Context,
  framework: Framework,
  refusal: Refusal & { readonly task: TaskInfo },
): void {
  const { task, ...facts } = refusal;
  count(ctx.state.counters, `tasks_${facts.state.toLowerCase().replace(/^task_/, '')}`);
  const status = masterStatus({
    ...facts,
    taskId: task.task_id.value,
    agentId: task.agent_id.value,
    timestamp: nowSeconds(ctx),
  });
  sendUpdate(ctx, framework, status);
}

/** An operation that is not a launch: with an id its framework is told, without it only the log is. */
function dropOperation(
  ctx: Context,
  framework: Framework,
  { operation, message }: { readonly operation: Offer_Operation; readonly message: string },
): void {
  count(ctx.state.counters, 'operations/dropped');
  log(ctx, 'warn', {
    message: 'operation dropped',
    frameworkId: framework.id,
    operation: operation.type ?? 'UNKNOWN',
    reason: message,
  });
  if (operation.id === undefined) return;
  sendEvent(ctx, framework, {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: {
      status: { operation_id: operation.id, state: 'OPERATION_ERROR', message },
    },
  });
}

function refuseAll(
  ctx: Context,
  framework: Framework,
  { operations, problem }: { operations: readonly Offer_Operation[]; problem: string },
): void {
  const message = `Task launched with invalid offers: ${problem}`;
  const state = stateFor(framework, 'TASK_DROPPED');
  for (const operation of operations) {
    const tasks = tasksOf(operation);
    for (const task of tasks) {
      refuseTask(ctx, framework, { task, state, reason: 'REASON_INVALID_OFFERS', message });
    }
    if (operation.type === 'LAUNCH' || operation.type === 'LAUNCH_GROUP') continue;
    dropOperation(ctx, framework, {
      operation,
      message: `Operation attempted with invalid offers: ${problem}`,
    });
  }
}

/** Why a launch operation cannot be taken at all, with the reason its tasks get. */
function launchRefusal(operation: Offer_Operation): Refusal | undefined {
  const group = operation.type === 'LAUNCH_GROUP';
  const reason = group ? 'REASON_TASK_GROUP_INVALID' : 'REASON_TASK_INVALID';
  if (operation.id !== undefined) {
    const message = `The \`id\` field cannot be set on ${operation.type} operations`;
    return { state: 'TASK_ERROR', reason, message };
  }
  return undefined;
}

/** All tasks of a group are launched, or none is. */
function runGroup(ctx: Context, bench: Bench, group: Offer_Operation_LaunchGroup): void {
  const stranger = (group.task_group.tasks ?? []).flatMap(
    (task) => launchDenied(ctx, bench.framework, task) ?? [],
  )[0];
  const launched =
    stranger === undefined
      ? launchGroup(ctx, bench, group)
      : ({ ok: false, problems: [stranger] } as const);
  if (launched.ok) {
    bench.available = launched.rest;
    return;
  }
  const [message = 'Task group is not valid'] = launched.problems;
  const reason =
    stranger === undefined ? 'REASON_TASK_GROUP_INVALID' : 'REASON_TASK_GROUP_UNAUTHORIZED';
  for (const task of group.task_group.tasks ?? []) {
    refuseTask(ctx, bench.framework, { task, state: 'TASK_ERROR', reason, message });
  }
}

/** Why the lists keep a task from running as its user; worded as Mesos does. */
function launchDenied(ctx: Context, framework: Framework, task: TaskInfo): string | undefined {
  const { principal } = framework;
  const user = userOf(task, framework.info);
  if (ctx.state.authorizer.allows(principal, 'run_tasks', user)) return undefined;
  const who = principal === undefined ? 'ANY' : `'${principal}'`;
  return `Principal ${who} no authorized to launch task ${task.task_id.value} of framework ${framework.id} under user '${user}'`;
}

function runTask(ctx: Context, bench: Bench, task: TaskInfo): void {
  const { framework } = bench;
  const state = 'TASK_ERROR';
  const denied = launchDenied(ctx, framework, task);
  if (denied !== undefined) {
    const reason = 'REASON_TASK_UNAUTHORIZED';
    refuseTask(ctx, framework, { task, state, reason, message: denied });
    return;
  }
  const launched = launchTask(ctx, bench, task);
  if (launched.ok) {
    bench.available = launched.rest;
    return;
  }
  const [message = 'Task is not valid'] = launched.problems;
  refuseTask(ctx, framework, { task, state, reason: 'REASON_TASK_INVALID', message });
}

/** Why the lists keep a framework from an operation. */
function operationDenied(
  ctx: Context,
  { principal }: Framework,
  operation: Offer_Operation,
): string | undefined {
  const denial = ctx.state.authorizer.denial(principal, operationNeeds(operation));
  return denial === undefined ? undefined : `Not authorized: ${denial}`;
}

function runOperation(ctx: Context, bench: Bench, operation: Offer_Operation): void {
  const { framework } = bench;
  count(framework.counters, 'operations');
  count(framework.counters, `operations/${(operation.type ?? 'UNKNOWN').toLowerCase()}`);
  if (operation.type !== 'LAUNCH' && operation.type !== 'LAUNCH_GROUP') {
    const message =
      operationDenied(ctx, framework, operation) ?? runResourceOperation(ctx, bench, operation);
    if (message !== undefined) dropOperation(ctx, framework, { operation, message });
    return;
  }
  const refusal = launchRefusal(operation);
  if (refusal === undefined && operation.launch_group !== undefined) {
    runGroup(ctx, bench, operation.launch_group);
    return;
  }
  for (const task of tasksOf(operation)) {
    if (refusal !== undefined) {
      refuseTask(ctx, framework, { task, ...refusal });
      continue;
    }
    runTask(ctx, bench, task);
  }
}

export function handleAccept(
  ctx: Context,
  framework: Framework,
  accept: SchedulerCall_Accept,
): void {
  const ids = (accept.offer_ids ?? []).map((id) => id.value);
  const operations = accept.operations ?? [];
  const problem = offersProblem(ctx, framework, ids);
  const offers = validOffers(ctx, framework, ids);
  const agent = ctx.state.agents.get(offers[0]?.agentId ?? '');
  if (problem !== undefined || agent === undefined) {
    for (const offer of offers) discardOffer(ctx, offer);
    refuseAll(ctx, framework, { operations, problem: problem ?? 'The agent is gone' });
    return;
  }
  const role = offers[0]?.role ?? '*';
  let offered = NO_RESOURCES;
  for (const offer of offers) {
    offered = addResources(offered, offer.resources);
    forgetOffer(ctx, offer);
  }
  const bench: Bench = { framework, agent, role, available: offered, aside: NO_RESOURCES };
  count(
    framework.counters,
    operations.length > 0 ? 'offers/accepted' : 'offers/declined',
    offers.length,
  );
  for (const operation of operations) runOperation(ctx, bench, operation);
  returnRest(ctx, bench, { offered, filters: accept.filters });
}

/** What operations changed is offered again soon; what they left alone counts as declined. */
function returnRest(
  ctx: Context,
  bench: Bench,
  { offered, filters }: { readonly offered: Resources; readonly filters: Filters | undefined },
): void {
  const changed = subtractResources(bench.available, offered);
  const unchanged = subtractResources(bench.available, changed);
  const recover = (resources: Resources, seconds: number): void => {
    if (isEmpty(resources)) return;
    const { framework, agent, role } = bench;
    const facts = { frameworkId: framework.id, agentId: agent.id, resources, role };
    const { nowMs } = ctx;
    ctx.state.allocator.recoverResources({ ...facts, refuseSeconds: seconds, nowMs });
  };
  recover(addResources(changed, bench.aside), 0);
  recover(unchanged, refuseSeconds(filters));
}
