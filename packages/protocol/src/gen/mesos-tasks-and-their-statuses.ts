/** Wire types: tasks and their statuses. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { ContainerInfo, ContainerStatus, Labels } from './mesos-containers.ts';
import { DiscoveryInfo } from './mesos-discovery-labels-and-cluster-facts.ts';
import { ExecutorInfo } from './mesos-executors-masters-and-agents.ts';
import {
  CheckInfo,
  CheckInfo_Type,
  CommandInfo,
  HealthCheck,
  KillPolicy,
} from './mesos-frameworks-and-commands.ts';
import {
  AgentID,
  DurationInfo,
  ExecutorID,
  FrameworkID,
  OperationID,
  ResourceProviderID,
  TaskID,
  TimeInfo,
} from './mesos-identifiers-addresses-and-machines.ts';
import { Offer_Operation } from './mesos-offers-and-operations.ts';
import { Resource, Value_Scalar } from './mesos-values-and-resources.ts';

/** A task as the framework wants it run: with a command or with an executor. */
export interface TaskInfo {
  name: string;
  task_id: TaskID;
  agent_id: AgentID;
  resources?: Resource[];
  executor?: ExecutorInfo;
  command?: CommandInfo;
  container?: ContainerInfo;
  health_check?: HealthCheck;
  check?: CheckInfo;
  kill_policy?: KillPolicy;
  data?: Uint8Array;
  labels?: Labels;
  discovery?: DiscoveryInfo;
  max_completion_time?: DurationInfo;
  limits?: Record<string, Value_Scalar>;
}
/** Descriptor of mesos.v1.TaskInfo. */
export const TaskInfo: MessageType<TaskInfo> = defineMessage('mesos.v1.TaskInfo', () => [
  [1, 'name', 'required', 'string'],
  [2, 'task_id', 'required', TaskID],
  [3, 'agent_id', 'required', AgentID],
  [4, 'resources', 'repeated', Resource],
  [5, 'executor', 'optional', ExecutorInfo],
  [7, 'command', 'optional', CommandInfo],
  [9, 'container', 'optional', ContainerInfo],
  [8, 'health_check', 'optional', HealthCheck],
  [13, 'check', 'optional', CheckInfo],
  [12, 'kill_policy', 'optional', KillPolicy],
  [6, 'data', 'optional', 'bytes'],
  [10, 'labels', 'optional', Labels],
  [11, 'discovery', 'optional', DiscoveryInfo],
  [14, 'max_completion_time', 'optional', DurationInfo],
  [15, 'limits', 'map', Value_Scalar],
]);

/** Tasks that are launched, and accepted or refused, together. */
export interface TaskGroupInfo {
  tasks?: TaskInfo[];
}
/** Descriptor of mesos.v1.TaskGroupInfo. */
export const TaskGroupInfo: MessageType<TaskGroupInfo> = defineMessage('mesos.v1.TaskGroupInfo', () => [
  [1, 'tasks', 'repeated', TaskInfo],
]);

/** A task as master and agents remember it. */
export interface Task {
  name: string;
  task_id: TaskID;
  framework_id: FrameworkID;
  executor_id?: ExecutorID;
  agent_id: AgentID;
  /** The latest state acknowledged by the framework. */
  state: TaskState;
  resources?: Resource[];
  statuses?: TaskStatus[];
  /** The state of the update that waits for its acknowledgement. */
  status_update_state?: TaskState;
  status_update_uuid?: Uint8Array;
  labels?: Labels;
  discovery?: DiscoveryInfo;
  container?: ContainerInfo;
  health_check?: HealthCheck;
  kill_policy?: KillPolicy;
  user?: string;
  limits?: Record<string, Value_Scalar>;
}
/** Descriptor of mesos.v1.Task. */
export const Task: MessageType<Task> = defineMessage('mesos.v1.Task', () => [
  [1, 'name', 'required', 'string'],
  [2, 'task_id', 'required', TaskID],
  [3, 'framework_id', 'required', FrameworkID],
  [4, 'executor_id', 'optional', ExecutorID],
  [5, 'agent_id', 'required', AgentID],
  [6, 'state', 'required', TaskState],
  [7, 'resources', 'repeated', Resource],
  [8, 'statuses', 'repeated', TaskStatus],
  [9, 'status_update_state', 'optional', TaskState],
  [10, 'status_update_uuid', 'optional', 'bytes'],
  [11, 'labels', 'optional', Labels],
  [12, 'discovery', 'optional', DiscoveryInfo],
  [13, 'container', 'optional', ContainerInfo],
  [15, 'health_check', 'optional', HealthCheck],
  [16, 'kill_policy', 'optional', KillPolicy],
  [14, 'user', 'optional', 'string'],
  [17, 'limits', 'map', Value_Scalar],
]);

/** Where a task is in its life. */
export type TaskState =
  | 'TASK_STAGING'
  | 'TASK_STARTING'
  | 'TASK_RUNNING'
  | 'TASK_KILLING'
  | 'TASK_FINISHED'
  | 'TASK_FAILED'
  | 'TASK_KILLED'
  | 'TASK_ERROR'
  | 'TASK_LOST'
  | 'TASK_DROPPED'
  | 'TASK_UNREACHABLE'
  | 'TASK_GONE'
  | 'TASK_GONE_BY_OPERATOR'
  | 'TASK_UNKNOWN';
/** Names and numbers of mesos.v1.TaskState. */
export const TaskState: EnumType<TaskState> = defineEnum('mesos.v1.TaskState', {
  TASK_STAGING: 6, // Initial state; frameworks never get an update for it.
  TASK_STARTING: 0,
  TASK_RUNNING: 1,
  TASK_KILLING: 8,
  TASK_FINISHED: 2,
  TASK_FAILED: 3,
  TASK_KILLED: 4,
  TASK_ERROR: 7, // The description was wrong; launching it again is pointless.
  TASK_LOST: 5, // What frameworks without PARTITION_AWARE get for the finer states below.
  TASK_DROPPED: 9, // It was never launched.
  TASK_UNREACHABLE: 10, // Its agent is out of touch; it may come back.
  TASK_GONE: 11,
  TASK_GONE_BY_OPERATOR: 12,
  TASK_UNKNOWN: 13,
});

/** The resources whose limit a task ran into. */
export interface TaskResourceLimitation {
  resources?: Resource[];
}
/** Descriptor of mesos.v1.TaskResourceLimitation. */
export const TaskResourceLimitation: MessageType<TaskResourceLimitation> = defineMessage('mesos.v1.TaskResourceLimitation', () => [
  [1, 'resources', 'repeated', Resource],
]);

/** Sixteen bytes. */
export interface UUID {
  value: Uint8Array;
}
/** Descriptor of mesos.v1.UUID. */
export const UUID: MessageType<UUID> = defineMessage('mesos.v1.UUID', () => [
  [1, 'value', 'required', 'bytes'],
]);

/** An offer operation as the master remembers it. */
export interface Operation {
  framework_id?: FrameworkID;
  agent_id?: AgentID;
  info: Offer_Operation;
  latest_status: OperationStatus;
  statuses?: OperationStatus[];
  uuid: UUID;
}
/** Descriptor of mesos.v1.Operation. */
export const Operation: MessageType<Operation> = defineMessage('mesos.v1.Operation', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'agent_id', 'optional', AgentID],
  [3, 'info', 'required', Offer_Operation],
  [4, 'latest_status', 'required', OperationStatus],
  [5, 'statuses', 'repeated', OperationStatus],
  [6, 'uuid', 'required', UUID],
]);

/** Where an offer operation is in its life. */
export type OperationState =
  | 'OPERATION_UNSUPPORTED'
  | 'OPERATION_PENDING'
  | 'OPERATION_FINISHED'
  | 'OPERATION_FAILED'
  | 'OPERATION_ERROR'
  | 'OPERATION_DROPPED'
  | 'OPERATION_UNREACHABLE'
  | 'OPERATION_GONE_BY_OPERATOR'
  | 'OPERATION_RECOVERING'
  | 'OPERATION_UNKNOWN';
/** Names and numbers of mesos.v1.OperationState. */
export const OperationState: EnumType<OperationState> = defineEnum('mesos.v1.OperationState', {
  OPERATION_UNSUPPORTED: 0,
  OPERATION_PENDING: 1,
  OPERATION_FINISHED: 2,
  OPERATION_FAILED: 3,
  OPERATION_ERROR: 4,
  OPERATION_DROPPED: 5,
  OPERATION_UNREACHABLE: 6,
  OPERATION_GONE_BY_OPERATOR: 7,
  OPERATION_RECOVERING: 8,
  OPERATION_UNKNOWN: 9,
});

/** News of an offer operation. */
export interface OperationStatus {
  operation_id?: OperationID;
  state: OperationState;
  message?: string;
  converted_resources?: Resource[];
  uuid?: UUID;
  agent_id?: AgentID;
  resource_provider_id?: ResourceProviderID;
}
/** Descriptor of mesos.v1.OperationStatus. */
export const OperationStatus: MessageType<OperationStatus> = defineMessage('mesos.v1.OperationStatus', () => [
  [1, 'operation_id', 'optional', OperationID],
  [2, 'state', 'required', OperationState],
  [3, 'message', 'optional', 'string'],
  [4, 'converted_resources', 'repeated', Resource],
  [5, 'uuid', 'optional', UUID],
  [6, 'agent_id', 'optional', AgentID],
  [7, 'resource_provider_id', 'optional', ResourceProviderID],
]);

/** The latest result of a task's check; empty until there is one. */
export interface CheckStatusInfo {
  type?: CheckInfo_Type;
  command?: CheckStatusInfo_Command;
  http?: CheckStatusInfo_Http;
  tcp?: CheckStatusInfo_Tcp;
}
/** Descriptor of mesos.v1.CheckStatusInfo. */
export const CheckStatusInfo: MessageType<CheckStatusInfo> = defineMessage('mesos.v1.CheckStatusInfo', () => [
  [1, 'type', 'optional', CheckInfo_Type],
  [2, 'command', 'optional', CheckStatusInfo_Command],
  [3, 'http', 'optional', CheckStatusInfo_Http],
  [4, 'tcp', 'optional', CheckStatusInfo_Tcp],
]);

/** Message mesos.v1.CheckStatusInfo.Command. */
export interface CheckStatusInfo_Command {
  exit_code?: number;
}
/** Descriptor of mesos.v1.CheckStatusInfo.Command. */
export const CheckStatusInfo_Command: MessageType<CheckStatusInfo_Command> = defineMessage('mesos.v1.CheckStatusInfo.Command', () => [
  [1, 'exit_code', 'optional', 'int32'],
]);

/** Message mesos.v1.CheckStatusInfo.Http. */
export interface CheckStatusInfo_Http {
  status_code?: number;
}
/** Descriptor of mesos.v1.CheckStatusInfo.Http. */
export const CheckStatusInfo_Http: MessageType<CheckStatusInfo_Http> = defineMessage('mesos.v1.CheckStatusInfo.Http', () => [
  [1, 'status_code', 'optional', 'uint32'],
]);

/** Message mesos.v1.CheckStatusInfo.Tcp. */
export interface CheckStatusInfo_Tcp {
  succeeded?: boolean;
}
/** Descriptor of mesos.v1.CheckStatusInfo.Tcp. */
export const CheckStatusInfo_Tcp: MessageType<CheckStatusInfo_Tcp> = defineMessage('mesos.v1.CheckStatusInfo.Tcp', () => [
  [1, 'succeeded', 'optional', 'bool'],
]);

/** News of a task; one with a uuid has to be acknowledged. */
export interface TaskStatus {
  task_id: TaskID;
  state: TaskState;
  message?: string;
  source?: TaskStatus_Source;
  reason?: TaskStatus_Reason;
  data?: Uint8Array;
  agent_id?: AgentID;
  executor_id?: ExecutorID;
  /** Seconds since the Unix epoch. */
  timestamp?: number;
  uuid?: Uint8Array;
  healthy?: boolean;
  check_status?: CheckStatusInfo;
  labels?: Labels;
  container_status?: ContainerStatus;
  unreachable_time?: TimeInfo;
  limitation?: TaskResourceLimitation;
}
/** Descriptor of mesos.v1.TaskStatus. */
export const TaskStatus: MessageType<TaskStatus> = defineMessage('mesos.v1.TaskStatus', () => [
  [1, 'task_id', 'required', TaskID],
  [2, 'state', 'required', TaskState],
  [4, 'message', 'optional', 'string'],
  [9, 'source', 'optional', TaskStatus_Source],
  [10, 'reason', 'optional', TaskStatus_Reason],
  [3, 'data', 'optional', 'bytes'],
  [5, 'agent_id', 'optional', AgentID],
  [7, 'executor_id', 'optional', ExecutorID],
  [6, 'timestamp', 'optional', 'double'],
  [11, 'uuid', 'optional', 'bytes'],
  [8, 'healthy', 'optional', 'bool'],
  [15, 'check_status', 'optional', CheckStatusInfo],
  [12, 'labels', 'optional', Labels],
  [13, 'container_status', 'optional', ContainerStatus],
  [14, 'unreachable_time', 'optional', TimeInfo],
  [16, 'limitation', 'optional', TaskResourceLimitation],
]);

/** Enum mesos.v1.TaskStatus.Source. */
export type TaskStatus_Source =
  | 'SOURCE_MASTER'
  | 'SOURCE_AGENT'
  | 'SOURCE_EXECUTOR';
/** Names and numbers of mesos.v1.TaskStatus.Source. */
export const TaskStatus_Source: EnumType<TaskStatus_Source> = defineEnum('mesos.v1.TaskStatus.Source', {
  SOURCE_MASTER: 0,
  SOURCE_AGENT: 1,
  SOURCE_EXECUTOR: 2,
});

/** Enum mesos.v1.TaskStatus.Reason. */
export type TaskStatus_Reason =
  | 'REASON_COMMAND_EXECUTOR_FAILED'
  | 'REASON_CONTAINER_LAUNCH_FAILED'
  | 'REASON_CONTAINER_LIMITATION'
  | 'REASON_CONTAINER_LIMITATION_DISK'
  | 'REASON_CONTAINER_LIMITATION_MEMORY'
  | 'REASON_CONTAINER_PREEMPTED'
  | 'REASON_CONTAINER_UPDATE_FAILED'
  | 'REASON_MAX_COMPLETION_TIME_REACHED'
  | 'REASON_EXECUTOR_REGISTRATION_TIMEOUT'
  | 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT'
  | 'REASON_EXECUTOR_TERMINATED'
  | 'REASON_EXECUTOR_UNREGISTERED'
  | 'REASON_FRAMEWORK_REMOVED'
  | 'REASON_GC_ERROR'
  | 'REASON_INVALID_FRAMEWORKID'
  | 'REASON_INVALID_OFFERS'
  | 'REASON_IO_SWITCHBOARD_EXITED'
  | 'REASON_MASTER_DISCONNECTED'
  | 'REASON_RECONCILIATION'
  | 'REASON_RESOURCES_UNKNOWN'
  | 'REASON_AGENT_DISCONNECTED'
  | 'REASON_AGENT_DRAINING'
  | 'REASON_AGENT_REMOVED'
  | 'REASON_AGENT_REMOVED_BY_OPERATOR'
  | 'REASON_AGENT_REREGISTERED'
  | 'REASON_AGENT_RESTARTED'
  | 'REASON_AGENT_UNKNOWN'
  | 'REASON_TASK_KILLED_DURING_LAUNCH'
  | 'REASON_TASK_CHECK_STATUS_UPDATED'
  | 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED'
  | 'REASON_TASK_GROUP_INVALID'
  | 'REASON_TASK_GROUP_UNAUTHORIZED'
  | 'REASON_TASK_INVALID'
  | 'REASON_TASK_UNAUTHORIZED'
  | 'REASON_TASK_UNKNOWN';
/** Names and numbers of mesos.v1.TaskStatus.Reason. */
export const TaskStatus_Reason: EnumType<TaskStatus_Reason> = defineEnum('mesos.v1.TaskStatus.Reason', {
  REASON_COMMAND_EXECUTOR_FAILED: 0,
  REASON_CONTAINER_LAUNCH_FAILED: 21,
  REASON_CONTAINER_LIMITATION: 19,
  REASON_CONTAINER_LIMITATION_DISK: 20,
  REASON_CONTAINER_LIMITATION_MEMORY: 8,
  REASON_CONTAINER_PREEMPTED: 17,
  REASON_CONTAINER_UPDATE_FAILED: 22,
  REASON_MAX_COMPLETION_TIME_REACHED: 33,
  REASON_EXECUTOR_REGISTRATION_TIMEOUT: 23,
  REASON_EXECUTOR_REREGISTRATION_TIMEOUT: 24,
  REASON_EXECUTOR_TERMINATED: 1,
  REASON_EXECUTOR_UNREGISTERED: 2,
  REASON_FRAMEWORK_REMOVED: 3,
  REASON_GC_ERROR: 4,
  REASON_INVALID_FRAMEWORKID: 5,
  REASON_INVALID_OFFERS: 6,
  REASON_IO_SWITCHBOARD_EXITED: 27,
  REASON_MASTER_DISCONNECTED: 7,
  REASON_RECONCILIATION: 9,
  REASON_RESOURCES_UNKNOWN: 18,
  REASON_AGENT_DISCONNECTED: 10,
  REASON_AGENT_DRAINING: 34,
  REASON_AGENT_REMOVED: 11,
  REASON_AGENT_REMOVED_BY_OPERATOR: 31,
  REASON_AGENT_REREGISTERED: 32,
  REASON_AGENT_RESTARTED: 12,
  REASON_AGENT_UNKNOWN: 13,
  REASON_TASK_KILLED_DURING_LAUNCH: 30,
  REASON_TASK_CHECK_STATUS_UPDATED: 28,
  REASON_TASK_HEALTH_CHECK_STATUS_UPDATED: 29,
  REASON_TASK_GROUP_INVALID: 25,
  REASON_TASK_GROUP_UNAUTHORIZED: 26,
  REASON_TASK_INVALID: 14,
  REASON_TASK_UNAUTHORIZED: 15,
  REASON_TASK_UNKNOWN: 16,
});
