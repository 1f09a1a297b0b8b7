/** What becomes of offer operations: statuses from agents, acknowledgements, reconciliation. */
import type {
  LinkAgentMessage_OperationStatus,
  Operation,
  OperationStatus,
  SchedulerCall_AcknowledgeOperationStatus,
  SchedulerCall_ReconcileOperations,
} from '@stoke/protocol';
import type { Context } from './context.ts';
import { emit, log, sendAgent, sendEvent } from './context.ts';
import { count } from './counters.ts';
import { noteEnd } from './drain-records.ts';
import { refuse, reply } from './replies.ts';
import { uuidKey } from './resource-operations.ts';
import type { Agent, Framework } from './state.ts';

function sendStatus(ctx: Context, framework: Framework, status: OperationStatus): void {
  sendEvent(ctx, framework, {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: { status },
  });
}

/** OPERATION_STATUS of an agent: without a uuid nobody waits for it, with one its framework is told. */
export function handleOperationStatus(
  ctx: Context,
  agent: Agent,
  message: LinkAgentMessage_OperationStatus,
): void {
  const { status, operation_uuid, framework_id } = message;
  const key = uuidKey(operation_uuid.value);
  const known = agent.operations.get(key);
  count(ctx.state.counters, 'valid_operation_status_updates');
  answerOperator(ctx, agent, { key, status });
  if (status.state !== 'OPERATION_FINISHED') {
    log(ctx, 'warn', {
      message: 'operation failed on its agent',
      agentId: agent.id,
      reason: status.message,
    });
  }
  if (status.uuid === undefined) {
    forgetOperation(ctx, agent, key);
    return;
  }
  if (known !== undefined) {
    agent.operations.set(key, { ...known, latest_status: status, statuses: [status] });
  }
  const framework = ctx.state.frameworks.get(framework_id?.value ?? '');
  if (framework !== undefined) sendStatus(ctx, framework, status);
  else if (ctx.state.completedFrameworks.has(framework_id?.value ?? '')) {
    settle(ctx, agent, { key, operation_uuid, status_uuid: status.uuid });
  }
}

/** The operator who asked for it may go on: the agent has it on disk, or has refused it. */
function answerOperator(
  ctx: Context,
  agent: Agent,
  { key, status }: { readonly key: string; readonly status: OperationStatus },
): void {
  const request = agent.waiting.get(key);
  if (request === undefined) return;
  agent.waiting.delete(key);
  if (status.state === 'OPERATION_FINISHED') reply(ctx, request);
  else refuse(ctx, request, { status: 409, reason: status.message ?? 'The agent refused it' });
}

/** The link broke before the agent said anything: whether it has the operation shows when it is back. */
export function failWaiting(ctx: Context, agent: Agent): void {
  const reason = `Agent ${agent.id} went away before it answered; look at its resources when it is back`;
  for (const request of agent.waiting.values()) {
    emit(ctx, { type: 'REPLY', request, outcome: { status: 503, reason } });
  }
  agent.waiting.clear();
}

function forgetOperation({ state }: Context, agent: Agent, key: string): void {
  agent.operations.delete(key);
  noteEnd(state, agent.id);
}

function settle(
  ctx: Context,
  agent: Agent,
  {
    key,
    ...uuids
  }: Pick<LinkAgentMessage_OperationStatus, 'operation_uuid'> & {
    readonly key: string;
    readonly status_uuid: NonNullable<OperationStatus['uuid']>;
  },
): void {
  forgetOperation(ctx, agent, key);
  sendAgent(ctx, agent, { type: 'ACKNOWLEDGE_OPERATION', acknowledge_operation: uuids });
}

function operationOf(
  agent: Agent | undefined,
  framework: Framework,
  operationId: string,
): readonly [key: string, operation: Operation] | undefined {
  return [...(agent?.operations ?? [])].findLast(
    ([, { framework_id, info }]) =>
      framework_id?.value === framework.id && info.id?.value === operationId,
  );
}

/** ACKNOWLEDGE_OPERATION_STATUS: the framework knows how its operation ended. */
export function handleAcknowledgeOperation(
  ctx: Context,
  framework: Framework,
  { agent_id, operation_id, uuid }: SchedulerCall_AcknowledgeOperationStatus,
): void {
  const { counters } = ctx.state;
  const agent = ctx.state.agents.get(agent_id?.value ?? '');
  const [key, operation] = operationOf(agent, framework, operation_id.value) ?? [];
  const status_uuid = operation?.latest_status.uuid;
  const fits = status_uuid !== undefined && uuidKey(status_uuid.value) === uuidKey(uuid);
  if (agent?.link === undefined || key === undefined || operation === undefined || !fits) {
    count(counters, 'invalid_operation_status_update_acknowledgements');
    return;
  }
  count(counters, 'valid_operation_status_update_acknowledgements');
  settle(ctx, agent, { key, operation_uuid: operation.uuid, status_uuid });
}

/** What a returning agent remembers: the rest never reached it, or was acknowledged long ago. */
export function reconcileOperations(
  ctx: Context,
  agent: Agent,
  reported: readonly Operation[],
): void {
  failWaiting(ctx, agent);
  const former = new Map(agent.operations);
  agent.operations.clear();
  for (const operation of reported) {
    agent.operations.set(uuidKey(operation.uuid.value), {
      ...operation,
      agent_id: { value: agent.id },
    });
  }
  for (const [key, { framework_id, info, latest_status }] of former) {
    if (agent.operations.has(key) || latest_status.state !== 'OPERATION_PENDING') continue;
    count(ctx.state.counters, 'operations/dropped');
    const framework = ctx.state.frameworks.get(framework_id?.value ?? '');
    if (framework === undefined || info.id === undefined) continue;
    sendStatus(ctx, framework, {
      operation_id: info.id,
      state: 'OPERATION_DROPPED',
      message: 'The operation did not reach its agent',
      agent_id: { value: agent.id },
    });
  }
}

/** RECONCILE_OPERATIONS; one without operations asks for all that are known. */
export function handleReconcileOperations(
  ctx: Context,
  framework: Framework,
  call: SchedulerCall_ReconcileOperations,
): void {
  const asked = call.operations ?? [];
  if (asked.length === 0) reconcileAll(ctx, framework);
  for (const { operation_id, agent_id } of asked) {
    const agentId = agent_id?.value;
    const agent = ctx.state.agents.get(agentId ?? '');
    const known = operationOf(agent, framework, operation_id.value);
    if (known !== undefined) {
      sendStatus(ctx, framework, withoutUuid(known[1], agentId));
      continue;
    }
    sendStatus(ctx, framework, {
      operation_id,
      ...stateOfUnknown(ctx, agentId),
      ...(agent_id === undefined ? {} : { agent_id }),
    });
  }
}

function reconcileAll(ctx: Context, framework: Framework): void {
  for (const agent of ctx.state.agents.values()) {
    for (const operation of agent.operations.values()) {
      if (operation.framework_id?.value !== framework.id || operation.info.id === undefined)
        continue;
      sendStatus(ctx, framework, withoutUuid(operation, agent.id));
    }
  }
}

/** Answers to reconciliation are not acknowledged. */
function withoutUuid(
  { info, latest_status }: Operation,
  agentId: string | undefined,
): OperationStatus {
  const { uuid: _unacknowledged, ...status } = latest_status;
  return {
    ...status,
    ...(info.id === undefined ? {} : { operation_id: info.id }),
    ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
  };
}

function stateOfUnknown(
  { state }: Context,
  agentId: string | undefined,
): Pick<OperationStatus, 'state' | 'message'> {
  const message = (why: string): string => `Reconciliation: ${why}`;
  if (agentId === undefined) {
    const why = message("Operation is unknown and no 'agent_id' was provided");
    return { state: 'OPERATION_UNKNOWN', message: why };
  }
  if (state.recoveredAgents.has(agentId)) {
    return { state: 'OPERATION_RECOVERING', message: message('Agent is recovering') };
  }
  if (state.unreachableAgents.has(agentId)) {
    return { state: 'OPERATION_UNREACHABLE', message: message('Agent is unreachable') };
  }
  if (state.goneAgents.has(agentId)) {
    const why = message('Agent was marked as gone');
    return { state: 'OPERATION_GONE_BY_OPERATOR', message: why };
  }
  return { state: 'OPERATION_UNKNOWN', message: message('Operation is unknown') };
}
