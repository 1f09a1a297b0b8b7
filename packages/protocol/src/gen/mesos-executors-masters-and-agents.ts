/** Wire types: executors, masters and agents. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { ContainerInfo, Labels } from './mesos-containers.ts';
import { DiscoveryInfo } from './mesos-discovery-labels-and-cluster-facts.ts';
import { CommandInfo } from './mesos-frameworks-and-commands.ts';
import {
  Address,
  AgentID,
  DurationInfo,
  ExecutorID,
  FrameworkID,
  ResourceProviderID,
} from './mesos-identifiers-addresses-and-machines.ts';
import { Attribute, Resource, Resource_ReservationInfo } from './mesos-values-and-resources.ts';

/** The process that runs tasks for a framework on an agent. */
export interface ExecutorInfo {
  type?: ExecutorInfo_Type;
  executor_id: ExecutorID;
  framework_id?: FrameworkID;
  command?: CommandInfo;
  container?: ContainerInfo;
  resources?: Resource[];
  name?: string;
  source?: string;
  data?: Uint8Array;
  discovery?: DiscoveryInfo;
  shutdown_grace_period?: DurationInfo;
  labels?: Labels;
}
/** Descriptor of mesos.v1.ExecutorInfo. */
export const ExecutorInfo: MessageType<ExecutorInfo> = defineMessage('mesos.v1.ExecutorInfo', () => [
  [15, 'type', 'optional', ExecutorInfo_Type],
  [1, 'executor_id', 'required', ExecutorID],
  [8, 'framework_id', 'optional', FrameworkID],
  [7, 'command', 'optional', CommandInfo],
  [11, 'container', 'optional', ContainerInfo],
  [5, 'resources', 'repeated', Resource],
  [9, 'name', 'optional', 'string'],
  [10, 'source', 'optional', 'string'],
  [4, 'data', 'optional', 'bytes'],
  [12, 'discovery', 'optional', DiscoveryInfo],
  [13, 'shutdown_grace_period', 'optional', DurationInfo],
  [14, 'labels', 'optional', Labels],
]);

/** Enum mesos.v1.ExecutorInfo.Type. */
export type ExecutorInfo_Type =
  | 'UNKNOWN'
  | 'DEFAULT'
  | 'CUSTOM';
/** Names and numbers of mesos.v1.ExecutorInfo.Type. */
export const ExecutorInfo_Type: EnumType<ExecutorInfo_Type> = defineEnum('mesos.v1.ExecutorInfo.Type', {
  UNKNOWN: 0,
  DEFAULT: 1,
  CUSTOM: 2,
});

/** The region and zone of a machine. */
export interface DomainInfo {
  fault_domain?: DomainInfo_FaultDomain;
}
/** Descriptor of mesos.v1.DomainInfo. */
export const DomainInfo: MessageType<DomainInfo> = defineMessage('mesos.v1.DomainInfo', () => [
  [1, 'fault_domain', 'optional', DomainInfo_FaultDomain],
]);

/** Message mesos.v1.DomainInfo.FaultDomain. */
export interface DomainInfo_FaultDomain {
  region: DomainInfo_FaultDomain_RegionInfo;
  zone: DomainInfo_FaultDomain_ZoneInfo;
}
/** Descriptor of mesos.v1.DomainInfo.FaultDomain. */
export const DomainInfo_FaultDomain: MessageType<DomainInfo_FaultDomain> = defineMessage('mesos.v1.DomainInfo.FaultDomain', () => [
  [1, 'region', 'required', DomainInfo_FaultDomain_RegionInfo],
  [2, 'zone', 'required', DomainInfo_FaultDomain_ZoneInfo],
]);

/** Message mesos.v1.DomainInfo.FaultDomain.RegionInfo. */
export interface DomainInfo_FaultDomain_RegionInfo {
  name: string;
}
/** Descriptor of mesos.v1.DomainInfo.FaultDomain.RegionInfo. */
export const DomainInfo_FaultDomain_RegionInfo: MessageType<DomainInfo_FaultDomain_RegionInfo> = defineMessage('mesos.v1.DomainInfo.FaultDomain.RegionInfo', () => [
  [1, 'name', 'required', 'string'],
]);

/** Message mesos.v1.DomainInfo.FaultDomain.ZoneInfo. */
export interface DomainInfo_FaultDomain_ZoneInfo {
  name: string;
}
/** Descriptor of mesos.v1.DomainInfo.FaultDomain.ZoneInfo. */
export const DomainInfo_FaultDomain_ZoneInfo: MessageType<DomainInfo_FaultDomain_ZoneInfo> = defineMessage('mesos.v1.DomainInfo.FaultDomain.ZoneInfo', () => [
  [1, 'name', 'required', 'string'],
]);

/** A master; the leading one writes this into ZooKeeper as JSON. */
export interface MasterInfo {
  id: string;
  /** The IPv4 address as a number in network byte order. */
  ip: number;
  port: number;
  pid?: string;
  hostname?: string;
  version?: string;
  address?: Address;
  domain?: DomainInfo;
  capabilities?: MasterInfo_Capability[];
}
/** Descriptor of mesos.v1.MasterInfo. */
export const MasterInfo: MessageType<MasterInfo> = defineMessage('mesos.v1.MasterInfo', () => [
  [1, 'id', 'required', 'string'],
  [2, 'ip', 'required', 'uint32'],
  [3, 'port', 'required', 'uint32', 5050],
  [4, 'pid', 'optional', 'string'],
  [5, 'hostname', 'optional', 'string'],
  [6, 'version', 'optional', 'string'],
  [7, 'address', 'optional', Address],
  [8, 'domain', 'optional', DomainInfo],
  [9, 'capabilities', 'repeated', MasterInfo_Capability],
]);

/** Message mesos.v1.MasterInfo.Capability. */
export interface MasterInfo_Capability {
  type?: MasterInfo_Capability_Type;
}
/** Descriptor of mesos.v1.MasterInfo.Capability. */
export const MasterInfo_Capability: MessageType<MasterInfo_Capability> = defineMessage('mesos.v1.MasterInfo.Capability', () => [
  [1, 'type', 'optional', MasterInfo_Capability_Type],
]);

/** Enum mesos.v1.MasterInfo.Capability.Type. */
export type MasterInfo_Capability_Type =
  | 'UNKNOWN'
  | 'AGENT_UPDATE'
  | 'AGENT_DRAINING'
  | 'QUOTA_V2';
/** Names and numbers of mesos.v1.MasterInfo.Capability.Type. */
export const MasterInfo_Capability_Type: EnumType<MasterInfo_Capability_Type> = defineEnum('mesos.v1.MasterInfo.Capability.Type', {
  UNKNOWN: 0,
  AGENT_UPDATE: 1,
  AGENT_DRAINING: 2,
  QUOTA_V2: 3,
});

/** An agent as it registered. */
export interface AgentInfo {
  hostname: string;
  port?: number;
  resources?: Resource[];
  attributes?: Attribute[];
  id?: AgentID;
  /** Always true where it is shown: GET_AGENTS and the legacy endpoints. */
  checkpoint?: boolean;
  domain?: DomainInfo;
}
/** Descriptor of mesos.v1.AgentInfo. */
export const AgentInfo: MessageType<AgentInfo> = defineMessage('mesos.v1.AgentInfo', () => [
  [1, 'hostname', 'required', 'string'],
  [8, 'port', 'optional', 'int32', 5051],
  [3, 'resources', 'repeated', Resource],
  [5, 'attributes', 'repeated', Attribute],
  [6, 'id', 'optional', AgentID],
  [7, 'checkpoint', 'optional', 'bool'],
  [10, 'domain', 'optional', DomainInfo],
]);

/** Message mesos.v1.AgentInfo.Capability. */
export interface AgentInfo_Capability {
  type?: AgentInfo_Capability_Type;
}
/** Descriptor of mesos.v1.AgentInfo.Capability. */
export const AgentInfo_Capability: MessageType<AgentInfo_Capability> = defineMessage('mesos.v1.AgentInfo.Capability', () => [
  [1, 'type', 'optional', AgentInfo_Capability_Type],
]);

/** Enum mesos.v1.AgentInfo.Capability.Type. */
export type AgentInfo_Capability_Type =
  | 'UNKNOWN'
  | 'MULTI_ROLE'
  | 'HIERARCHICAL_ROLE'
  | 'RESERVATION_REFINEMENT'
  | 'RESOURCE_PROVIDER'
  | 'RESIZE_VOLUME'
  | 'AGENT_OPERATION_FEEDBACK'
  | 'AGENT_DRAINING'
  | 'TASK_RESOURCE_LIMITS';
/** Names and numbers of mesos.v1.AgentInfo.Capability.Type. */
export const AgentInfo_Capability_Type: EnumType<AgentInfo_Capability_Type> = defineEnum('mesos.v1.AgentInfo.Capability.Type', {
  UNKNOWN: 0,
  MULTI_ROLE: 1,
  HIERARCHICAL_ROLE: 2,
  RESERVATION_REFINEMENT: 3,
  RESOURCE_PROVIDER: 4,
  RESIZE_VOLUME: 5,
  AGENT_OPERATION_FEEDBACK: 6,
  AGENT_DRAINING: 7,
  TASK_RESOURCE_LIMITS: 8,
});

/** How to run a CSI plugin. */
export interface CSIPluginContainerInfo {
  services?: CSIPluginContainerInfo_Service[];
  command?: CommandInfo;
  resources?: Resource[];
  container?: ContainerInfo;
}
/** Descriptor of mesos.v1.CSIPluginContainerInfo. */
export const CSIPluginContainerInfo: MessageType<CSIPluginContainerInfo> = defineMessage('mesos.v1.CSIPluginContainerInfo', () => [
  [1, 'services', 'repeated', CSIPluginContainerInfo_Service],
  [2, 'command', 'optional', CommandInfo],
  [3, 'resources', 'repeated', Resource],
  [4, 'container', 'optional', ContainerInfo],
]);

/** Enum mesos.v1.CSIPluginContainerInfo.Service. */
export type CSIPluginContainerInfo_Service =
  | 'UNKNOWN'
  | 'CONTROLLER_SERVICE'
  | 'NODE_SERVICE';
/** Names and numbers of mesos.v1.CSIPluginContainerInfo.Service. */
export const CSIPluginContainerInfo_Service: EnumType<CSIPluginContainerInfo_Service> = defineEnum('mesos.v1.CSIPluginContainerInfo.Service', {
  UNKNOWN: 0,
  CONTROLLER_SERVICE: 1,
  NODE_SERVICE: 2,
});

/** Where a CSI plugin already listens. */
export interface CSIPluginEndpoint {
  csi_service: CSIPluginContainerInfo_Service;
  endpoint: string;
}
/** Descriptor of mesos.v1.CSIPluginEndpoint. */
export const CSIPluginEndpoint: MessageType<CSIPluginEndpoint> = defineMessage('mesos.v1.CSIPluginEndpoint', () => [
  [1, 'csi_service', 'required', CSIPluginContainerInfo_Service],
  [2, 'endpoint', 'required', 'string'],
]);

/** A CSI plugin, run by us or managed elsewhere. */
export interface CSIPluginInfo {
  type: string;
  name?: string;
  containers?: CSIPluginContainerInfo[];
  endpoints?: CSIPluginEndpoint[];
  target_path_root?: string;
  target_path_exists?: boolean;
}
/** Descriptor of mesos.v1.CSIPluginInfo. */
export const CSIPluginInfo: MessageType<CSIPluginInfo> = defineMessage('mesos.v1.CSIPluginInfo', () => [
  [1, 'type', 'required', 'string'],
  [2, 'name', 'optional', 'string', 'default'],
  [3, 'containers', 'repeated', CSIPluginContainerInfo],
  [4, 'endpoints', 'repeated', CSIPluginEndpoint],
  [5, 'target_path_root', 'optional', 'string'],
  [6, 'target_path_exists', 'optional', 'bool'],
]);

/** A source of resources beside the agent's own. */
export interface ResourceProviderInfo {
  id?: ResourceProviderID;
  attributes?: Attribute[];
  type: string;
  name: string;
  default_reservations?: Resource_ReservationInfo[];
  storage?: ResourceProviderInfo_Storage;
}
/** Descriptor of mesos.v1.ResourceProviderInfo. */
export const ResourceProviderInfo: MessageType<ResourceProviderInfo> = defineMessage('mesos.v1.ResourceProviderInfo', () => [
  [1, 'id', 'optional', ResourceProviderID],
  [2, 'attributes', 'repeated', Attribute],
  [3, 'type', 'required', 'string'],
  [4, 'name', 'required', 'string'],
  [5, 'default_reservations', 'repeated', Resource_ReservationInfo],
  [6, 'storage', 'optional', ResourceProviderInfo_Storage],
]);

/** Message mesos.v1.ResourceProviderInfo.Storage. */
export interface ResourceProviderInfo_Storage {
  plugin: CSIPluginInfo;
  reconciliation_interval_seconds?: number;
}
/** Descriptor of mesos.v1.ResourceProviderInfo.Storage. */
export const ResourceProviderInfo_Storage: MessageType<ResourceProviderInfo_Storage> = defineMessage('mesos.v1.ResourceProviderInfo.Storage', () => [
  [1, 'plugin', 'required', CSIPluginInfo],
  [2, 'reconciliation_interval_seconds', 'optional', 'double'],
]);
