/** Wire types: package stoke.link. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { DrainConfig } from './mesos-discovery-labels-and-cluster-facts.ts';
import {
  AgentInfo,
  AgentInfo_Capability,
  ExecutorInfo,
  MasterInfo,
} from './mesos-executors-masters-and-agents.ts';
import { FrameworkInfo, KillPolicy } from './mesos-frameworks-and-commands.ts';
import {
  AgentID,
  ExecutorID,
  FrameworkID,
  TaskID,
} from './mesos-identifiers-addresses-and-machines.ts';
import { Offer_Operation } from './mesos-offers-and-operations.ts';
import {
  Operation,
  OperationStatus,
  Task,
  TaskGroupInfo,
  TaskInfo,
  TaskState,
  TaskStatus,
  UUID,
} from './mesos-tasks-and-their-statuses.ts';
import { Resource } from './mesos-values-and-resources.ts';

/** A framework that ended on an agent, with the tasks it had there. */
export interface LinkCompletedFramework {
  framework_info: FrameworkInfo;
  tasks?: Task[];
}
/** Descriptor of stoke.link.CompletedFramework. */
export const LinkCompletedFramework: MessageType<LinkCompletedFramework> = defineMessage('stoke.link.CompletedFramework', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'tasks', 'repeated', Task],
]);

/** The agent answers each with an update: TASK_DROPPED or TASK_LOST, REASON_RECONCILIATION. */
export interface LinkReconciliation {
  framework_info: FrameworkInfo;
  task_ids?: TaskID[];
}
/** Descriptor of stoke.link.Reconciliation. */
export const LinkReconciliation: MessageType<LinkReconciliation> = defineMessage('stoke.link.Reconciliation', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'task_ids', 'repeated', TaskID],
]);

/** What an agent tells its master. One message a frame. */
export interface LinkAgentMessage {
  type: LinkAgentMessage_Type;
  register?: LinkAgentMessage_Register;
  reregister?: LinkAgentMessage_Reregister;
  status_update?: LinkAgentMessage_StatusUpdate;
  executor_message?: LinkAgentMessage_ExecutorMessage;
  exited_executor?: LinkAgentMessage_ExitedExecutor;
  update_agent?: LinkAgentMessage_UpdateAgent;
  operation_status?: LinkAgentMessage_OperationStatus;
}
/** Descriptor of stoke.link.AgentMessage. */
export const LinkAgentMessage: MessageType<LinkAgentMessage> = defineMessage('stoke.link.AgentMessage', () => [
  [1, 'type', 'required', LinkAgentMessage_Type],
  [2, 'register', 'optional', LinkAgentMessage_Register],
  [3, 'reregister', 'optional', LinkAgentMessage_Reregister],
  [4, 'status_update', 'optional', LinkAgentMessage_StatusUpdate],
  [5, 'executor_message', 'optional', LinkAgentMessage_ExecutorMessage],
  [6, 'exited_executor', 'optional', LinkAgentMessage_ExitedExecutor],
  [7, 'update_agent', 'optional', LinkAgentMessage_UpdateAgent],
  [8, 'operation_status', 'optional', LinkAgentMessage_OperationStatus],
]);

/** Enum stoke.link.AgentMessage.Type. */
export type LinkAgentMessage_Type =
  | 'UNKNOWN'
  | 'REGISTER'
  | 'REREGISTER'
  | 'STATUS_UPDATE'
  | 'EXECUTOR_MESSAGE'
  | 'EXITED_EXECUTOR'
  | 'PONG'
  | 'UNREGISTER'
  | 'UPDATE_AGENT'
  | 'OPERATION_STATUS';
/** Names and numbers of stoke.link.AgentMessage.Type. */
export const LinkAgentMessage_Type: EnumType<LinkAgentMessage_Type> = defineEnum('stoke.link.AgentMessage.Type', {
  UNKNOWN: 0,
  REGISTER: 1,
  REREGISTER: 2,
  STATUS_UPDATE: 3,
  EXECUTOR_MESSAGE: 4,
  EXITED_EXECUTOR: 5,
  PONG: 6,
  UNREGISTER: 7,
  UPDATE_AGENT: 8,
  OPERATION_STATUS: 9,
});

/** The first message of an agent without an id. */
export interface LinkAgentMessage_Register {
  agent_info: AgentInfo;
  version: string;
  agent_capabilities?: AgentInfo_Capability[];
  checkpointed_resources?: Resource[];
  resource_version_uuid?: Uint8Array;
  /** Of the agent's own address: http or https. */
  scheme?: string;
}
/** Descriptor of stoke.link.AgentMessage.Register. */
export const LinkAgentMessage_Register: MessageType<LinkAgentMessage_Register> = defineMessage('stoke.link.AgentMessage.Register', () => [
  [1, 'agent_info', 'required', AgentInfo],
  [2, 'version', 'required', 'string'],
  [3, 'agent_capabilities', 'repeated', AgentInfo_Capability],
  [4, 'checkpointed_resources', 'repeated', Resource],
  [5, 'resource_version_uuid', 'optional', 'bytes'],
  [6, 'scheme', 'optional', 'string'],
]);

/** The first message of an agent that has an id already: everything it runs and remembers. */
export interface LinkAgentMessage_Reregister {
  /** Its id is set. */
  agent_info: AgentInfo;
  version: string;
  agent_capabilities?: AgentInfo_Capability[];
  checkpointed_resources?: Resource[];
  resource_version_uuid?: Uint8Array;
  /** With statuses, status_update_state and status_update_uuid. */
  tasks?: Task[];
  /** Their framework_id is set; executors of command tasks are left out. */
  executor_infos?: ExecutorInfo[];
  frameworks?: FrameworkInfo[];
  completed_frameworks?: LinkCompletedFramework[];
  /** Those whose last status nobody has acknowledged. */
  operations?: Operation[];
  /** Of the agent's own address: http or https. */
  scheme?: string;
}
/** Descriptor of stoke.link.AgentMessage.Reregister. */
export const LinkAgentMessage_Reregister: MessageType<LinkAgentMessage_Reregister> = defineMessage('stoke.link.AgentMessage.Reregister', () => [
  [1, 'agent_info', 'required', AgentInfo],
  [2, 'version', 'required', 'string'],
  [3, 'agent_capabilities', 'repeated', AgentInfo_Capability],
  [4, 'checkpointed_resources', 'repeated', Resource],
  [5, 'resource_version_uuid', 'optional', 'bytes'],
  [6, 'tasks', 'repeated', Task],
  [7, 'executor_infos', 'repeated', ExecutorInfo],
  [8, 'frameworks', 'repeated', FrameworkInfo],
  [9, 'completed_frameworks', 'repeated', LinkCompletedFramework],
  [10, 'operations', 'repeated', Operation],
  [11, 'scheme', 'optional', 'string'],
]);

/** Sent again, later and later, until the framework's acknowledgement comes. */
export interface LinkAgentMessage_StatusUpdate {
  framework_id: FrameworkID;
  /** Its uuid is set. */
  status: TaskStatus;
  /** The newest state the agent knows, so that the master can free resources early. */
  latest_state?: TaskState;
}
/** Descriptor of stoke.link.AgentMessage.StatusUpdate. */
export const LinkAgentMessage_StatusUpdate: MessageType<LinkAgentMessage_StatusUpdate> = defineMessage('stoke.link.AgentMessage.StatusUpdate', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'status', 'required', TaskStatus],
  [3, 'latest_state', 'optional', TaskState],
]);

/** Message stoke.link.AgentMessage.ExecutorMessage. */
export interface LinkAgentMessage_ExecutorMessage {
  framework_id: FrameworkID;
  executor_id: ExecutorID;
  data: Uint8Array;
}
/** Descriptor of stoke.link.AgentMessage.ExecutorMessage. */
export const LinkAgentMessage_ExecutorMessage: MessageType<LinkAgentMessage_ExecutorMessage> = defineMessage('stoke.link.AgentMessage.ExecutorMessage', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'executor_id', 'required', ExecutorID],
  [3, 'data', 'required', 'bytes'],
]);

/** Message stoke.link.AgentMessage.ExitedExecutor. */
export interface LinkAgentMessage_ExitedExecutor {
  framework_id: FrameworkID;
  executor_id: ExecutorID;
  /** As waitpid gives it. */
  status: number;
}
/** Descriptor of stoke.link.AgentMessage.ExitedExecutor. */
export const LinkAgentMessage_ExitedExecutor: MessageType<LinkAgentMessage_ExitedExecutor> = defineMessage('stoke.link.AgentMessage.ExitedExecutor', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'executor_id', 'required', ExecutorID],
  [3, 'status', 'required', 'int32'],
]);

/** What the agent has changed, for instance after an operation. */
export interface LinkAgentMessage_UpdateAgent {
  resources?: Resource[];
  resource_version_uuid?: Uint8Array;
  operations?: Operation[];
  /** True: the revocable resources of the agent are these from now on, in use or not. */
  update_oversubscribed_resources?: boolean;
  oversubscribed_resources?: Resource[];
}
/** Descriptor of stoke.link.AgentMessage.UpdateAgent. */
export const LinkAgentMessage_UpdateAgent: MessageType<LinkAgentMessage_UpdateAgent> = defineMessage('stoke.link.AgentMessage.UpdateAgent', () => [
  [1, 'resources', 'repeated', Resource],
  [2, 'resource_version_uuid', 'optional', 'bytes'],
  [3, 'operations', 'repeated', Operation],
  [4, 'update_oversubscribed_resources', 'optional', 'bool'],
  [5, 'oversubscribed_resources', 'repeated', Resource],
]);

/** Message stoke.link.AgentMessage.OperationStatus. */
export interface LinkAgentMessage_OperationStatus {
  framework_id?: FrameworkID;
  status: OperationStatus;
  latest_status?: OperationStatus;
  operation_uuid: UUID;
}
/** Descriptor of stoke.link.AgentMessage.OperationStatus. */
export const LinkAgentMessage_OperationStatus: MessageType<LinkAgentMessage_OperationStatus> = defineMessage('stoke.link.AgentMessage.OperationStatus', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'status', 'required', OperationStatus],
  [3, 'latest_status', 'optional', OperationStatus],
  [4, 'operation_uuid', 'required', UUID],
]);

/** What a master tells an agent. One message a frame. */
export interface LinkMasterMessage {
  type: LinkMasterMessage_Type;
  registered?: LinkMasterMessage_Registered;
  reregistered?: LinkMasterMessage_Reregistered;
  ping?: LinkMasterMessage_Ping;
  run_task?: LinkMasterMessage_RunTask;
  run_task_group?: LinkMasterMessage_RunTaskGroup;
  kill_task?: LinkMasterMessage_KillTask;
  acknowledge?: LinkMasterMessage_Acknowledge;
  framework_message?: LinkMasterMessage_FrameworkMessage;
  shutdown_executor?: LinkMasterMessage_ShutdownExecutor;
  shutdown_framework?: LinkMasterMessage_ShutdownFramework;
  update_framework?: LinkMasterMessage_UpdateFramework;
  shutdown?: LinkMasterMessage_Shutdown;
  apply_operation?: LinkMasterMessage_ApplyOperation;
  checkpoint_resources?: LinkMasterMessage_CheckpointResources;
  acknowledge_operation?: LinkMasterMessage_AcknowledgeOperation;
  drain?: LinkMasterMessage_Drain;
}
/** Descriptor of stoke.link.MasterMessage. */
export const LinkMasterMessage: MessageType<LinkMasterMessage> = defineMessage('stoke.link.MasterMessage', () => [
  [1, 'type', 'required', LinkMasterMessage_Type],
  [2, 'registered', 'optional', LinkMasterMessage_Registered],
  [3, 'reregistered', 'optional', LinkMasterMessage_Reregistered],
  [4, 'ping', 'optional', LinkMasterMessage_Ping],
  [5, 'run_task', 'optional', LinkMasterMessage_RunTask],
  [6, 'run_task_group', 'optional', LinkMasterMessage_RunTaskGroup],
  [7, 'kill_task', 'optional', LinkMasterMessage_KillTask],
  [8, 'acknowledge', 'optional', LinkMasterMessage_Acknowledge],
  [9, 'framework_message', 'optional', LinkMasterMessage_FrameworkMessage],
  [10, 'shutdown_executor', 'optional', LinkMasterMessage_ShutdownExecutor],
  [11, 'shutdown_framework', 'optional', LinkMasterMessage_ShutdownFramework],
  [12, 'update_framework', 'optional', LinkMasterMessage_UpdateFramework],
  [13, 'shutdown', 'optional', LinkMasterMessage_Shutdown],
  [14, 'apply_operation', 'optional', LinkMasterMessage_ApplyOperation],
  [15, 'checkpoint_resources', 'optional', LinkMasterMessage_CheckpointResources],
  [16, 'acknowledge_operation', 'optional', LinkMasterMessage_AcknowledgeOperation],
  [17, 'drain', 'optional', LinkMasterMessage_Drain],
]);

/** Enum stoke.link.MasterMessage.Type. */
export type LinkMasterMessage_Type =
  | 'UNKNOWN'
  | 'REGISTERED'
  | 'REREGISTERED'
  | 'PING'
  | 'RUN_TASK'
  | 'RUN_TASK_GROUP'
  | 'KILL_TASK'
  | 'ACKNOWLEDGE'
  | 'FRAMEWORK_MESSAGE'
  | 'SHUTDOWN_EXECUTOR'
  | 'SHUTDOWN_FRAMEWORK'
  | 'UPDATE_FRAMEWORK'
  | 'SHUTDOWN'
  | 'APPLY_OPERATION'
  | 'CHECKPOINT_RESOURCES'
  | 'ACKNOWLEDGE_OPERATION'
  | 'DRAIN';
/** Names and numbers of stoke.link.MasterMessage.Type. */
export const LinkMasterMessage_Type: EnumType<LinkMasterMessage_Type> = defineEnum('stoke.link.MasterMessage.Type', {
  UNKNOWN: 0,
  REGISTERED: 1,
  REREGISTERED: 2,
  PING: 3,
  RUN_TASK: 4,
  RUN_TASK_GROUP: 5,
  KILL_TASK: 6,
  ACKNOWLEDGE: 7,
  FRAMEWORK_MESSAGE: 8,
  SHUTDOWN_EXECUTOR: 9,
  SHUTDOWN_FRAMEWORK: 10,
  UPDATE_FRAMEWORK: 11,
  SHUTDOWN: 12,
  APPLY_OPERATION: 13,
  CHECKPOINT_RESOURCES: 14,
  ACKNOWLEDGE_OPERATION: 15,
  DRAIN: 16,
});

/** Message stoke.link.MasterMessage.Registered. */
export interface LinkMasterMessage_Registered {
  agent_id: AgentID;
  master_info: MasterInfo;
  /** Without a PING for this long the agent drops the link and connects again. */
  total_ping_timeout_seconds: number;
}
/** Descriptor of stoke.link.MasterMessage.Registered. */
export const LinkMasterMessage_Registered: MessageType<LinkMasterMessage_Registered> = defineMessage('stoke.link.MasterMessage.Registered', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'master_info', 'required', MasterInfo],
  [3, 'total_ping_timeout_seconds', 'required', 'double'],
]);

/** Message stoke.link.MasterMessage.Reregistered. */
export interface LinkMasterMessage_Reregistered {
  agent_id: AgentID;
  master_info: MasterInfo;
  total_ping_timeout_seconds: number;
  reconciliations?: LinkReconciliation[];
}
/** Descriptor of stoke.link.MasterMessage.Reregistered. */
export const LinkMasterMessage_Reregistered: MessageType<LinkMasterMessage_Reregistered> = defineMessage('stoke.link.MasterMessage.Reregistered', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'master_info', 'required', MasterInfo],
  [3, 'total_ping_timeout_seconds', 'required', 'double'],
  [4, 'reconciliations', 'repeated', LinkReconciliation],
]);

/** Answered with PONG at once. */
export interface LinkMasterMessage_Ping {
  /** False: the master thinks the agent is disconnected, so it has to register again. */
  connected: boolean;
}
/** Descriptor of stoke.link.MasterMessage.Ping. */
export const LinkMasterMessage_Ping: MessageType<LinkMasterMessage_Ping> = defineMessage('stoke.link.MasterMessage.Ping', () => [
  [1, 'connected', 'required', 'bool'],
]);

/** Message stoke.link.MasterMessage.RunTask. */
export interface LinkMasterMessage_RunTask {
  framework_info: FrameworkInfo;
  /** With its executor filled in, when it has one of its own. */
  task: TaskInfo;
  launch_executor?: boolean;
  resource_version_uuid?: Uint8Array;
}
/** Descriptor of stoke.link.MasterMessage.RunTask. */
export const LinkMasterMessage_RunTask: MessageType<LinkMasterMessage_RunTask> = defineMessage('stoke.link.MasterMessage.RunTask', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'task', 'required', TaskInfo],
  [3, 'launch_executor', 'optional', 'bool'],
  [4, 'resource_version_uuid', 'optional', 'bytes'],
]);

/** Message stoke.link.MasterMessage.RunTaskGroup. */
export interface LinkMasterMessage_RunTaskGroup {
  framework_info: FrameworkInfo;
  executor: ExecutorInfo;
  task_group: TaskGroupInfo;
  launch_executor?: boolean;
  resource_version_uuid?: Uint8Array;
}
/** Descriptor of stoke.link.MasterMessage.RunTaskGroup. */
export const LinkMasterMessage_RunTaskGroup: MessageType<LinkMasterMessage_RunTaskGroup> = defineMessage('stoke.link.MasterMessage.RunTaskGroup', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'executor', 'required', ExecutorInfo],
  [3, 'task_group', 'required', TaskGroupInfo],
  [4, 'launch_executor', 'optional', 'bool'],
  [5, 'resource_version_uuid', 'optional', 'bytes'],
]);

/** Message stoke.link.MasterMessage.KillTask. */
export interface LinkMasterMessage_KillTask {
  framework_id: FrameworkID;
  task_id: TaskID;
  kill_policy?: KillPolicy;
}
/** Descriptor of stoke.link.MasterMessage.KillTask. */
export const LinkMasterMessage_KillTask: MessageType<LinkMasterMessage_KillTask> = defineMessage('stoke.link.MasterMessage.KillTask', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'task_id', 'required', TaskID],
  [3, 'kill_policy', 'optional', KillPolicy],
]);

/** Message stoke.link.MasterMessage.Acknowledge. */
export interface LinkMasterMessage_Acknowledge {
  framework_id: FrameworkID;
  task_id: TaskID;
  uuid: Uint8Array;
}
/** Descriptor of stoke.link.MasterMessage.Acknowledge. */
export const LinkMasterMessage_Acknowledge: MessageType<LinkMasterMessage_Acknowledge> = defineMessage('stoke.link.MasterMessage.Acknowledge', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'task_id', 'required', TaskID],
  [3, 'uuid', 'required', 'bytes'],
]);

/** Message stoke.link.MasterMessage.FrameworkMessage. */
export interface LinkMasterMessage_FrameworkMessage {
  framework_id: FrameworkID;
  executor_id: ExecutorID;
  data: Uint8Array;
}
/** Descriptor of stoke.link.MasterMessage.FrameworkMessage. */
export const LinkMasterMessage_FrameworkMessage: MessageType<LinkMasterMessage_FrameworkMessage> = defineMessage('stoke.link.MasterMessage.FrameworkMessage', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'executor_id', 'required', ExecutorID],
  [3, 'data', 'required', 'bytes'],
]);

/** Message stoke.link.MasterMessage.ShutdownExecutor. */
export interface LinkMasterMessage_ShutdownExecutor {
  framework_id: FrameworkID;
  executor_id: ExecutorID;
}
/** Descriptor of stoke.link.MasterMessage.ShutdownExecutor. */
export const LinkMasterMessage_ShutdownExecutor: MessageType<LinkMasterMessage_ShutdownExecutor> = defineMessage('stoke.link.MasterMessage.ShutdownExecutor', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'executor_id', 'required', ExecutorID],
]);

/** Message stoke.link.MasterMessage.ShutdownFramework. */
export interface LinkMasterMessage_ShutdownFramework {
  framework_id: FrameworkID;
}
/** Descriptor of stoke.link.MasterMessage.ShutdownFramework. */
export const LinkMasterMessage_ShutdownFramework: MessageType<LinkMasterMessage_ShutdownFramework> = defineMessage('stoke.link.MasterMessage.ShutdownFramework', () => [
  [1, 'framework_id', 'required', FrameworkID],
]);

/** The framework subscribed again or changed: unacknowledged updates are sent again at once. */
export interface LinkMasterMessage_UpdateFramework {
  framework_info: FrameworkInfo;
}
/** Descriptor of stoke.link.MasterMessage.UpdateFramework. */
export const LinkMasterMessage_UpdateFramework: MessageType<LinkMasterMessage_UpdateFramework> = defineMessage('stoke.link.MasterMessage.UpdateFramework', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
]);

/** The agent kills everything and exits. */
export interface LinkMasterMessage_Shutdown {
  message?: string;
}
/** Descriptor of stoke.link.MasterMessage.Shutdown. */
export const LinkMasterMessage_Shutdown: MessageType<LinkMasterMessage_Shutdown> = defineMessage('stoke.link.MasterMessage.Shutdown', () => [
  [1, 'message', 'optional', 'string'],
]);

/** Message stoke.link.MasterMessage.ApplyOperation. */
export interface LinkMasterMessage_ApplyOperation {
  framework_id?: FrameworkID;
  operation: Offer_Operation;
  operation_uuid: UUID;
  resource_version_uuid?: Uint8Array;
}
/** Descriptor of stoke.link.MasterMessage.ApplyOperation. */
export const LinkMasterMessage_ApplyOperation: MessageType<LinkMasterMessage_ApplyOperation> = defineMessage('stoke.link.MasterMessage.ApplyOperation', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'operation', 'required', Offer_Operation],
  [3, 'operation_uuid', 'required', UUID],
  [4, 'resource_version_uuid', 'optional', 'bytes'],
]);

/** Message stoke.link.MasterMessage.CheckpointResources. */
export interface LinkMasterMessage_CheckpointResources {
  resources?: Resource[];
}
/** Descriptor of stoke.link.MasterMessage.CheckpointResources. */
export const LinkMasterMessage_CheckpointResources: MessageType<LinkMasterMessage_CheckpointResources> = defineMessage('stoke.link.MasterMessage.CheckpointResources', () => [
  [1, 'resources', 'repeated', Resource],
]);

/** Message stoke.link.MasterMessage.AcknowledgeOperation. */
export interface LinkMasterMessage_AcknowledgeOperation {
  status_uuid: UUID;
  operation_uuid: UUID;
}
/** Descriptor of stoke.link.MasterMessage.AcknowledgeOperation. */
export const LinkMasterMessage_AcknowledgeOperation: MessageType<LinkMasterMessage_AcknowledgeOperation> = defineMessage('stoke.link.MasterMessage.AcknowledgeOperation', () => [
  [1, 'status_uuid', 'required', UUID],
  [2, 'operation_uuid', 'required', UUID],
]);

/** Message stoke.link.MasterMessage.Drain. */
export interface LinkMasterMessage_Drain {
  config: DrainConfig;
}
/** Descriptor of stoke.link.MasterMessage.Drain. */
export const LinkMasterMessage_Drain: MessageType<LinkMasterMessage_Drain> = defineMessage('stoke.link.MasterMessage.Drain', () => [
  [1, 'config', 'required', DrainConfig],
]);
