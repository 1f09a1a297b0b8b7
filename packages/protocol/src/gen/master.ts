/** Wire types: package mesos.v1.master. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { GoogleDuration } from './duration.ts';
import { MaintenanceClusterStatus, MaintenanceSchedule } from './maintenance.ts';
import {
  DrainInfo,
  FileInfo,
  Flag,
  Metric,
  Role,
  VersionInfo,
  WeightInfo,
} from './mesos-discovery-labels-and-cluster-facts.ts';
import {
  AgentInfo,
  AgentInfo_Capability,
  ExecutorInfo,
  MasterInfo,
  ResourceProviderInfo,
} from './mesos-executors-masters-and-agents.ts';
import { FrameworkInfo } from './mesos-frameworks-and-commands.ts';
import {
  AgentID,
  DurationInfo,
  FrameworkID,
  MachineID,
  TimeInfo,
} from './mesos-identifiers-addresses-and-machines.ts';
import { InverseOffer, Offer } from './mesos-offers-and-operations.ts';
import { Operation, Task, TaskState, TaskStatus } from './mesos-tasks-and-their-statuses.ts';
import { Resource, Value_Scalar } from './mesos-values-and-resources.ts';
import { QuotaConfig, QuotaRequest, QuotaStatus } from './quota.ts';
import { SchedulerOfferConstraints } from './scheduler.ts';

/** A question or an order to the master. */
export interface MasterCall {
  type?: MasterCall_Type;
  get_metrics?: MasterCall_GetMetrics;
  set_logging_level?: MasterCall_SetLoggingLevel;
  list_files?: MasterCall_ListFiles;
  read_file?: MasterCall_ReadFile;
  update_weights?: MasterCall_UpdateWeights;
  reserve_resources?: MasterCall_ReserveResources;
  unreserve_resources?: MasterCall_UnreserveResources;
  create_volumes?: MasterCall_CreateVolumes;
  destroy_volumes?: MasterCall_DestroyVolumes;
  grow_volume?: MasterCall_GrowVolume;
  shrink_volume?: MasterCall_ShrinkVolume;
  update_maintenance_schedule?: MasterCall_UpdateMaintenanceSchedule;
  start_maintenance?: MasterCall_StartMaintenance;
  stop_maintenance?: MasterCall_StopMaintenance;
  drain_agent?: MasterCall_DrainAgent;
  deactivate_agent?: MasterCall_DeactivateAgent;
  reactivate_agent?: MasterCall_ReactivateAgent;
  update_quota?: MasterCall_UpdateQuota;
  teardown?: MasterCall_Teardown;
  mark_agent_gone?: MasterCall_MarkAgentGone;
  set_quota?: MasterCall_SetQuota;
  remove_quota?: MasterCall_RemoveQuota;
}
/** Descriptor of mesos.v1.master.Call. */
export const MasterCall: MessageType<MasterCall> = defineMessage('mesos.v1.master.Call', () => [
  [1, 'type', 'optional', MasterCall_Type],
  [2, 'get_metrics', 'optional', MasterCall_GetMetrics],
  [3, 'set_logging_level', 'optional', MasterCall_SetLoggingLevel],
  [4, 'list_files', 'optional', MasterCall_ListFiles],
  [5, 'read_file', 'optional', MasterCall_ReadFile],
  [6, 'update_weights', 'optional', MasterCall_UpdateWeights],
  [7, 'reserve_resources', 'optional', MasterCall_ReserveResources],
  [8, 'unreserve_resources', 'optional', MasterCall_UnreserveResources],
  [9, 'create_volumes', 'optional', MasterCall_CreateVolumes],
  [10, 'destroy_volumes', 'optional', MasterCall_DestroyVolumes],
  [18, 'grow_volume', 'optional', MasterCall_GrowVolume],
  [19, 'shrink_volume', 'optional', MasterCall_ShrinkVolume],
  [11, 'update_maintenance_schedule', 'optional', MasterCall_UpdateMaintenanceSchedule],
  [12, 'start_maintenance', 'optional', MasterCall_StartMaintenance],
  [13, 'stop_maintenance', 'optional', MasterCall_StopMaintenance],
  [21, 'drain_agent', 'optional', MasterCall_DrainAgent],
  [22, 'deactivate_agent', 'optional', MasterCall_DeactivateAgent],
  [23, 'reactivate_agent', 'optional', MasterCall_ReactivateAgent],
  [20, 'update_quota', 'optional', MasterCall_UpdateQuota],
  [16, 'teardown', 'optional', MasterCall_Teardown],
  [17, 'mark_agent_gone', 'optional', MasterCall_MarkAgentGone],
  [14, 'set_quota', 'optional', MasterCall_SetQuota],
  [15, 'remove_quota', 'optional', MasterCall_RemoveQuota],
]);

/** Enum mesos.v1.master.Call.Type. */
export type MasterCall_Type =
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
  | 'GET_AGENTS'
  | 'GET_FRAMEWORKS'
  | 'GET_EXECUTORS'
  | 'GET_OPERATIONS'
  | 'GET_TASKS'
  | 'GET_ROLES'
  | 'GET_WEIGHTS'
  | 'UPDATE_WEIGHTS'
  | 'GET_MASTER'
  | 'SUBSCRIBE'
  | 'RESERVE_RESOURCES'
  | 'UNRESERVE_RESOURCES'
  | 'CREATE_VOLUMES'
  | 'DESTROY_VOLUMES'
  | 'GROW_VOLUME'
  | 'SHRINK_VOLUME'
  | 'GET_MAINTENANCE_STATUS'
  | 'GET_MAINTENANCE_SCHEDULE'
  | 'UPDATE_MAINTENANCE_SCHEDULE'
  | 'START_MAINTENANCE'
  | 'STOP_MAINTENANCE'
  | 'DRAIN_AGENT'
  | 'DEACTIVATE_AGENT'
  | 'REACTIVATE_AGENT'
  | 'GET_QUOTA'
  | 'UPDATE_QUOTA'
  | 'SET_QUOTA'
  | 'REMOVE_QUOTA'
  | 'TEARDOWN'
  | 'MARK_AGENT_GONE';
/** Names and numbers of mesos.v1.master.Call.Type. */
export const MasterCall_Type: EnumType<MasterCall_Type> = defineEnum('mesos.v1.master.Call.Type', {
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
  GET_AGENTS: 10,
  GET_FRAMEWORKS: 11,
  GET_EXECUTORS: 12,
  GET_OPERATIONS: 33,
  GET_TASKS: 13,
  GET_ROLES: 14,
  GET_WEIGHTS: 15,
  UPDATE_WEIGHTS: 16,
  GET_MASTER: 17,
  SUBSCRIBE: 18,
  RESERVE_RESOURCES: 19,
  UNRESERVE_RESOURCES: 20,
  CREATE_VOLUMES: 21,
  DESTROY_VOLUMES: 22,
  GROW_VOLUME: 34,
  SHRINK_VOLUME: 35,
  GET_MAINTENANCE_STATUS: 23,
  GET_MAINTENANCE_SCHEDULE: 24,
  UPDATE_MAINTENANCE_SCHEDULE: 25,
  START_MAINTENANCE: 26,
  STOP_MAINTENANCE: 27,
  DRAIN_AGENT: 37,
  DEACTIVATE_AGENT: 38,
  REACTIVATE_AGENT: 39,
  GET_QUOTA: 28,
  UPDATE_QUOTA: 36,
  SET_QUOTA: 29,
  REMOVE_QUOTA: 30,
  TEARDOWN: 31,
  MARK_AGENT_GONE: 32,
});

/** Message mesos.v1.master.Call.GetMetrics. */
export interface MasterCall_GetMetrics {
  timeout?: DurationInfo;
}
/** Descriptor of mesos.v1.master.Call.GetMetrics. */
export const MasterCall_GetMetrics: MessageType<MasterCall_GetMetrics> = defineMessage('mesos.v1.master.Call.GetMetrics', () => [
  [1, 'timeout', 'optional', DurationInfo],
]);

/** Message mesos.v1.master.Call.SetLoggingLevel. */
export interface MasterCall_SetLoggingLevel {
  level: number;
  duration: DurationInfo;
}
/** Descriptor of mesos.v1.master.Call.SetLoggingLevel. */
export const MasterCall_SetLoggingLevel: MessageType<MasterCall_SetLoggingLevel> = defineMessage('mesos.v1.master.Call.SetLoggingLevel', () => [
  [1, 'level', 'required', 'uint32'],
  [2, 'duration', 'required', DurationInfo],
]);

/** Message mesos.v1.master.Call.ListFiles. */
export interface MasterCall_ListFiles {
  path: string;
}
/** Descriptor of mesos.v1.master.Call.ListFiles. */
export const MasterCall_ListFiles: MessageType<MasterCall_ListFiles> = defineMessage('mesos.v1.master.Call.ListFiles', () => [
  [1, 'path', 'required', 'string'],
]);

/** Message mesos.v1.master.Call.ReadFile. */
export interface MasterCall_ReadFile {
  path: string;
  offset: number;
  length?: number;
}
/** Descriptor of mesos.v1.master.Call.ReadFile. */
export const MasterCall_ReadFile: MessageType<MasterCall_ReadFile> = defineMessage('mesos.v1.master.Call.ReadFile', () => [
  [1, 'path', 'required', 'string'],
  [2, 'offset', 'required', 'uint64'],
  [3, 'length', 'optional', 'uint64'],
]);

/** Message mesos.v1.master.Call.UpdateWeights. */
export interface MasterCall_UpdateWeights {
  weight_infos?: WeightInfo[];
}
/** Descriptor of mesos.v1.master.Call.UpdateWeights. */
export const MasterCall_UpdateWeights: MessageType<MasterCall_UpdateWeights> = defineMessage('mesos.v1.master.Call.UpdateWeights', () => [
  [1, 'weight_infos', 'repeated', WeightInfo],
]);

/** Message mesos.v1.master.Call.ReserveResources. */
export interface MasterCall_ReserveResources {
  agent_id: AgentID;
  source?: Resource[];
  resources?: Resource[];
}
/** Descriptor of mesos.v1.master.Call.ReserveResources. */
export const MasterCall_ReserveResources: MessageType<MasterCall_ReserveResources> = defineMessage('mesos.v1.master.Call.ReserveResources', () => [
  [1, 'agent_id', 'required', AgentID],
  [3, 'source', 'repeated', Resource],
  [2, 'resources', 'repeated', Resource],
]);

/** Message mesos.v1.master.Call.UnreserveResources. */
export interface MasterCall_UnreserveResources {
  agent_id: AgentID;
  resources?: Resource[];
}
/** Descriptor of mesos.v1.master.Call.UnreserveResources. */
export const MasterCall_UnreserveResources: MessageType<MasterCall_UnreserveResources> = defineMessage('mesos.v1.master.Call.UnreserveResources', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'resources', 'repeated', Resource],
]);

/** Message mesos.v1.master.Call.CreateVolumes. */
export interface MasterCall_CreateVolumes {
  agent_id: AgentID;
  volumes?: Resource[];
}
/** Descriptor of mesos.v1.master.Call.CreateVolumes. */
export const MasterCall_CreateVolumes: MessageType<MasterCall_CreateVolumes> = defineMessage('mesos.v1.master.Call.CreateVolumes', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'volumes', 'repeated', Resource],
]);

/** Message mesos.v1.master.Call.DestroyVolumes. */
export interface MasterCall_DestroyVolumes {
  agent_id: AgentID;
  volumes?: Resource[];
}
/** Descriptor of mesos.v1.master.Call.DestroyVolumes. */
export const MasterCall_DestroyVolumes: MessageType<MasterCall_DestroyVolumes> = defineMessage('mesos.v1.master.Call.DestroyVolumes', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'volumes', 'repeated', Resource],
]);

/** Message mesos.v1.master.Call.GrowVolume. */
export interface MasterCall_GrowVolume {
  agent_id?: AgentID;
  volume: Resource;
  addition: Resource;
}
/** Descriptor of mesos.v1.master.Call.GrowVolume. */
export const MasterCall_GrowVolume: MessageType<MasterCall_GrowVolume> = defineMessage('mesos.v1.master.Call.GrowVolume', () => [
  [1, 'agent_id', 'optional', AgentID],
  [2, 'volume', 'required', Resource],
  [3, 'addition', 'required', Resource],
]);

/** Message mesos.v1.master.Call.ShrinkVolume. */
export interface MasterCall_ShrinkVolume {
  agent_id?: AgentID;
  volume: Resource;
  subtract: Value_Scalar;
}
/** Descriptor of mesos.v1.master.Call.ShrinkVolume. */
export const MasterCall_ShrinkVolume: MessageType<MasterCall_ShrinkVolume> = defineMessage('mesos.v1.master.Call.ShrinkVolume', () => [
  [1, 'agent_id', 'optional', AgentID],
  [2, 'volume', 'required', Resource],
  [3, 'subtract', 'required', Value_Scalar],
]);

/** Message mesos.v1.master.Call.UpdateMaintenanceSchedule. */
export interface MasterCall_UpdateMaintenanceSchedule {
  schedule: MaintenanceSchedule;
}
/** Descriptor of mesos.v1.master.Call.UpdateMaintenanceSchedule. */
export const MasterCall_UpdateMaintenanceSchedule: MessageType<MasterCall_UpdateMaintenanceSchedule> = defineMessage('mesos.v1.master.Call.UpdateMaintenanceSchedule', () => [
  [1, 'schedule', 'required', MaintenanceSchedule],
]);

/** Message mesos.v1.master.Call.StartMaintenance. */
export interface MasterCall_StartMaintenance {
  machines?: MachineID[];
}
/** Descriptor of mesos.v1.master.Call.StartMaintenance. */
export const MasterCall_StartMaintenance: MessageType<MasterCall_StartMaintenance> = defineMessage('mesos.v1.master.Call.StartMaintenance', () => [
  [1, 'machines', 'repeated', MachineID],
]);

/** Message mesos.v1.master.Call.StopMaintenance. */
export interface MasterCall_StopMaintenance {
  machines?: MachineID[];
}
/** Descriptor of mesos.v1.master.Call.StopMaintenance. */
export const MasterCall_StopMaintenance: MessageType<MasterCall_StopMaintenance> = defineMessage('mesos.v1.master.Call.StopMaintenance', () => [
  [1, 'machines', 'repeated', MachineID],
]);

/** Message mesos.v1.master.Call.DrainAgent. */
export interface MasterCall_DrainAgent {
  agent_id: AgentID;
  max_grace_period?: GoogleDuration;
  mark_gone?: boolean;
}
/** Descriptor of mesos.v1.master.Call.DrainAgent. */
export const MasterCall_DrainAgent: MessageType<MasterCall_DrainAgent> = defineMessage('mesos.v1.master.Call.DrainAgent', () => [
  [1, 'agent_id', 'required', AgentID],
  [2, 'max_grace_period', 'optional', GoogleDuration],
  [3, 'mark_gone', 'optional', 'bool', false],
]);

/** Message mesos.v1.master.Call.DeactivateAgent. */
export interface MasterCall_DeactivateAgent {
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.master.Call.DeactivateAgent. */
export const MasterCall_DeactivateAgent: MessageType<MasterCall_DeactivateAgent> = defineMessage('mesos.v1.master.Call.DeactivateAgent', () => [
  [1, 'agent_id', 'required', AgentID],
]);

/** Message mesos.v1.master.Call.ReactivateAgent. */
export interface MasterCall_ReactivateAgent {
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.master.Call.ReactivateAgent. */
export const MasterCall_ReactivateAgent: MessageType<MasterCall_ReactivateAgent> = defineMessage('mesos.v1.master.Call.ReactivateAgent', () => [
  [1, 'agent_id', 'required', AgentID],
]);

/** Message mesos.v1.master.Call.UpdateQuota. */
export interface MasterCall_UpdateQuota {
  force?: boolean;
  quota_configs?: QuotaConfig[];
}
/** Descriptor of mesos.v1.master.Call.UpdateQuota. */
export const MasterCall_UpdateQuota: MessageType<MasterCall_UpdateQuota> = defineMessage('mesos.v1.master.Call.UpdateQuota', () => [
  [1, 'force', 'optional', 'bool'],
  [2, 'quota_configs', 'repeated', QuotaConfig],
]);

/** Message mesos.v1.master.Call.SetQuota. */
export interface MasterCall_SetQuota {
  quota_request: QuotaRequest;
}
/** Descriptor of mesos.v1.master.Call.SetQuota. */
export const MasterCall_SetQuota: MessageType<MasterCall_SetQuota> = defineMessage('mesos.v1.master.Call.SetQuota', () => [
  [1, 'quota_request', 'required', QuotaRequest],
]);

/** Message mesos.v1.master.Call.RemoveQuota. */
export interface MasterCall_RemoveQuota {
  role: string;
}
/** Descriptor of mesos.v1.master.Call.RemoveQuota. */
export const MasterCall_RemoveQuota: MessageType<MasterCall_RemoveQuota> = defineMessage('mesos.v1.master.Call.RemoveQuota', () => [
  [1, 'role', 'required', 'string'],
]);

/** Message mesos.v1.master.Call.Teardown. */
export interface MasterCall_Teardown {
  framework_id: FrameworkID;
}
/** Descriptor of mesos.v1.master.Call.Teardown. */
export const MasterCall_Teardown: MessageType<MasterCall_Teardown> = defineMessage('mesos.v1.master.Call.Teardown', () => [
  [1, 'framework_id', 'required', FrameworkID],
]);

/** Message mesos.v1.master.Call.MarkAgentGone. */
export interface MasterCall_MarkAgentGone {
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.master.Call.MarkAgentGone. */
export const MasterCall_MarkAgentGone: MessageType<MasterCall_MarkAgentGone> = defineMessage('mesos.v1.master.Call.MarkAgentGone', () => [
  [1, 'agent_id', 'required', AgentID],
]);

/** The answer to the calls that ask. */
export interface MasterResponse {
  type?: MasterResponse_Type;
  get_health?: MasterResponse_GetHealth;
  get_flags?: MasterResponse_GetFlags;
  get_version?: MasterResponse_GetVersion;
  get_metrics?: MasterResponse_GetMetrics;
  get_logging_level?: MasterResponse_GetLoggingLevel;
  list_files?: MasterResponse_ListFiles;
  read_file?: MasterResponse_ReadFile;
  get_state?: MasterResponse_GetState;
  get_agents?: MasterResponse_GetAgents;
  get_frameworks?: MasterResponse_GetFrameworks;
  get_executors?: MasterResponse_GetExecutors;
  get_operations?: MasterResponse_GetOperations;
  get_tasks?: MasterResponse_GetTasks;
  get_roles?: MasterResponse_GetRoles;
  get_weights?: MasterResponse_GetWeights;
  get_master?: MasterResponse_GetMaster;
  get_maintenance_status?: MasterResponse_GetMaintenanceStatus;
  get_maintenance_schedule?: MasterResponse_GetMaintenanceSchedule;
  get_quota?: MasterResponse_GetQuota;
}
/** Descriptor of mesos.v1.master.Response. */
export const MasterResponse: MessageType<MasterResponse> = defineMessage('mesos.v1.master.Response', () => [
  [1, 'type', 'optional', MasterResponse_Type],
  [2, 'get_health', 'optional', MasterResponse_GetHealth],
  [3, 'get_flags', 'optional', MasterResponse_GetFlags],
  [4, 'get_version', 'optional', MasterResponse_GetVersion],
  [5, 'get_metrics', 'optional', MasterResponse_GetMetrics],
  [6, 'get_logging_level', 'optional', MasterResponse_GetLoggingLevel],
  [7, 'list_files', 'optional', MasterResponse_ListFiles],
  [8, 'read_file', 'optional', MasterResponse_ReadFile],
  [9, 'get_state', 'optional', MasterResponse_GetState],
  [10, 'get_agents', 'optional', MasterResponse_GetAgents],
  [11, 'get_frameworks', 'optional', MasterResponse_GetFrameworks],
  [12, 'get_executors', 'optional', MasterResponse_GetExecutors],
  [20, 'get_operations', 'optional', MasterResponse_GetOperations],
  [13, 'get_tasks', 'optional', MasterResponse_GetTasks],
  [14, 'get_roles', 'optional', MasterResponse_GetRoles],
  [15, 'get_weights', 'optional', MasterResponse_GetWeights],
  [16, 'get_master', 'optional', MasterResponse_GetMaster],
  [17, 'get_maintenance_status', 'optional', MasterResponse_GetMaintenanceStatus],
  [18, 'get_maintenance_schedule', 'optional', MasterResponse_GetMaintenanceSchedule],
  [19, 'get_quota', 'optional', MasterResponse_GetQuota],
]);

/** Enum mesos.v1.master.Response.Type. */
export type MasterResponse_Type =
  | 'UNKNOWN'
  | 'GET_HEALTH'
  | 'GET_FLAGS'
  | 'GET_VERSION'
  | 'GET_METRICS'
  | 'GET_LOGGING_LEVEL'
  | 'LIST_FILES'
  | 'READ_FILE'
  | 'GET_STATE'
  | 'GET_AGENTS'
  | 'GET_FRAMEWORKS'
  | 'GET_EXECUTORS'
  | 'GET_OPERATIONS'
  | 'GET_TASKS'
  | 'GET_ROLES'
  | 'GET_WEIGHTS'
  | 'GET_MASTER'
  | 'GET_MAINTENANCE_STATUS'
  | 'GET_MAINTENANCE_SCHEDULE'
  | 'GET_QUOTA';
/** Names and numbers of mesos.v1.master.Response.Type. */
export const MasterResponse_Type: EnumType<MasterResponse_Type> = defineEnum('mesos.v1.master.Response.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  LIST_FILES: 6,
  READ_FILE: 7,
  GET_STATE: 8,
  GET_AGENTS: 9,
  GET_FRAMEWORKS: 10,
  GET_EXECUTORS: 11,
  GET_OPERATIONS: 19,
  GET_TASKS: 12,
  GET_ROLES: 13,
  GET_WEIGHTS: 14,
  GET_MASTER: 15,
  GET_MAINTENANCE_STATUS: 16,
  GET_MAINTENANCE_SCHEDULE: 17,
  GET_QUOTA: 18,
});

/** Message mesos.v1.master.Response.GetHealth. */
export interface MasterResponse_GetHealth {
  healthy: boolean;
}
/** Descriptor of mesos.v1.master.Response.GetHealth. */
export const MasterResponse_GetHealth: MessageType<MasterResponse_GetHealth> = defineMessage('mesos.v1.master.Response.GetHealth', () => [
  [1, 'healthy', 'required', 'bool'],
]);

/** Message mesos.v1.master.Response.GetFlags. */
export interface MasterResponse_GetFlags {
  flags?: Flag[];
}
/** Descriptor of mesos.v1.master.Response.GetFlags. */
export const MasterResponse_GetFlags: MessageType<MasterResponse_GetFlags> = defineMessage('mesos.v1.master.Response.GetFlags', () => [
  [1, 'flags', 'repeated', Flag],
]);

/** Message mesos.v1.master.Response.GetVersion. */
export interface MasterResponse_GetVersion {
  version_info: VersionInfo;
}
/** Descriptor of mesos.v1.master.Response.GetVersion. */
export const MasterResponse_GetVersion: MessageType<MasterResponse_GetVersion> = defineMessage('mesos.v1.master.Response.GetVersion', () => [
  [1, 'version_info', 'required', VersionInfo],
]);

/** Message mesos.v1.master.Response.GetMetrics. */
export interface MasterResponse_GetMetrics {
  metrics?: Metric[];
}
/** Descriptor of mesos.v1.master.Response.GetMetrics. */
export const MasterResponse_GetMetrics: MessageType<MasterResponse_GetMetrics> = defineMessage('mesos.v1.master.Response.GetMetrics', () => [
  [1, 'metrics', 'repeated', Metric],
]);

/** Message mesos.v1.master.Response.GetLoggingLevel. */
export interface MasterResponse_GetLoggingLevel {
  level: number;
}
/** Descriptor of mesos.v1.master.Response.GetLoggingLevel. */
export const MasterResponse_GetLoggingLevel: MessageType<MasterResponse_GetLoggingLevel> = defineMessage('mesos.v1.master.Response.GetLoggingLevel', () => [
  [1, 'level', 'required', 'uint32'],
]);

/** Message mesos.v1.master.Response.ListFiles. */
export interface MasterResponse_ListFiles {
  file_infos?: FileInfo[];
}
/** Descriptor of mesos.v1.master.Response.ListFiles. */
export const MasterResponse_ListFiles: MessageType<MasterResponse_ListFiles> = defineMessage('mesos.v1.master.Response.ListFiles', () => [
  [1, 'file_infos', 'repeated', FileInfo],
]);

/** Message mesos.v1.master.Response.ReadFile. */
export interface MasterResponse_ReadFile {
  size: number;
  data: Uint8Array;
}
/** Descriptor of mesos.v1.master.Response.ReadFile. */
export const MasterResponse_ReadFile: MessageType<MasterResponse_ReadFile> = defineMessage('mesos.v1.master.Response.ReadFile', () => [
  [1, 'size', 'required', 'uint64'],
  [2, 'data', 'required', 'bytes'],
]);

/** Message mesos.v1.master.Response.GetState. */
export interface MasterResponse_GetState {
  get_tasks?: MasterResponse_GetTasks;
  get_executors?: MasterResponse_GetExecutors;
  get_frameworks?: MasterResponse_GetFrameworks;
  get_agents?: MasterResponse_GetAgents;
}
/** Descriptor of mesos.v1.master.Response.GetState. */
export const MasterResponse_GetState: MessageType<MasterResponse_GetState> = defineMessage('mesos.v1.master.Response.GetState', () => [
  [1, 'get_tasks', 'optional', MasterResponse_GetTasks],
  [2, 'get_executors', 'optional', MasterResponse_GetExecutors],
  [3, 'get_frameworks', 'optional', MasterResponse_GetFrameworks],
  [4, 'get_agents', 'optional', MasterResponse_GetAgents],
]);

/** Message mesos.v1.master.Response.GetAgents. */
export interface MasterResponse_GetAgents {
  agents?: MasterResponse_GetAgents_Agent[];
  recovered_agents?: AgentInfo[];
}
/** Descriptor of mesos.v1.master.Response.GetAgents. */
export const MasterResponse_GetAgents: MessageType<MasterResponse_GetAgents> = defineMessage('mesos.v1.master.Response.GetAgents', () => [
  [1, 'agents', 'repeated', MasterResponse_GetAgents_Agent],
  [2, 'recovered_agents', 'repeated', AgentInfo],
]);

/** Message mesos.v1.master.Response.GetAgents.Agent. */
export interface MasterResponse_GetAgents_Agent {
  agent_info: AgentInfo;
  active: boolean;
  deactivated?: boolean;
  version: string;
  pid?: string;
  registered_time?: TimeInfo;
  reregistered_time?: TimeInfo;
  total_resources?: Resource[];
  allocated_resources?: Resource[];
  offered_resources?: Resource[];
  capabilities?: AgentInfo_Capability[];
  resource_providers?: MasterResponse_GetAgents_Agent_ResourceProvider[];
  drain_info?: DrainInfo;
  estimated_drain_start_time?: TimeInfo;
}
/** Descriptor of mesos.v1.master.Response.GetAgents.Agent. */
export const MasterResponse_GetAgents_Agent: MessageType<MasterResponse_GetAgents_Agent> = defineMessage('mesos.v1.master.Response.GetAgents.Agent', () => [
  [1, 'agent_info', 'required', AgentInfo],
  [2, 'active', 'required', 'bool'],
  [12, 'deactivated', 'optional', 'bool'],
  [3, 'version', 'required', 'string'],
  [4, 'pid', 'optional', 'string'],
  [5, 'registered_time', 'optional', TimeInfo],
  [6, 'reregistered_time', 'optional', TimeInfo],
  [7, 'total_resources', 'repeated', Resource],
  [8, 'allocated_resources', 'repeated', Resource],
  [9, 'offered_resources', 'repeated', Resource],
  [10, 'capabilities', 'repeated', AgentInfo_Capability],
  [11, 'resource_providers', 'repeated', MasterResponse_GetAgents_Agent_ResourceProvider],
  [13, 'drain_info', 'optional', DrainInfo],
  [14, 'estimated_drain_start_time', 'optional', TimeInfo],
]);

/** Message mesos.v1.master.Response.GetAgents.Agent.ResourceProvider. */
export interface MasterResponse_GetAgents_Agent_ResourceProvider {
  resource_provider_info: ResourceProviderInfo;
  total_resources?: Resource[];
}
/** Descriptor of mesos.v1.master.Response.GetAgents.Agent.ResourceProvider. */
export const MasterResponse_GetAgents_Agent_ResourceProvider: MessageType<MasterResponse_GetAgents_Agent_ResourceProvider> = defineMessage('mesos.v1.master.Response.GetAgents.Agent.ResourceProvider', () => [
  [1, 'resource_provider_info', 'required', ResourceProviderInfo],
  [2, 'total_resources', 'repeated', Resource],
]);

/** Message mesos.v1.master.Response.GetFrameworks. */
export interface MasterResponse_GetFrameworks {
  frameworks?: MasterResponse_GetFrameworks_Framework[];
  completed_frameworks?: MasterResponse_GetFrameworks_Framework[];
  recovered_frameworks?: FrameworkInfo[];
}
/** Descriptor of mesos.v1.master.Response.GetFrameworks. */
export const MasterResponse_GetFrameworks: MessageType<MasterResponse_GetFrameworks> = defineMessage('mesos.v1.master.Response.GetFrameworks', () => [
  [1, 'frameworks', 'repeated', MasterResponse_GetFrameworks_Framework],
  [2, 'completed_frameworks', 'repeated', MasterResponse_GetFrameworks_Framework],
  [3, 'recovered_frameworks', 'repeated', FrameworkInfo],
]);

/** Message mesos.v1.master.Response.GetFrameworks.Framework. */
export interface MasterResponse_GetFrameworks_Framework {
  framework_info: FrameworkInfo;
  active: boolean;
  connected: boolean;
  recovered: boolean;
  registered_time?: TimeInfo;
  reregistered_time?: TimeInfo;
  unregistered_time?: TimeInfo;
  offers?: Offer[];
  inverse_offers?: InverseOffer[];
  allocated_resources?: Resource[];
  offered_resources?: Resource[];
  offer_constraints?: SchedulerOfferConstraints;
}
/** Descriptor of mesos.v1.master.Response.GetFrameworks.Framework. */
export const MasterResponse_GetFrameworks_Framework: MessageType<MasterResponse_GetFrameworks_Framework> = defineMessage('mesos.v1.master.Response.GetFrameworks.Framework', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
  [2, 'active', 'required', 'bool'],
  [3, 'connected', 'required', 'bool'],
  [11, 'recovered', 'required', 'bool'],
  [4, 'registered_time', 'optional', TimeInfo],
  [5, 'reregistered_time', 'optional', TimeInfo],
  [6, 'unregistered_time', 'optional', TimeInfo],
  [7, 'offers', 'repeated', Offer],
  [8, 'inverse_offers', 'repeated', InverseOffer],
  [9, 'allocated_resources', 'repeated', Resource],
  [10, 'offered_resources', 'repeated', Resource],
  [12, 'offer_constraints', 'optional', SchedulerOfferConstraints],
]);

/** Message mesos.v1.master.Response.GetExecutors. */
export interface MasterResponse_GetExecutors {
  executors?: MasterResponse_GetExecutors_Executor[];
  orphan_executors?: MasterResponse_GetExecutors_Executor[];
}
/** Descriptor of mesos.v1.master.Response.GetExecutors. */
export const MasterResponse_GetExecutors: MessageType<MasterResponse_GetExecutors> = defineMessage('mesos.v1.master.Response.GetExecutors', () => [
  [1, 'executors', 'repeated', MasterResponse_GetExecutors_Executor],
  [2, 'orphan_executors', 'repeated', MasterResponse_GetExecutors_Executor],
]);

/** Message mesos.v1.master.Response.GetExecutors.Executor. */
export interface MasterResponse_GetExecutors_Executor {
  executor_info: ExecutorInfo;
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.master.Response.GetExecutors.Executor. */
export const MasterResponse_GetExecutors_Executor: MessageType<MasterResponse_GetExecutors_Executor> = defineMessage('mesos.v1.master.Response.GetExecutors.Executor', () => [
  [1, 'executor_info', 'required', ExecutorInfo],
  [2, 'agent_id', 'required', AgentID],
]);

/** Message mesos.v1.master.Response.GetOperations. */
export interface MasterResponse_GetOperations {
  operations?: Operation[];
}
/** Descriptor of mesos.v1.master.Response.GetOperations. */
export const MasterResponse_GetOperations: MessageType<MasterResponse_GetOperations> = defineMessage('mesos.v1.master.Response.GetOperations', () => [
  [1, 'operations', 'repeated', Operation],
]);

/** Message mesos.v1.master.Response.GetTasks. */
export interface MasterResponse_GetTasks {
  pending_tasks?: Task[];
  tasks?: Task[];
  unreachable_tasks?: Task[];
  completed_tasks?: Task[];
  orphan_tasks?: Task[];
}
/** Descriptor of mesos.v1.master.Response.GetTasks. */
export const MasterResponse_GetTasks: MessageType<MasterResponse_GetTasks> = defineMessage('mesos.v1.master.Response.GetTasks', () => [
  [1, 'pending_tasks', 'repeated', Task],
  [2, 'tasks', 'repeated', Task],
  [5, 'unreachable_tasks', 'repeated', Task],
  [3, 'completed_tasks', 'repeated', Task],
  [4, 'orphan_tasks', 'repeated', Task],
]);

/** Message mesos.v1.master.Response.GetRoles. */
export interface MasterResponse_GetRoles {
  roles?: Role[];
}
/** Descriptor of mesos.v1.master.Response.GetRoles. */
export const MasterResponse_GetRoles: MessageType<MasterResponse_GetRoles> = defineMessage('mesos.v1.master.Response.GetRoles', () => [
  [1, 'roles', 'repeated', Role],
]);

/** Message mesos.v1.master.Response.GetWeights. */
export interface MasterResponse_GetWeights {
  weight_infos?: WeightInfo[];
}
/** Descriptor of mesos.v1.master.Response.GetWeights. */
export const MasterResponse_GetWeights: MessageType<MasterResponse_GetWeights> = defineMessage('mesos.v1.master.Response.GetWeights', () => [
  [1, 'weight_infos', 'repeated', WeightInfo],
]);

/** Message mesos.v1.master.Response.GetMaster. */
export interface MasterResponse_GetMaster {
  master_info?: MasterInfo;
  start_time?: number;
  elected_time?: number;
}
/** Descriptor of mesos.v1.master.Response.GetMaster. */
export const MasterResponse_GetMaster: MessageType<MasterResponse_GetMaster> = defineMessage('mesos.v1.master.Response.GetMaster', () => [
  [1, 'master_info', 'optional', MasterInfo],
  [2, 'start_time', 'optional', 'double'],
  [3, 'elected_time', 'optional', 'double'],
]);

/** Message mesos.v1.master.Response.GetMaintenanceStatus. */
export interface MasterResponse_GetMaintenanceStatus {
  status: MaintenanceClusterStatus;
}
/** Descriptor of mesos.v1.master.Response.GetMaintenanceStatus. */
export const MasterResponse_GetMaintenanceStatus: MessageType<MasterResponse_GetMaintenanceStatus> = defineMessage('mesos.v1.master.Response.GetMaintenanceStatus', () => [
  [1, 'status', 'required', MaintenanceClusterStatus],
]);

/** Message mesos.v1.master.Response.GetMaintenanceSchedule. */
export interface MasterResponse_GetMaintenanceSchedule {
  schedule: MaintenanceSchedule;
}
/** Descriptor of mesos.v1.master.Response.GetMaintenanceSchedule. */
export const MasterResponse_GetMaintenanceSchedule: MessageType<MasterResponse_GetMaintenanceSchedule> = defineMessage('mesos.v1.master.Response.GetMaintenanceSchedule', () => [
  [1, 'schedule', 'required', MaintenanceSchedule],
]);

/** Message mesos.v1.master.Response.GetQuota. */
export interface MasterResponse_GetQuota {
  status: QuotaStatus;
}
/** Descriptor of mesos.v1.master.Response.GetQuota. */
export const MasterResponse_GetQuota: MessageType<MasterResponse_GetQuota> = defineMessage('mesos.v1.master.Response.GetQuota', () => [
  [1, 'status', 'required', QuotaStatus],
]);

/** What a subscriber to the master's events is told. */
export interface MasterEvent {
  type?: MasterEvent_Type;
  subscribed?: MasterEvent_Subscribed;
  task_added?: MasterEvent_TaskAdded;
  task_updated?: MasterEvent_TaskUpdated;
  agent_added?: MasterEvent_AgentAdded;
  agent_removed?: MasterEvent_AgentRemoved;
  framework_added?: MasterEvent_FrameworkAdded;
  framework_updated?: MasterEvent_FrameworkUpdated;
  framework_removed?: MasterEvent_FrameworkRemoved;
}
/** Descriptor of mesos.v1.master.Event. */
export const MasterEvent: MessageType<MasterEvent> = defineMessage('mesos.v1.master.Event', () => [
  [1, 'type', 'optional', MasterEvent_Type],
  [2, 'subscribed', 'optional', MasterEvent_Subscribed],
  [3, 'task_added', 'optional', MasterEvent_TaskAdded],
  [4, 'task_updated', 'optional', MasterEvent_TaskUpdated],
  [5, 'agent_added', 'optional', MasterEvent_AgentAdded],
  [6, 'agent_removed', 'optional', MasterEvent_AgentRemoved],
  [7, 'framework_added', 'optional', MasterEvent_FrameworkAdded],
  [8, 'framework_updated', 'optional', MasterEvent_FrameworkUpdated],
  [9, 'framework_removed', 'optional', MasterEvent_FrameworkRemoved],
]);

/** Enum mesos.v1.master.Event.Type. */
export type MasterEvent_Type =
  | 'UNKNOWN'
  | 'SUBSCRIBED'
  | 'TASK_ADDED'
  | 'TASK_UPDATED'
  | 'AGENT_ADDED'
  | 'AGENT_REMOVED'
  | 'FRAMEWORK_ADDED'
  | 'FRAMEWORK_UPDATED'
  | 'FRAMEWORK_REMOVED'
  | 'HEARTBEAT';
/** Names and numbers of mesos.v1.master.Event.Type. */
export const MasterEvent_Type: EnumType<MasterEvent_Type> = defineEnum('mesos.v1.master.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  TASK_ADDED: 2,
  TASK_UPDATED: 3,
  AGENT_ADDED: 4,
  AGENT_REMOVED: 5,
  FRAMEWORK_ADDED: 6,
  FRAMEWORK_UPDATED: 7,
  FRAMEWORK_REMOVED: 8,
  HEARTBEAT: 9,
});

/** Message mesos.v1.master.Event.Subscribed. */
export interface MasterEvent_Subscribed {
  get_state?: MasterResponse_GetState;
  heartbeat_interval_seconds?: number;
}
/** Descriptor of mesos.v1.master.Event.Subscribed. */
export const MasterEvent_Subscribed: MessageType<MasterEvent_Subscribed> = defineMessage('mesos.v1.master.Event.Subscribed', () => [
  [1, 'get_state', 'optional', MasterResponse_GetState],
  [2, 'heartbeat_interval_seconds', 'optional', 'double'],
]);

/** Message mesos.v1.master.Event.TaskAdded. */
export interface MasterEvent_TaskAdded {
  task: Task;
}
/** Descriptor of mesos.v1.master.Event.TaskAdded. */
export const MasterEvent_TaskAdded: MessageType<MasterEvent_TaskAdded> = defineMessage('mesos.v1.master.Event.TaskAdded', () => [
  [1, 'task', 'required', Task],
]);

/** Message mesos.v1.master.Event.TaskUpdated. */
export interface MasterEvent_TaskUpdated {
  framework_id: FrameworkID;
  status: TaskStatus;
  state: TaskState;
}
/** Descriptor of mesos.v1.master.Event.TaskUpdated. */
export const MasterEvent_TaskUpdated: MessageType<MasterEvent_TaskUpdated> = defineMessage('mesos.v1.master.Event.TaskUpdated', () => [
  [1, 'framework_id', 'required', FrameworkID],
  [2, 'status', 'required', TaskStatus],
  [3, 'state', 'required', TaskState],
]);

/** Message mesos.v1.master.Event.FrameworkAdded. */
export interface MasterEvent_FrameworkAdded {
  framework: MasterResponse_GetFrameworks_Framework;
}
/** Descriptor of mesos.v1.master.Event.FrameworkAdded. */
export const MasterEvent_FrameworkAdded: MessageType<MasterEvent_FrameworkAdded> = defineMessage('mesos.v1.master.Event.FrameworkAdded', () => [
  [1, 'framework', 'required', MasterResponse_GetFrameworks_Framework],
]);

/** Message mesos.v1.master.Event.FrameworkUpdated. */
export interface MasterEvent_FrameworkUpdated {
  framework: MasterResponse_GetFrameworks_Framework;
}
/** Descriptor of mesos.v1.master.Event.FrameworkUpdated. */
export const MasterEvent_FrameworkUpdated: MessageType<MasterEvent_FrameworkUpdated> = defineMessage('mesos.v1.master.Event.FrameworkUpdated', () => [
  [1, 'framework', 'required', MasterResponse_GetFrameworks_Framework],
]);

/** Message mesos.v1.master.Event.FrameworkRemoved. */
export interface MasterEvent_FrameworkRemoved {
  framework_info: FrameworkInfo;
}
/** Descriptor of mesos.v1.master.Event.FrameworkRemoved. */
export const MasterEvent_FrameworkRemoved: MessageType<MasterEvent_FrameworkRemoved> = defineMessage('mesos.v1.master.Event.FrameworkRemoved', () => [
  [1, 'framework_info', 'required', FrameworkInfo],
]);

/** Message mesos.v1.master.Event.AgentAdded. */
export interface MasterEvent_AgentAdded {
  agent: MasterResponse_GetAgents_Agent;
}
/** Descriptor of mesos.v1.master.Event.AgentAdded. */
export const MasterEvent_AgentAdded: MessageType<MasterEvent_AgentAdded> = defineMessage('mesos.v1.master.Event.AgentAdded', () => [
  [1, 'agent', 'required', MasterResponse_GetAgents_Agent],
]);

/** Message mesos.v1.master.Event.AgentRemoved. */
export interface MasterEvent_AgentRemoved {
  agent_id: AgentID;
}
/** Descriptor of mesos.v1.master.Event.AgentRemoved. */
export const MasterEvent_AgentRemoved: MessageType<MasterEvent_AgentRemoved> = defineMessage('mesos.v1.master.Event.AgentRemoved', () => [
  [1, 'agent_id', 'required', AgentID],
]);
