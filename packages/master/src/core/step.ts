/** The one way in which the master changes: an event goes in, effects come out. */

import { handleLinkClosed, handleReregisterTimeout } from './agent-disconnection.ts';
import { handleAgentGoneStored, handleMarkAgentGone } from './agent-gone.ts';
import { handlePingDue, handlePong } from './agent-pings.ts';
import { handleAgentAdmitted, handleRegister } from './agent-registration.ts';
import { handleRemovalStored, removeAgent } from './agent-removal.ts';
import { handleReregister } from './agent-reregistration.ts';
import { handleAgentService, handleAgentServiceStored } from './agent-service.ts';
import {
  handleAllocate,
  handleBatchDue,
  handleOfferTimeout,
  requestPromptAllocation,
} from './allocation.ts';
import { handleCall } from './calls.ts';
import type { Context } from './context.ts';
import { count } from './counters.ts';
import {
  handleDrainAgent,
  handleDrainedStored,
  handleDrainStored,
  settleDrains,
} from './draining.ts';
import type { Effect } from './effects.ts';
import type { MasterEvent } from './events.ts';
import { handleExecutorMessage, handleExitedExecutor } from './executor-calls.ts';
import { handleFailoverTimeout, handleStreamClosed, removeFramework } from './framework-exit.ts';
import {
  handleMaintenanceStored,
  handleStartMaintenance,
  handleStopMaintenance,
  handleUpdateSchedule,
} from './maintenance.ts';
import { handleOperationStatus } from './operations.ts';
import { handleOperate } from './operator-operations.ts';
import {
  handleOperatorHeartbeat,
  handleOperatorStreamClosed,
  handleSubscribeOperator,
} from './operator-streams.ts';
import { handleUpdateAgent } from './oversubscription.ts';
import {
  handleQuotaStored,
  handleRemoveQuota,
  handleSetQuota,
  handleUpdateQuota,
} from './quota.ts';
import { handleRecoveredAgentsLost, handleRecoveryTimeout, handleRegistryGc } from './registry.ts';
import type { Agent, MasterState } from './state.ts';
import { handleStatusUpdate } from './status-updates.ts';
import { handleHeartbeatDue, handleSubscribe } from './subscribe.ts';
import { handleUpdateWeights, handleWeightsStored } from './weights.ts';

type AgentMessage = Extract<MasterEvent, { type: 'AGENT_MESSAGE' }>;

/** Names of the counters of agent messages, as Mesos's metrics have them. */
const MESSAGE_COUNTERS: Readonly<Record<string, string>> = {
  REGISTER: 'messages_register_slave',
  REREGISTER: 'messages_reregister_slave',
  STATUS_UPDATE: 'messages_status_update',
  EXECUTOR_MESSAGE: 'messages_executor_to_framework',
  EXITED_EXECUTOR: 'messages_exited_executor',
  UNREGISTER: 'messages_unregister_slave',
  UPDATE_AGENT: 'messages_update_slave',
  OPERATION_STATUS: 'messages_operation_status_update',
};

function handleAgentMessage(ctx: Context, event: AgentMessage): void {
  const { message } = event;
  const counter = MESSAGE_COUNTERS[message.type];
  if (counter !== undefined) count(ctx.state.counters, counter);
  if (message.register !== undefined) {
    handleRegister(ctx, event, message.register);
    return;
  }
  if (message.reregister !== undefined) {
    handleReregister(ctx, event, message.reregister);
    return;
  }
  const agent = ctx.state.agents.get(ctx.state.links.get(event.link) ?? '');
  // Before its registration is through, an agent has nothing else to say.
  if (agent !== undefined) handleKnownAgent(ctx, agent, event);
}

function handleKnownAgent(ctx: Context, agent: Agent, { message }: AgentMessage): void {
  const { status_update, executor_message, exited_executor, operation_status, update_agent } =
    message;
  if (status_update !== undefined) handleStatusUpdate(ctx, agent, status_update);
  if (executor_message !== undefined) handleExecutorMessage(ctx, agent, executor_message);
  if (exited_executor !== undefined) handleExitedExecutor(ctx, agent, exited_executor);
  if (operation_status !== undefined) handleOperationStatus(ctx, agent, operation_status);
  if (update_agent !== undefined) handleUpdateAgent(ctx, agent, update_agent);
  if (message.type === 'PONG') handlePong(agent);
  if (message.type === 'UNREGISTER') {
    const reason = `Agent ${agent.info.hostname} removed: the agent unregistered`;
    removeAgent(ctx, agent, { kind: 'unregistered', message: reason });
  }
}

function handleTeardown(ctx: Context, frameworkId: string): void {
  const framework = ctx.state.frameworks.get(frameworkId);
  if (framework !== undefined) removeFramework(ctx, framework);
}

type Handlers = {
  readonly [T in MasterEvent['type']]: (
    ctx: Context,
    event: Extract<MasterEvent, { type: T }>,
  ) => void;
};

const HANDLERS: Handlers = {
  SUBSCRIBE: handleSubscribe,
  STREAM_CLOSED: (ctx, { stream }) => handleStreamClosed(ctx, stream),
  HEARTBEAT_DUE: (ctx, { stream }) => handleHeartbeatDue(ctx, stream),
  CALL: (ctx, { frameworkId, call }) => handleCall(ctx, frameworkId, call),
  SUBSCRIBE_OPERATOR: handleSubscribeOperator,
  OPERATOR_STREAM_CLOSED: (ctx, { stream }) => handleOperatorStreamClosed(ctx, stream),
  OPERATOR_HEARTBEAT_DUE: (ctx, { stream }) => handleOperatorHeartbeat(ctx, stream),
  OPERATE: handleOperate,
  UPDATE_WEIGHTS: handleUpdateWeights,
  WEIGHTS_STORED: handleWeightsStored,
  UPDATE_QUOTA: handleUpdateQuota,
  SET_QUOTA: handleSetQuota,
  REMOVE_QUOTA: handleRemoveQuota,
  QUOTA_STORED: handleQuotaStored,
  FAILOVER_TIMEOUT: (ctx, { frameworkId }) => handleFailoverTimeout(ctx, frameworkId),
  AGENT_SERVICE: handleAgentService,
  AGENT_SERVICE_STORED: handleAgentServiceStored,
  DRAIN_AGENT: handleDrainAgent,
  DRAIN_STORED: handleDrainStored,
  DRAINED_STORED: handleDrainedStored,
  UPDATE_SCHEDULE: handleUpdateSchedule,
  START_MAINTENANCE: handleStartMaintenance,
  STOP_MAINTENANCE: handleStopMaintenance,
  MAINTENANCE_STORED: handleMaintenanceStored,
  MARK_AGENT_GONE: handleMarkAgentGone,
  AGENT_GONE_STORED: handleAgentGoneStored,
  TEARDOWN: (ctx, { frameworkId }) => handleTeardown(ctx, frameworkId),
  AGENT_MESSAGE: handleAgentMessage,
  LINK_CLOSED: (ctx, { link }) => handleLinkClosed(ctx, link),
  AGENT_ADMITTED: (ctx, { agentId }) => handleAgentAdmitted(ctx, agentId),
  AGENT_REMOVAL_STORED: handleRemovalStored,
  PING_DUE: (ctx, { agentId }) => handlePingDue(ctx, agentId),
  REREGISTER_TIMEOUT: (ctx, { agentId }) => handleReregisterTimeout(ctx, agentId),
  ALLOCATE: handleAllocate,
  BATCH_DUE: handleBatchDue,
  WHITELIST: ({ state }, { hostnames }) => state.allocator.setWhitelist(hostnames),
  RECOVERY_TIMEOUT: handleRecoveryTimeout,
  RECOVERED_AGENTS_LOST: (ctx, { agentIds, atNs }) =>
    handleRecoveredAgentsLost(ctx, agentIds, atNs),
  REGISTRY_GC: handleRegistryGc,
  REGISTRY_GC_STORED: () => undefined,
  OFFER_TIMEOUT: (ctx, { offerId }) => handleOfferTimeout(ctx, offerId),
};

function dispatch<T extends MasterEvent['type']>(
  ctx: Context,
  event: Extract<MasterEvent, { type: T }>,
): void {
  // The table pairs each type with its own event; TypeScript cannot follow that through an index.
  const handler = HANDLERS[event.type] as (ctx: Context, event: MasterEvent) => void;
  handler(ctx, event);
}

/** Applies one event to the books and returns what is to be done, in order. Time is `nowMs`. */
export function step(state: MasterState, event: MasterEvent, nowMs: number): Effect[] {
  const ctx: Context = { state, nowMs, effects: [] };
  dispatch(ctx, event);
  settleDrains(ctx);
  requestPromptAllocation(ctx);
  return ctx.effects;
}
