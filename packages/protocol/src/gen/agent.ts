/** Wire types: package mesos.v1.agent. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { ContainerInfo, ContainerStatus, TTYInfo } from './mesos-containers.ts';
import {
  DrainConfig,
  FileInfo,
  Flag,
  Metric,
  ResourceStatistics,
  VersionInfo,
} from './mesos-discovery-labels-and-cluster-facts.ts';
import {
  AgentInfo,
  ExecutorInfo,
  ResourceProviderInfo,
} from './mesos-executors-masters-and-agents.ts';
import { CommandInfo, FrameworkInfo } from './mesos-frameworks-and-commands.ts';
import {
  ContainerID,
  DurationInfo,
  ExecutorID,
  FrameworkID,
  ResourceProviderID,
  TimeInfo,
} from './mesos-identifiers-addresses-and-machines.ts';
import { Image } from './mesos-secrets-images-and-volumes.ts';
import {
  Operation,
  Task,
  TaskResourceLimitation,
  TaskState,
  TaskStatus_Reason,
} from './mesos-tasks-and-their-statuses.ts';
import { Resource, Value_Scalar } from './mesos-values-and-resources.ts';

/** A question or an order to an agent. */
export interface AgentCall {
  type?: AgentCall_Type;
  get_metrics?: AgentCall_GetMetrics;
  set_logging_level?: AgentCall_SetLoggingLevel;
  list_files?: AgentCall_ListFiles;
  read_file?: AgentCall_ReadFile;
  get_containers?: AgentCall_GetContainers;
  launch_nested_container?: AgentCall_LaunchNestedContainer;
  wait_nested_container?: AgentCall_WaitNestedContainer;
  kill_nested_container?: AgentCall_KillNestedContainer;
  remove_nested_container?: AgentCall_RemoveNestedContainer;
  launch_nested_container_session?: AgentCall_LaunchNestedContainerSession;
  attach_container_input?: AgentCall_AttachContainerInput;
  attach_container_output?: AgentCall_AttachContainerOutput;
  launch_container?: AgentCall_LaunchContainer;
  wait_container?: AgentCall_WaitContainer;
  kill_container?: AgentCall_KillContainer;
  remove_container?: AgentCall_RemoveContainer;
  add_resource_provider_config?: AgentCall_AddResourceProviderConfig;
  update_resource_provider_config?: AgentCall_UpdateResourceProviderConfig;
  remove_resource_provider_config?: AgentCall_RemoveResourceProviderConfig;
  mark_resource_provider_gone?: AgentCall_MarkResourceProviderGone;
  prune_images?: AgentCall_PruneImages;
}
/** Descriptor of mesos.v1.agent.Call. */
export const AgentCall: MessageType<AgentCall> = defineMessage('mesos.v1.agent.Call', () => [
  [1, 'type', 'optional', AgentCall_Type],
  [2, 'get_metrics', 'optional', AgentCall_GetMetrics],
  [3, 'set_logging_level', 'optional', AgentCall_SetLoggingLevel],
  [4, 'list_files', 'optional', AgentCall_ListFiles],
  [5, 'read_file', 'optional', AgentCall_ReadFile],
  [20, 'get_containers', 'optional', AgentCall_GetContainers],
  [6, 'launch_nested_container', 'optional', AgentCall_LaunchNestedContainer],
  [7, 'wait_nested_container', 'optional', AgentCall_WaitNestedContainer],
  [8, 'kill_nested_container', 'optional', AgentCall_KillNestedContainer],
  [12, 'remove_nested_container', 'optional', AgentCall_RemoveNestedContainer],
  [9, 'launch_nested_container_session', 'optional', AgentCall_LaunchNestedContainerSession],
  [10, 'attach_container_input', 'optional', AgentCall_AttachContainerInput],
  [11, 'attach_container_output', 'optional', AgentCall_AttachContainerOutput],
  [13, 'launch_container', 'optional', AgentCall_LaunchContainer],
  [14, 'wait_container', 'optional', AgentCall_WaitContainer],
  [15, 'kill_container', 'optional', AgentCall_KillContainer],
  [16, 'remove_container', 'optional', AgentCall_RemoveContainer],
  [17, 'add_resource_provider_config', 'optional', AgentCall_AddResourceProviderConfig],
  [18, 'update_resource_provider_config', 'optional', AgentCall_UpdateResourceProviderConfig],
  [19, 'remove_resource_provider_config', 'optional', AgentCall_RemoveResourceProviderConfig],
  [22, 'mark_resource_provider_gone', 'optional', AgentCall_MarkResourceProviderGone],
  [21, 'prune_images', 'optional', AgentCall_PruneImages],
]);

/** Enum mesos.v1.agent.Call.Type. */
export type AgentCall_Type =
  | 'UNKNOWN'
  | 'GET_HEALTH'
  | 'GET_FLAGS'
  | 'GET_VERSION'
  | 'GET_METRICS'
  | 'GET_LOGGING_LEVEL'
  | 'SET_LOGGING_LEVEL'
  | 'LIST_FILES'
  | 'READ_FILE'
  | 'GET_STATE'
  | 'GET_CONTAINERS'
  | 'GET_FRAMEWORKS'
  | 'GET_EXECUTORS'
  | 'GET_OPERATIONS'
  | 'GET_TASKS'
  | 'GET_AGENT'
  | 'GET_RESOURCE_PROVIDERS'
  | 'LAUNCH_NESTED_CONTAINER'
  | 'WAIT_NESTED_CONTAINER'
  | 'KILL_NESTED_CONTAINER'
  | 'REMOVE_NESTED_CONTAINER'
  | 'LAUNCH_NESTED_CONTAINER_SESSION'
  | 'ATTACH_CONTAINER_INPUT'
  | 'ATTACH_CONTAINER_OUTPUT'
  | 'LAUNCH_CONTAINER'
  | 'WAIT_CONTAINER'
  | 'KILL_CONTAINER'
  | 'REMOVE_CONTAINER'
  | 'ADD_RESOURCE_PROVIDER_CONFIG'
  | 'UPDATE_RESOURCE_PROVIDER_CONFIG'
  | 'REMOVE_RESOURCE_PROVIDER_CONFIG'
  | 'MARK_RESOURCE_PROVIDER_GONE'
  | 'PRUNE_IMAGES';
/** Names and numbers of mesos.v1.agent.Call.Type. */
export const AgentCall_Type: EnumType<AgentCall_Type> = defineEnum('mesos.v1.agent.Call.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  SET_LOGGING_LEVEL: 6,
  LIST_FILES: 7,
  READ_FILE: 8,
  GET_STATE: 9,
  GET_CONTAINERS: 10,
  GET_FRAMEWORKS: 11,
  GET_EXECUTORS: 12,
  GET_OPERATIONS: 31,
  GET_TASKS: 13,
  GET_AGENT: 20,
  GET_RESOURCE_PROVIDERS: 26,
  LAUNCH_NESTED_CONTAINER: 14,
  WAIT_NESTED_CONTAINER: 15,
  KILL_NESTED_CONTAINER: 16,
  REMOVE_NESTED_CONTAINER: 21,
  LAUNCH_NESTED_CONTAINER_SESSION: 17,
  ATTACH_CONTAINER_INPUT: 18,
  ATTACH_CONTAINER_OUTPUT: 19,
  LAUNCH_CONTAINER: 22,
  WAIT_CONTAINER: 23,
  KILL_CONTAINER: 24,
  REMOVE_CONTAINER: 25,
  ADD_RESOURCE_PROVIDER_CONFIG: 27,
  UPDATE_RESOURCE_PROVIDER_CONFIG: 28,
  REMOVE_RESOURCE_PROVIDER_CONFIG: 29,
  MARK_RESOURCE_PROVIDER_GONE: 32,
  PRUNE_IMAGES: 30,
});

/** Message mesos.v1.agent.Call.GetMetrics. */
export interface AgentCall_GetMetrics {
  timeout?: DurationInfo;
}
/** Descriptor of mesos.v1.agent.Call.GetMetrics. */
export const AgentCall_GetMetrics: MessageType<AgentCall_GetMetrics> = defineMessage('mesos.v1.agent.Call.GetMetrics', () => [
  [1, 'timeout', 'optional', DurationInfo],
]);

/** Message mesos.v1.agent.Call.SetLoggingLevel. */
export interface AgentCall_SetLoggingLevel {
  level: number;
  duration: DurationInfo;
}
/** Descriptor of mesos.v1.agent.Call.SetLoggingLevel. */
export const AgentCall_SetLoggingLevel: MessageType<AgentCall_SetLoggingLevel> = defineMessage('mesos.v1.agent.Call.SetLoggingLevel', () => [
  [1, 'level', 'required', 'uint32'],
  [2, 'duration', 'required', DurationInfo],
]);

/** Message mesos.v1.agent.Call.ListFiles. */
export interface AgentCall_ListFiles {
  path: string;
}
/** Descriptor of mesos.v1.agent.Call.ListFiles. */
export const AgentCall_ListFiles: MessageType<AgentCall_ListFiles> = defineMessage('mesos.v1.agent.Call.ListFiles', () => [
  [1, 'path', 'required', 'string'],
]);

/** Message mesos.v1.agent.Call.ReadFile. */
export interface AgentCall_ReadFile {
  path: string;
  offset: number;
  length?: number;
}
/** Descriptor of mesos.v1.agent.Call.ReadFile. */
export const AgentCall_ReadFile: MessageType<AgentCall_ReadFile> = defineMessage('mesos.v1.agent.Call.ReadFile', () => [
  [1, 'path', 'required', 'string'],
  [2, 'offset', 'required', 'uint64'],
  [3, 'length', 'optional', 'uint64'],
]);

/** Message mesos.v1.agent.Call.GetContainers. */
export interface AgentCall_GetContainers {
  show_nested?: boolean;
  show_standalone?: boolean;
}
/** Descriptor of mesos.v1.agent.Call.GetContainers. */
export const AgentCall_GetContainers: MessageType<AgentCall_GetContainers> = defineMessage('mesos.v1.agent.Call.GetContainers', () => [
  [1, 'show_nested', 'optional', 'bool'],
  [2, 'show_standalone', 'optional', 'bool'],
]);

/** Message mesos.v1.agent.Call.LaunchNestedContainer. */
export interface AgentCall_LaunchNestedContainer {
  container_id: ContainerID;
  command?: CommandInfo;
  container?: ContainerInfo;
}
/** Descriptor of mesos.v1.agent.Call.LaunchNestedContainer. */
export const AgentCall_LaunchNestedContainer: MessageType<AgentCall_LaunchNestedContainer> = defineMessage('mesos.v1.agent.Call.LaunchNestedContainer', () => [
  [1, 'container_id', 'required', ContainerID],
  [2, 'command', 'optional', CommandInfo],
  [3, 'container', 'optional', ContainerInfo],
]);

/** Message mesos.v1.agent.Call.WaitNestedContainer. */
export interface AgentCall_WaitNestedContainer {
  container_id: ContainerID;
}
/** Descriptor of mesos.v1.agent.Call.WaitNestedContainer. */
export const AgentCall_WaitNestedContainer: MessageType<AgentCall_WaitNestedContainer> = defineMessage('mesos.v1.agent.Call.WaitNestedContainer', () => [
  [1, 'container_id', 'required', ContainerID],
]);

/** Message mesos.v1.agent.Call.KillNestedContainer. */
export interface AgentCall_KillNestedContainer {
  container_id: ContainerID;
  signal?: number;
}
/** Descriptor of mesos.v1.agent.Call.KillNestedContainer. */
export const AgentCall_KillNestedContainer: MessageType<AgentCall_KillNestedContainer> = defineMessage('mesos.v1.agent.Call.KillNestedContainer', () => [
  [1, 'container_id', 'required', ContainerID],
  [2, 'signal', 'optional', 'int32'],
]);

/** Message mesos.v1.agent.Call.RemoveNestedContainer. */
export interface AgentCall_RemoveNestedContainer {
  container_id: ContainerID;
}
/** Descriptor of mesos.v1.agent.Call.RemoveNestedContainer. */
export const AgentCall_RemoveNestedContainer: MessageType<AgentCall_RemoveNestedContainer> = defineMessage('mesos.v1.agent.Call.RemoveNestedContainer', () => [
  [1, 'container_id', 'required', ContainerID],
]);

/** Message mesos.v1.agent.Call.LaunchNestedContainerSession. */
export interface AgentCall_LaunchNestedContainerSession {
  container_id: ContainerID;
  command?: CommandInfo;
  container?: ContainerInfo;
}
/** Descriptor of mesos.v1.agent.Call.LaunchNestedContainerSession. */
export const AgentCall_LaunchNestedContainerSession: MessageType<AgentCall_LaunchNestedContainerSession> = defineMessage('mesos.v1.agent.Call.LaunchNestedContainerSession', () => [
  [1, 'container_id', 'required', ContainerID],
  [2, 'command', 'optional', CommandInfo],
  [3, 'container', 'optional', ContainerInfo],
]);

/** Message mesos.v1.agent.Call.AttachContainerInput. */
export interface AgentCall_AttachContainerInput {
  type?: AgentCall_AttachContainerInput_Type;
  container_id?: ContainerID;
  process_io?: AgentProcessIO;
}
/** Descriptor of mesos.v1.agent.Call.AttachContainerInput. */
export const AgentCall_AttachContainerInput: MessageType<AgentCall_AttachContainerInput> = defineMessage('mesos.v1.agent.Call.AttachContainerInput', () => [
  [1, 'type', 'optional', AgentCall_AttachContainerInput_Type],
  [2, 'container_id', 'optional', ContainerID],
  [3, 'process_io', 'optional', AgentProcessIO],
]);

/** Enum mesos.v1.agent.Call.AttachContainerInput.Type. */
export type AgentCall_AttachContainerInput_Type =
  | 'UNKNOWN'
  | 'CONTAINER_ID'
  | 'PROCESS_IO';
/** Names and numbers of mesos.v1.agent.Call.AttachContainerInput.Type. */
export const AgentCall_AttachContainerInput_Type: EnumType<AgentCall_AttachContainerInput_Type> = defineEnum('mesos.v1.agent.Call.AttachContainerInput.Type', {
  UNKNOWN: 0,
  CONTAINER_ID: 1,
  PROCESS_IO: 2,
});

/** Message mesos.v1.agent.Call.AttachContainerOutput. */
export interface AgentCall_AttachContainerOutput {
  container_id: ContainerID;
}
/** Descriptor of mesos.v1.agent.Call.AttachContainerOutput. */
export const AgentCall_AttachContainerOutput: MessageType<AgentCall_AttachContainerOutput> = defineMessage('mesos.v1.agent.Call.AttachContainerOutput', () => [
  [1, 'container_id', 'required', ContainerID],
]);

/** Message mesos.v1.agent.Call.LaunchContainer. */
export interface AgentCall_LaunchContainer {
  container_id: ContainerID;
  command?: CommandInfo;
  resources?: Resource[];
  container?: ContainerInfo;
  limits?: Record<string, Value_Scalar>;
}
/** Descriptor of mesos.v1.agent.Call.LaunchContainer. */
export const AgentCall_LaunchContainer: MessageType<AgentCall_LaunchContainer> = defineMessage('mesos.v1.agent.Call.LaunchContainer', () => [
  [1, 'container_id', 'required', ContainerID],
  [2, 'command', 'optional', CommandInfo],
  [3, 'resources', 'repeated', Resource],
  [4, 'container', 'optional', ContainerInfo],
  [5, 'limits', 'map', Value_Scalar],
]);

/** Message mesos.v1.agent.Call.WaitContainer. */
export interface AgentCall_WaitContainer {
  container_id: ContainerID;
}
/** Descriptor of mesos.v1.agent.Call.WaitContainer. */
export const AgentCall_WaitContainer: MessageType<AgentCall_WaitContainer> = defineMessage('mesos.v1.agent.Call.WaitContainer', () => [
  [1, 'container_id', 'required', ContainerID],
]);

/** Message mesos.v1.agent.Call.KillContainer. */
export interface AgentCall_KillContainer {
  container_id: ContainerID;
  signal?: number;
}
/** Descriptor of mesos.v1.agent.Call.KillContainer. */
export const AgentCall_KillContainer: MessageType<AgentCall_KillContainer> = defineMessage('mesos.v1.agent.Call.KillContainer', () => [
  [1, 'container_id', 'required', ContainerID],
  [2, 'signal', 'optional', 'int32'],
]);

/** Message mesos.v1.agent.Call.RemoveContainer. */
export interface AgentCall_RemoveContainer {
  container_id: ContainerID;
}
/** Descriptor of mesos.v1.agent.Call.RemoveContainer. */
export const AgentCall_RemoveContainer: MessageType<AgentCall_RemoveContainer> = defineMessage('mesos.v1.agent.Call.RemoveContainer', () => [
  [1, 'container_id', 'required', ContainerID],
]);

/** Message mesos.v1.agent.Call.AddResourceProviderConfig. */
export interface AgentCall_AddResourceProviderConfig {
  info: ResourceProviderInfo;
}
/** Descriptor of mesos.v1.agent.Call.AddResourceProviderConfig. */
export const AgentCall_AddResourceProviderConfig: MessageType<AgentCall_AddResourceProviderConfig> = defineMessage('mesos.v1.agent.Call.AddResourceProviderConfig', () => [
  [1, 'info', 'required', ResourceProviderInfo],
]);

/** Message mesos.v1.agent.Call.UpdateResourceProviderConfig. */
export interface AgentCall_UpdateResourceProviderConfig {
  info: ResourceProviderInfo;
}
/** Descriptor of mesos.v1.agent.Call.UpdateResourceProviderConfig. */
export const AgentCall_UpdateResourceProviderConfig: MessageType<AgentCall_UpdateResourceProviderConfig> = defineMessage('mesos.v1.agent.Call.UpdateResourceProviderConfig', () => [
  [1, 'info', 'required', ResourceProviderInfo],
]);

/** Message mesos.v1.agent.Call.RemoveResourceProviderConfig. */
export interface AgentCall_RemoveResourceProviderConfig {
  type: string;
  name: string;
}
/** Descriptor of mesos.v1.agent.Call.RemoveResourceProviderConfig. */
export const AgentCall_RemoveResourceProviderConfig: MessageType<AgentCall_RemoveResourceProviderConfig> = defineMessage('mesos.v1.agent.Call.RemoveResourceProviderConfig', () => [
  [1, 'type', 'required', 'string'],
  [2, 'name', 'required', 'string'],
]);

/** Message mesos.v1.agent.Call.MarkResourceProviderGone. */
export interface AgentCall_MarkResourceProviderGone {
  resource_provider_id: ResourceProviderID;
}
/** Descriptor of mesos.v1.agent.Call.MarkResourceProviderGone. */
export const AgentCall_MarkResourceProviderGone: MessageType<AgentCall_MarkResourceProviderGone> = defineMessage('mesos.v1.agent.Call.MarkResourceProviderGone', () => [
  [1, 'resource_provider_id', 'required', ResourceProviderID],
]);

/** Message mesos.v1.agent.Call.PruneImages. */
export interface AgentCall_PruneImages {
  excluded_images?: Image[];
}
/** Descriptor of mesos.v1.agent.Call.PruneImages. */
export const AgentCall_PruneImages: MessageType<AgentCall_PruneImages> = defineMessage('mesos.v1.agent.Call.PruneImages', () => [
  [1, 'excluded_images', 'repeated', Image],
]);

/** The answer to the calls that ask. */
export interface AgentResponse {
  type?: AgentResponse_Type;
  get_health?: AgentResponse_GetHealth;
  get_flags?: AgentResponse_GetFlags;
  get_version?: AgentResponse_GetVersion;
  get_metrics?: AgentResponse_GetMetrics;
  get_logging_level?: AgentResponse_GetLoggingLevel;
  list_files?: AgentResponse_ListFiles;
  read_file?: AgentResponse_ReadFile;
  get_state?: AgentResponse_GetState;
  get_containers?: AgentResponse_GetContainers;
  get_frameworks?: AgentResponse_GetFrameworks;
  get_executors?: AgentResponse_GetExecutors;
  get_operations?: AgentResponse_GetOperations;
  get_tasks?: AgentResponse_GetTasks;
  get_agent?: AgentResponse_GetAgent;
  get_resource_providers?: AgentResponse_GetResourceProviders;
  wait_nested_container?: AgentResponse_WaitNestedContainer;
  wait_container?: AgentResponse_WaitContainer;
}
/** Descriptor of mesos.v1.agent.Response. */
export const AgentResponse: MessageType<AgentResponse> = defineMessage('mesos.v1.agent.Response', () => [
  [1, 'type', 'optional', AgentResponse_Type],
  [2, 'get_health', 'optional', AgentResponse_GetHealth],
  [3, 'get_flags', 'optional', AgentResponse_GetFlags],
  [4, 'get_version', 'optional', AgentResponse_GetVersion],
  [5, 'get_metrics', 'optional', AgentResponse_GetMetrics],
  [6, 'get_logging_level', 'optional', AgentResponse_GetLoggingLevel],
  [7, 'list_files', 'optional', AgentResponse_ListFiles],
  [8, 'read_file', 'optional', AgentResponse_ReadFile],
  [9, 'get_state', 'optional', AgentResponse_GetState],
  [10, 'get_containers', 'optional', AgentResponse_GetContainers],
  [11, 'get_frameworks', 'optional', AgentResponse_GetFrameworks],
  [12, 'get_executors', 'optional', AgentResponse_GetExecutors],
  [18, 'get_operations', 'optional', AgentResponse_GetOperations],
  [13, 'get_tasks', 'optional', AgentResponse_GetTasks],
  [15, 'get_agent', 'optional', AgentResponse_GetAgent],
  [17, 'get_resource_providers', 'optional', AgentResponse_GetResourceProviders],
  [14, 'wait_nested_container', 'optional', AgentResponse_WaitNestedContainer],
  [16, 'wait_container', 'optional', AgentResponse_WaitContainer],
]);

/** Enum mesos.v1.agent.Response.Type. */
export type AgentResponse_Type =
  | 'UNKNOWN'
  | 'GET_HEALTH'
  | 'GET_FLAGS'
  | 'GET_VERSION'
  | 'GET_METRICS'
  | 'GET_LOGGING_LEVEL'
  | 'LIST_FILES'
  | 'READ_FILE'
  | 'GET_STATE'
  | 'GET_CONTAINERS'
  | 'GET_FRAMEWORKS'
  | 'GET_EXECUTORS'
  | 'GET_OPERATIONS'
  | 'GET_TASKS'
  | 'GET_AGENT'
  | 'GET_RESOURCE_PROVIDERS'
  | 'WAIT_NESTED_CONTAINER'
  | 'WAIT_CONTAINER';
/** Names and numbers of mesos.v1.agent.Response.Type. */
export const AgentResponse_Type: EnumType<AgentResponse_Type> = defineEnum('mesos.v1.agent.Response.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  LIST_FILES: 6,
  READ_FILE: 7,
  GET_STATE: 8,
  GET_CONTAINERS: 9,
  GET_FRAMEWORKS: 10,
  GET_EXECUTORS: 11,
  GET_OPERATIONS: 17,
  GET_TASKS: 12,
  GET_AGENT: 14,
  GET_RESOURCE_PROVIDERS: 16,
  WAIT_NESTED_CONTAINER: 13,
  WAIT_CONTAINER: 15,
});

/** Message mesos.v1.agent.Response.GetHealth. */
export interface AgentResponse_GetHealth {
  healthy: boolean;
}
/** Descriptor of mesos.v1.agent.Response.GetHealth. */
export const AgentResponse_GetHealth: MessageType<AgentResponse_GetHealth> = defineMessage('mesos.v1.agent.Response.GetHealth', () => [
  [1, 'healthy', 'required', 'bool'],
]);

/** Message mesos.v1.agent.Response.GetFlags. */
export interface AgentResponse_GetFlags {
  flags?: Flag[];
}
/** Descriptor of mesos.v1.agent.Response.GetFlags. */
export const AgentResponse_GetFlags: MessageType<AgentResponse_GetFlags> = defineMessage('mesos.v1.agent.Response.GetFlags', () => [
  [1, 'flags', 'repeated', Flag],
]);

/** Message mesos.v1.agent.Response.GetVersion. */
export interface AgentResponse_GetVersion {
  version_info: VersionInfo;
}
/** Descriptor of mesos.v1.agent.Response.GetVersion. */
export const AgentResponse_GetVersion: MessageType<AgentResponse_GetVersion> = defineMessage('mesos.v1.agent.Response.GetVersion', () => [
  [1, 'version_info', 'required', VersionInfo],
]);

/** Message mesos.v1.agent.Response.GetMetrics. */
export interface AgentResponse_GetMetrics {
  metrics?: Metric[];
}
/** Descriptor of mesos.v1.agent.Response.GetMetrics. */
export const AgentResponse_GetMetrics: MessageType<AgentResponse_GetMetrics> = defineMessage('mesos.v1.agent.Response.GetMetrics', () => [
  [1, 'metrics', 'repeated', Metric],
]);

/** Message mesos.v1.agent.Response.GetLoggingLevel. */
export interface AgentResponse_GetLoggingLevel {
  level: number;
}
/** Descriptor of mesos.v1.agent.Response.GetLoggingLevel. */
export const AgentResponse_GetLoggingLevel: MessageType<AgentResponse_GetLoggingLevel> = defineMessage('mesos.v1.agent.Response.GetLoggingLevel', () => [
  [1, 'level', 'required', 'uint32'],
]);

/** Message mesos.v1.agent.Response.ListFiles. */
export interface AgentResponse_ListFiles {
  file_infos?: FileInfo[];
}
/** Descriptor of mesos.v1.agent.Response.ListFiles. */
export const AgentResponse_ListFiles: MessageType<AgentResponse_ListFiles> = defineMessage('mesos.v1.agent.Response.ListFiles', () => [
  [1, 'file_infos', 'repeated', FileInfo],
]);

/** Message mesos.v1.agent.Response.ReadFile. */
export interface AgentResponse_ReadFile {
  size: number;
  data: Uint8Array;
}
/** Descriptor of mesos.v1.agent.Response.ReadFile. */
export const AgentResponse_ReadFile: MessageType<AgentResponse_ReadFile> = defineMessage('mesos.v1.agent.Response.ReadFile', () => [
  [1, 'size', 'required', 'uint64'],
  [2, 'data', 'required', 'bytes'],
]);

/** Message mesos.v1.agent.Response.GetState. */
export interface AgentResponse_GetState {
  get_tasks?: AgentResponse_GetTasks;
  get_executors?: AgentResponse_GetExecutors;
  get_frameworks?: AgentResponse_GetFrameworks;
}
/** Descriptor of mesos.v1.agent.Response.GetState. */
export const AgentResponse_GetState: MessageType<AgentResponse_GetState> = defineMessage('mesos.v1.agent.Response.GetState', () => [
  [1, 'get_tasks', 'optional', AgentResponse_GetTasks],
  [2, 'get_executors', 'optional', AgentResponse_GetExecutors],
  [3, 'get_frameworks', 'optional', AgentResponse_GetFrameworks],
]);

/** Message mesos.v1.agent.Response.GetContainers. */
export interface AgentResponse_GetContainers {
  containers?: AgentResponse_GetContainers_Container[];
}
/** Descriptor of mesos.v1.agent.Response.GetContainers. */
export const AgentResponse_GetContainers: MessageType<AgentResponse_GetContainers> = defineMessage('mesos.v1.agent.Response.GetContainers', () => [
  [1, 'containers', 'repeated', AgentResponse_GetContainers_Container],
]);

/** Message mesos.v1.agent.Response.GetContainers.Container. */
export interface AgentResponse_GetContainers_Container {
  framework_id?: FrameworkID;
  executor_id?: ExecutorID;
  executor_name?: string;
  container_id: ContainerID;
  container_status?: ContainerStatus;
  resource_statistics?: ResourceStatistics;
}
/** Descriptor of mesos.v1.agent.Response.GetContainers.Container. */
export const AgentResponse_GetContainers_Container: MessageType<AgentResponse_GetContainers_Container> = defineMessage('mesos.v1.agent.Response.GetContainers.Container', () => [
  [1, 'framework_id', 'optional', FrameworkID],
  [2, 'executor_id', 'optional', ExecutorID],
  [3, 'executor_name', 'optional', 'string'],
  [4, 'container_id', 'required', ContainerID],
  [5, 'container_status', 'optional', ContainerStatus],
  [6, 'resource_statistics', 'optional', ResourceStatistics],
]);

/** Message mesos.v1.agent.Response.GetFrameworks. */
export interface AgentResponse_GetFrameworks {
  frameworks?: AgentResponse_GetFrameworks_Framework[];
  completed_frameworks?: AgentResponse_GetFrameworks_Framework[];
}
/** Descriptor of mesos.v1.agent.Response.GetFrameworks. */
export const AgentResponse_GetFrameworks: MessageType<AgentResponse_GetFrameworks> = defineMessage('mesos.v1.agent.Response.GetFrameworks', () => [
  [1, 'frameworks', 'repeated', AgentResponse_GetFrameworks_Framework],
  [2, 'completed_frameworks', 'repeated', AgentResponse_GetFrameworks_Framework],
]);

/** Message mesos.v1.agent.Response.GetFrameworks.Framework. */
export interface AgentResponse_GetFrameworks_Framework {
  framework_info: FrameworkInfo;
}
/** Descriptor of mesos.v1.agent.Response.GetFrameworks.Framework. */
export const AgentResponse_GetFrameworks_Framework: MessageType<AgentResponse_GetFrameworks_Framework> = defineMessage('mesos.v1.agent.Response.GetFrameworks.Framework', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
]);

/** Message mesos.v1.agent.Response.GetExecutors. */
export interface AgentResponse_GetExecutors {
  executors?: AgentResponse_GetExecutors_Executor[];
  completed_executors?: AgentResponse_GetExecutors_Executor[];
}
/** Descriptor of mesos.v1.agent.Response.GetExecutors. */
export const AgentResponse_GetExecutors: MessageType<AgentResponse_GetExecutors> = defineMessage('mesos.v1.agent.Response.GetExecutors', () => [
  [1, 'executors', 'repeated', AgentResponse_GetExecutors_Executor],
  [2, 'completed_executors', 'repeated', AgentResponse_GetExecutors_Executor],
]);

/** Message mesos.v1.agent.Response.GetExecutors.Executor. */
export interface AgentResponse_GetExecutors_Executor {
  executor_info: ExecutorInfo;
}
/** Descriptor of mesos.v1.agent.Response.GetExecutors.Executor. */
export const AgentResponse_GetExecutors_Executor: MessageType<AgentResponse_GetExecutors_Executor> = defineMessage('mesos.v1.agent.Response.GetExecutors.Executor', () => [
  [1, 'executor_info', 'required', ExecutorInfo],
]);

/** Message mesos.v1.agent.Response.GetOperations. */
export interface AgentResponse_GetOperations {
  operations?: Operation[];
}
/** Descriptor of mesos.v1.agent.Response.GetOperations. */
export const AgentResponse_GetOperations: MessageType<AgentResponse_GetOperations> = defineMessage('mesos.v1.agent.Response.GetOperations', () => [
  [1, 'operations', 'repeated', Operation],
]);

/** Message mesos.v1.agent.Response.GetTasks. */
export interface AgentResponse_GetTasks {
  pending_tasks?: Task[];
  queued_tasks?: Task[];
  launched_tasks?: Task[];
  terminated_tasks?: Task[];
  completed_tasks?: Task[];
}
/** Descriptor of mesos.v1.agent.Response.GetTasks. */
export const AgentResponse_GetTasks: MessageType<AgentResponse_GetTasks> = defineMessage('mesos.v1.agent.Response.GetTasks', () => [
  [1, 'pending_tasks', 'repeated', Task],
  [2, 'queued_tasks', 'repeated', Task],
  [3, 'launched_tasks', 'repeated', Task],
  [4, 'terminated_tasks', 'repeated', Task],
  [5, 'completed_tasks', 'repeated', Task],
]);

/** Message mesos.v1.agent.Response.GetAgent. */
export interface AgentResponse_GetAgent {
  agent_info?: AgentInfo;
  drain_config?: DrainConfig;
  estimated_drain_start_time?: TimeInfo;
}
/** Descriptor of mesos.v1.agent.Response.GetAgent. */
export const AgentResponse_GetAgent: MessageType<AgentResponse_GetAgent> = defineMessage('mesos.v1.agent.Response.GetAgent', () => [
  [1, 'agent_info', 'optional', AgentInfo],
  [2, 'drain_config', 'optional', DrainConfig],
  [3, 'estimated_drain_start_time', 'optional', TimeInfo],
]);

/** Message mesos.v1.agent.Response.GetResourceProviders. */
export interface AgentResponse_GetResourceProviders {
  resource_providers?: AgentResponse_GetResourceProviders_ResourceProvider[];
}
/** Descriptor of mesos.v1.agent.Response.GetResourceProviders. */
export const AgentResponse_GetResourceProviders: MessageType<AgentResponse_GetResourceProviders> = defineMessage('mesos.v1.agent.Response.GetResourceProviders', () => [
  [1, 'resource_providers', 'repeated', AgentResponse_GetResourceProviders_ResourceProvider],
]);

/** Message mesos.v1.agent.Response.GetResourceProviders.ResourceProvider. */
export interface AgentResponse_GetResourceProviders_ResourceProvider {
  resource_provider_info: ResourceProviderInfo;
  total_resources?: Resource[];
}
/** Descriptor of mesos.v1.agent.Response.GetResourceProviders.ResourceProvider. */
export const AgentResponse_GetResourceProviders_ResourceProvider: MessageType<AgentResponse_GetResourceProviders_ResourceProvider> = defineMessage('mesos.v1.agent.Response.GetResourceProviders.ResourceProvider', () => [
  [1, 'resource_provider_info', 'required', ResourceProviderInfo],
  [2, 'total_resources', 'repeated', Resource],
]);

/** Message mesos.v1.agent.Response.WaitNestedContainer. */
export interface AgentResponse_WaitNestedContainer {
  exit_status?: number;
  state?: TaskState;
  reason?: TaskStatus_Reason;
  limitation?: TaskResourceLimitation;
  message?: string;
}
/** Descriptor of mesos.v1.agent.Response.WaitNestedContainer. */
export const AgentResponse_WaitNestedContainer: MessageType<AgentResponse_WaitNestedContainer> = defineMessage('mesos.v1.agent.Response.WaitNestedContainer', () => [
  [1, 'exit_status', 'optional', 'int32'],
  [2, 'state', 'optional', TaskState],
  [3, 'reason', 'optional', TaskStatus_Reason],
  [4, 'limitation', 'optional', TaskResourceLimitation],
  [5, 'message', 'optional', 'string'],
]);

/** Message mesos.v1.agent.Response.WaitContainer. */
export interface AgentResponse_WaitContainer {
  exit_status?: number;
  state?: TaskState;
  reason?: TaskStatus_Reason;
  limitation?: TaskResourceLimitation;
  message?: string;
}
/** Descriptor of mesos.v1.agent.Response.WaitContainer. */
export const AgentResponse_WaitContainer: MessageType<AgentResponse_WaitContainer> = defineMessage('mesos.v1.agent.Response.WaitContainer', () => [
  [1, 'exit_status', 'optional', 'int32'],
  [2, 'state', 'optional', TaskState],
  [3, 'reason', 'optional', TaskStatus_Reason],
  [4, 'limitation', 'optional', TaskResourceLimitation],
  [5, 'message', 'optional', 'string'],
]);

/** A piece of a container's input or output. */
export interface AgentProcessIO {
  type?: AgentProcessIO_Type;
  data?: AgentProcessIO_Data;
  control?: AgentProcessIO_Control;
}
/** Descriptor of mesos.v1.agent.ProcessIO. */
export const AgentProcessIO: MessageType<AgentProcessIO> = defineMessage('mesos.v1.agent.ProcessIO', () => [
  [1, 'type', 'optional', AgentProcessIO_Type],
  [2, 'data', 'optional', AgentProcessIO_Data],
  [3, 'control', 'optional', AgentProcessIO_Control],
]);

/** Enum mesos.v1.agent.ProcessIO.Type. */
export type AgentProcessIO_Type =
  | 'UNKNOWN'
  | 'DATA'
  | 'CONTROL';
/** Names and numbers of mesos.v1.agent.ProcessIO.Type. */
export const AgentProcessIO_Type: EnumType<AgentProcessIO_Type> = defineEnum('mesos.v1.agent.ProcessIO.Type', {
  UNKNOWN: 0,
  DATA: 1,
  CONTROL: 2,
});

/** Message mesos.v1.agent.ProcessIO.Data. */
export interface AgentProcessIO_Data {
  type?: AgentProcessIO_Data_Type;
  data?: Uint8Array;
}
/** Descriptor of mesos.v1.agent.ProcessIO.Data. */
export const AgentProcessIO_Data: MessageType<AgentProcessIO_Data> = defineMessage('mesos.v1.agent.ProcessIO.Data', () => [
  [1, 'type', 'optional', AgentProcessIO_Data_Type],
  [2, 'data', 'optional', 'bytes'],
]);

/** Enum mesos.v1.agent.ProcessIO.Data.Type. */
export type AgentProcessIO_Data_Type =
  | 'UNKNOWN'
  | 'STDIN'
  | 'STDOUT'
  | 'STDERR';
/** Names and numbers of mesos.v1.agent.ProcessIO.Data.Type. */
export const AgentProcessIO_Data_Type: EnumType<AgentProcessIO_Data_Type> = defineEnum('mesos.v1.agent.ProcessIO.Data.Type', {
  UNKNOWN: 0,
  STDIN: 1,
  STDOUT: 2,
  STDERR: 3,
});

/** Message mesos.v1.agent.ProcessIO.Control. */
export interface AgentProcessIO_Control {
  type?: AgentProcessIO_Control_Type;
  tty_info?: TTYInfo;
  heartbeat?: AgentProcessIO_Control_Heartbeat;
}
/** Descriptor of mesos.v1.agent.ProcessIO.Control. */
export const AgentProcessIO_Control: MessageType<AgentProcessIO_Control> = defineMessage('mesos.v1.agent.ProcessIO.Control', () => [
  [1, 'type', 'optional', AgentProcessIO_Control_Type],
  [2, 'tty_info', 'optional', TTYInfo],
  [3, 'heartbeat', 'optional', AgentProcessIO_Control_Heartbeat],
]);

/** Enum mesos.v1.agent.ProcessIO.Control.Type. */
export type AgentProcessIO_Control_Type =
  | 'UNKNOWN'
  | 'TTY_INFO'
  | 'HEARTBEAT';
/** Names and numbers of mesos.v1.agent.ProcessIO.Control.Type. */
export const AgentProcessIO_Control_Type: EnumType<AgentProcessIO_Control_Type> = defineEnum('mesos.v1.agent.ProcessIO.Control.Type', {
  UNKNOWN: 0,
  TTY_INFO: 1,
  HEARTBEAT: 2,
});

/** Message mesos.v1.agent.ProcessIO.Control.Heartbeat. */
export interface AgentProcessIO_Control_Heartbeat {
  interval?: DurationInfo;
}
/** Descriptor of mesos.v1.agent.ProcessIO.Control.Heartbeat. */
export const AgentProcessIO_Control_Heartbeat: MessageType<AgentProcessIO_Control_Heartbeat> = defineMessage('mesos.v1.agent.ProcessIO.Control.Heartbeat', () => [
  [1, 'interval', 'optional', DurationInfo],
]);
