/** Wire types: package mesos.v1.executor. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { AgentInfo, ExecutorInfo } from './mesos-executors-masters-and-agents.ts';
import { FrameworkInfo, KillPolicy } from './mesos-frameworks-and-commands.ts';
import {
  ContainerID,
  ExecutorID,
  FrameworkID,
  TaskID,
} from './mesos-identifiers-addresses-and-machines.ts';
import { TaskGroupInfo, TaskInfo, TaskStatus } from './mesos-tasks-and-their-statuses.ts';

/** What an agent asks of an executor. */
export interface ExecutorEvent {
  type?: ExecutorEvent_Type;
  subscribed?: ExecutorEvent_Subscribed;
  acknowledged?: ExecutorEvent_Acknowledged;
  launch?: ExecutorEvent_Launch;
  launch_group?: ExecutorEvent_LaunchGroup;
  kill?: ExecutorEvent_Kill;
  message?: ExecutorEvent_Message;
  error?: ExecutorEvent_Error;
}
/** Descriptor of mesos.v1.executor.Event. */
export const ExecutorEvent: MessageType<ExecutorEvent> = defineMessage('mesos.v1.executor.Event', () => [
  [1, 'type', 'optional', ExecutorEvent_Type],
  [2, 'subscribed', 'optional', ExecutorEvent_Subscribed],
  [3, 'acknowledged', 'optional', ExecutorEvent_Acknowledged],
  [4, 'launch', 'optional', ExecutorEvent_Launch],
  [8, 'launch_group', 'optional', ExecutorEvent_LaunchGroup],
  [5, 'kill', 'optional', ExecutorEvent_Kill],
  [6, 'message', 'optional', ExecutorEvent_Message],
  [7, 'error', 'optional', ExecutorEvent_Error],
]);

/** Enum mesos.v1.executor.Event.Type. */
export type ExecutorEvent_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBED'
  | 'LAUNCH'
  | 'LAUNCH_GROUP'
  | 'KILL'
  | 'ACKNOWLEDGED'
  | 'MESSAGE'
  | 'ERROR'
  | 'SHUTDOWN'
  | 'HEARTBEAT';
/** Names and numbers of mesos.v1.executor.Event.Type. */
export const ExecutorEvent_Type: EnumType<ExecutorEvent_Type> = defineEnum('mesos.v1.executor.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  LAUNCH: 2,
  LAUNCH_GROUP: 8,
  KILL: 3,
  ACKNOWLEDGED: 4,
  MESSAGE: 5,
  ERROR: 6,
  SHUTDOWN: 7,
  HEARTBEAT: 9,
});

/** Message mesos.v1.executor.Event.Subscribed. */
export interface ExecutorEvent_Subscribed {
  executor_info: ExecutorInfo;
  framework_info: FrameworkInfo;
  agent_info: AgentInfo;
  container_id?: ContainerID;
}
/** Descriptor of mesos.v1.executor.Event.Subscribed. */
export const ExecutorEvent_Subscribed: MessageType<ExecutorEvent_Subscribed> = defineMessage('mesos.v1.executor.Event.Subscribed', () => [
  [1, 'executor_info', 'required', ExecutorInfo],
  [2, 'framework_info', 'required', FrameworkInfo],
  [3, 'agent_info', 'required', AgentInfo],
  [4, 'container_id', 'optional', ContainerID],
]);

/** Message mesos.v1.executor.Event.Launch. */
export interface ExecutorEvent_Launch {
  task: TaskInfo;
}
/** Descriptor of mesos.v1.executor.Event.Launch. */
export const ExecutorEvent_Launch: MessageType<ExecutorEvent_Launch> = defineMessage('mesos.v1.executor.Event.Launch', () => [
  [1, 'task', 'required', TaskInfo],
]);

/** Message mesos.v1.executor.Event.LaunchGroup. */
export interface ExecutorEvent_LaunchGroup {
  task_group: TaskGroupInfo;
}
/** Descriptor of mesos.v1.executor.Event.LaunchGroup. */
export const ExecutorEvent_LaunchGroup: MessageType<ExecutorEvent_LaunchGroup> = defineMessage('mesos.v1.executor.Event.LaunchGroup', () => [
  [1, 'task_group', 'required', TaskGroupInfo],
]);

/** Message mesos.v1.executor.Event.Kill. */
export interface ExecutorEvent_Kill {
  task_id: TaskID;
  kill_policy?: KillPolicy;
}
/** Descriptor of mesos.v1.executor.Event.Kill. */
export const ExecutorEvent_Kill: MessageType<ExecutorEvent_Kill> = defineMessage('mesos.v1.executor.Event.Kill', () => [
  [1, 'task_id', 'required', TaskID],
  [2, 'kill_policy', 'optional', KillPolicy],
]);

/** Message mesos.v1.executor.Event.Acknowledged. */
export interface ExecutorEvent_Acknowledged {
  task_id: TaskID;
  uuid: Uint8Array;
}
/** Descriptor of mesos.v1.executor.Event.Acknowledged. */
export const ExecutorEvent_Acknowledged: MessageType<ExecutorEvent_Acknowledged> = defineMessage('mesos.v1.executor.Event.Acknowledged', () => [
  [1, 'task_id', 'required', TaskID],
  [2, 'uuid', 'required', 'bytes'],
]);

/** Message mesos.v1.executor.Event.Message. */
export interface ExecutorEvent_Message {
  data: Uint8Array;
}
/** Descriptor of mesos.v1.executor.Event.Message. */
export const ExecutorEvent_Message: MessageType<ExecutorEvent_Message> = defineMessage('mesos.v1.executor.Event.Message', () => [
  [1, 'data', 'required', 'bytes'],
]);

/** Message mesos.v1.executor.Event.Error. */
export interface ExecutorEvent_Error {
  message: string;
}
/** Descriptor of mesos.v1.executor.Event.Error. */
export const ExecutorEvent_Error: MessageType<ExecutorEvent_Error> = defineMessage('mesos.v1.executor.Event.Error', () => [
  [1, 'message', 'required', 'string'],
]);

/** What an executor tells its agent. */
export interface ExecutorCall {
  executor_id: ExecutorID;
  framework_id: FrameworkID;
  type?: ExecutorCall_Type;
  subscribe?: ExecutorCall_Subscribe;
  update?: ExecutorCall_Update;
  message?: ExecutorCall_Message;
}
/** Descriptor of mesos.v1.executor.Call. */
export const ExecutorCall: MessageType<ExecutorCall> = defineMessage('mesos.v1.executor.Call', () => [
  [1, 'executor_id', 'required', ExecutorID],
  [2, 'framework_id', 'required', FrameworkID],
  [3, 'type', 'optional', ExecutorCall_Type],
  [4, 'subscribe', 'optional', ExecutorCall_Subscribe],
  [5, 'update', 'optional', ExecutorCall_Update],
  [6, 'message', 'optional', ExecutorCall_Message],
]);

/** Enum mesos.v1.executor.Call.Type. */
export type ExecutorCall_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBE'
  | 'UPDATE'
  | 'MESSAGE'
  | 'HEARTBEAT';
/** Names and numbers of mesos.v1.executor.Call.Type. */
export const ExecutorCall_Type: EnumType<ExecutorCall_Type> = defineEnum('mesos.v1.executor.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  UPDATE: 2,
  MESSAGE: 3,
  HEARTBEAT: 4,
});

/** After an agent restart: what the agent may not know yet. */
export interface ExecutorCall_Subscribe {
  unacknowledged_tasks?: TaskInfo[];
  unacknowledged_updates?: ExecutorCall_Update[];
}
/** Descriptor of mesos.v1.executor.Call.Subscribe. */
export const ExecutorCall_Subscribe: MessageType<ExecutorCall_Subscribe> = defineMessage('mesos.v1.executor.Call.Subscribe', () => [
  [1, 'unacknowledged_tasks', 'repeated', TaskInfo],
  [2, 'unacknowledged_updates', 'repeated', ExecutorCall_Update],
]);

/** Message mesos.v1.executor.Call.Update. */
export interface ExecutorCall_Update {
  status: TaskStatus;
}
/** Descriptor of mesos.v1.executor.Call.Update. */
export const ExecutorCall_Update: MessageType<ExecutorCall_Update> = defineMessage('mesos.v1.executor.Call.Update', () => [
  [1, 'status', 'required', TaskStatus],
]);

/** Message mesos.v1.executor.Call.Message. */
export interface ExecutorCall_Message {
  data: Uint8Array;
}
/** Descriptor of mesos.v1.executor.Call.Message. */
export const ExecutorCall_Message: MessageType<ExecutorCall_Message> = defineMessage('mesos.v1.executor.Call.Message', () => [
  [2, 'data', 'required', 'bytes'],
]);
