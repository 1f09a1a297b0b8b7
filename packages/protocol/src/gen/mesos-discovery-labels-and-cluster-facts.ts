/** Wire types: discovery, labels and cluster facts. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { Labels, Ports } from './mesos-containers.ts';
import { DurationInfo, FrameworkID, TimeInfo } from './mesos-identifiers-addresses-and-machines.ts';
import { Resource } from './mesos-values-and-resources.ts';

/** How a task wants to be found by others. */
export interface DiscoveryInfo {
  visibility: DiscoveryInfo_Visibility;
  name?: string;
  environment?: string;
  location?: string;
  version?: string;
  ports?: Ports;
  labels?: Labels;
}
/** Descriptor of mesos.v1.DiscoveryInfo. */
export const DiscoveryInfo: MessageType<DiscoveryInfo> = defineMessage('mesos.v1.DiscoveryInfo', () => [
  [1, 'visibility', 'required', DiscoveryInfo_Visibility],
  [2, 'name', 'optional', 'string'],
  [3, 'environment', 'optional', 'string'],
  [4, 'location', 'optional', 'string'],
  [5, 'version', 'optional', 'string'],
  [6, 'ports', 'optional', Ports],
  [7, 'labels', 'optional', Labels],
]);

/** Enum mesos.v1.DiscoveryInfo.Visibility. */
export type DiscoveryInfo_Visibility =
  | 'FRAMEWORK'
  | 'CLUSTER'
  | 'EXTERNAL';
/** Names and numbers of mesos.v1.DiscoveryInfo.Visibility. */
export const DiscoveryInfo_Visibility: EnumType<DiscoveryInfo_Visibility> = defineEnum('mesos.v1.DiscoveryInfo.Visibility', {
  FRAMEWORK: 0,
  CLUSTER: 1,
  EXTERNAL: 2,
});

/** The weight of a role in the fair share. */
export interface WeightInfo {
  weight: number;
  role?: string;
}
/** Descriptor of mesos.v1.WeightInfo. */
export const WeightInfo: MessageType<WeightInfo> = defineMessage('mesos.v1.WeightInfo', () => [
  [1, 'weight', 'required', 'double'],
  [2, 'role', 'optional', 'string'],
]);

/** What runs, and where it was built from. */
export interface VersionInfo {
  version: string;
  build_date?: string;
  build_time?: number;
  build_user?: string;
  git_sha?: string;
  git_branch?: string;
  git_tag?: string;
}
/** Descriptor of mesos.v1.VersionInfo. */
export const VersionInfo: MessageType<VersionInfo> = defineMessage('mesos.v1.VersionInfo', () => [
  [1, 'version', 'required', 'string'],
  [2, 'build_date', 'optional', 'string'],
  [3, 'build_time', 'optional', 'double'],
  [4, 'build_user', 'optional', 'string'],
  [5, 'git_sha', 'optional', 'string'],
  [6, 'git_branch', 'optional', 'string'],
  [7, 'git_tag', 'optional', 'string'],
]);

/** Message mesos.v1.Flag. */
export interface Flag {
  name: string;
  value?: string;
}
/** Descriptor of mesos.v1.Flag. */
export const Flag: MessageType<Flag> = defineMessage('mesos.v1.Flag', () => [
  [1, 'name', 'required', 'string'],
  [2, 'value', 'optional', 'string'],
]);

/** Message mesos.v1.Role. */
export interface Role {
  name: string;
  weight: number;
  frameworks?: FrameworkID[];
  resources?: Resource[];
}
/** Descriptor of mesos.v1.Role. */
export const Role: MessageType<Role> = defineMessage('mesos.v1.Role', () => [
  [1, 'name', 'required', 'string'],
  [2, 'weight', 'required', 'double'],
  [3, 'frameworks', 'repeated', FrameworkID],
  [4, 'resources', 'repeated', Resource],
]);

/** A file as /files/browse lists it. */
export interface FileInfo {
  path: string;
  nlink?: number;
  size?: number;
  mtime?: TimeInfo;
  mode?: number;
  uid?: string;
  gid?: string;
}
/** Descriptor of mesos.v1.FileInfo. */
export const FileInfo: MessageType<FileInfo> = defineMessage('mesos.v1.FileInfo', () => [
  [1, 'path', 'required', 'string'],
  [2, 'nlink', 'optional', 'int32'],
  [3, 'size', 'optional', 'uint64'],
  [4, 'mtime', 'optional', TimeInfo],
  [5, 'mode', 'optional', 'uint32'],
  [6, 'uid', 'optional', 'string'],
  [7, 'gid', 'optional', 'string'],
]);

/** Enum mesos.v1.DrainState. */
export type DrainState =
  | 'UNKNOWN'
  | 'DRAINING'
  | 'DRAINED';
/** Names and numbers of mesos.v1.DrainState. */
export const DrainState: EnumType<DrainState> = defineEnum('mesos.v1.DrainState', {
  UNKNOWN: 0,
  DRAINING: 1,
  DRAINED: 2,
});

/** How an agent is emptied. */
export interface DrainConfig {
  max_grace_period?: DurationInfo;
  mark_gone?: boolean;
}
/** Descriptor of mesos.v1.DrainConfig. */
export const DrainConfig: MessageType<DrainConfig> = defineMessage('mesos.v1.DrainConfig', () => [
  [1, 'max_grace_period', 'optional', DurationInfo],
  [2, 'mark_gone', 'optional', 'bool', false],
]);

/** How far the emptying of an agent got. */
export interface DrainInfo {
  state: DrainState;
  config: DrainConfig;
}
/** Descriptor of mesos.v1.DrainInfo. */
export const DrainInfo: MessageType<DrainInfo> = defineMessage('mesos.v1.DrainInfo', () => [
  [1, 'state', 'required', DrainState],
  [2, 'config', 'required', DrainConfig],
]);

/** The use of resources by a container at one moment. */
export interface ResourceStatistics {
  timestamp: number;
  cpus_user_time_secs?: number;
  cpus_system_time_secs?: number;
  cpus_limit?: number;
  mem_rss_bytes?: number;
  mem_limit_bytes?: number;
  cpus_nr_periods?: number;
  cpus_nr_throttled?: number;
  cpus_throttled_time_secs?: number;
  mem_file_bytes?: number;
  mem_anon_bytes?: number;
  mem_mapped_file_bytes?: number;
  net_rx_packets?: number;
  net_rx_bytes?: number;
  net_rx_errors?: number;
  net_rx_dropped?: number;
  net_tx_packets?: number;
  net_tx_bytes?: number;
  net_tx_errors?: number;
  net_tx_dropped?: number;
  disk_limit_bytes?: number;
  disk_used_bytes?: number;
  processes?: number;
  threads?: number;
  mem_low_pressure_counter?: number;
  mem_medium_pressure_counter?: number;
  mem_critical_pressure_counter?: number;
  mem_total_bytes?: number;
  mem_soft_limit_bytes?: number;
  mem_cache_bytes?: number;
  mem_swap_bytes?: number;
  mem_unevictable_bytes?: number;
  cpus_soft_limit?: number;
  mem_kmem_usage_bytes?: number;
  mem_kmem_tcp_usage_bytes?: number;
}
/** Descriptor of mesos.v1.ResourceStatistics. */
export const ResourceStatistics: MessageType<ResourceStatistics> = defineMessage('mesos.v1.ResourceStatistics', () => [
  [1, 'timestamp', 'required', 'double'],
  [2, 'cpus_user_time_secs', 'optional', 'double'],
  [3, 'cpus_system_time_secs', 'optional', 'double'],
  [4, 'cpus_limit', 'optional', 'double'],
  [5, 'mem_rss_bytes', 'optional', 'uint64'],
  [6, 'mem_limit_bytes', 'optional', 'uint64'],
  [7, 'cpus_nr_periods', 'optional', 'uint32'],
  [8, 'cpus_nr_throttled', 'optional', 'uint32'],
  [9, 'cpus_throttled_time_secs', 'optional', 'double'],
  [10, 'mem_file_bytes', 'optional', 'uint64'],
  [11, 'mem_anon_bytes', 'optional', 'uint64'],
  [12, 'mem_mapped_file_bytes', 'optional', 'uint64'],
  [14, 'net_rx_packets', 'optional', 'uint64'],
  [15, 'net_rx_bytes', 'optional', 'uint64'],
  [16, 'net_rx_errors', 'optional', 'uint64'],
  [17, 'net_rx_dropped', 'optional', 'uint64'],
  [18, 'net_tx_packets', 'optional', 'uint64'],
  [19, 'net_tx_bytes', 'optional', 'uint64'],
  [20, 'net_tx_errors', 'optional', 'uint64'],
  [21, 'net_tx_dropped', 'optional', 'uint64'],
  [26, 'disk_limit_bytes', 'optional', 'uint64'],
  [27, 'disk_used_bytes', 'optional', 'uint64'],
  [30, 'processes', 'optional', 'uint32'],
  [31, 'threads', 'optional', 'uint32'],
  [32, 'mem_low_pressure_counter', 'optional', 'uint64'],
  [33, 'mem_medium_pressure_counter', 'optional', 'uint64'],
  [34, 'mem_critical_pressure_counter', 'optional', 'uint64'],
  [36, 'mem_total_bytes', 'optional', 'uint64'],
  [38, 'mem_soft_limit_bytes', 'optional', 'uint64'],
  [39, 'mem_cache_bytes', 'optional', 'uint64'],
  [40, 'mem_swap_bytes', 'optional', 'uint64'],
  [41, 'mem_unevictable_bytes', 'optional', 'uint64'],
  [45, 'cpus_soft_limit', 'optional', 'double'],
  [52, 'mem_kmem_usage_bytes', 'optional', 'uint64'],
  [53, 'mem_kmem_tcp_usage_bytes', 'optional', 'uint64'],
]);

/** Control group facts of a container. */
export interface CgroupInfo {
  net_cls?: CgroupInfo_NetCls;
}
/** Descriptor of mesos.v1.CgroupInfo. */
export const CgroupInfo: MessageType<CgroupInfo> = defineMessage('mesos.v1.CgroupInfo', () => [
  [1, 'net_cls', 'optional', CgroupInfo_NetCls],
]);

/** Message mesos.v1.CgroupInfo.NetCls. */
export interface CgroupInfo_NetCls {
  classid?: number;
}
/** Descriptor of mesos.v1.CgroupInfo.NetCls. */
export const CgroupInfo_NetCls: MessageType<CgroupInfo_NetCls> = defineMessage('mesos.v1.CgroupInfo.NetCls', () => [
  [1, 'classid', 'optional', 'uint32'],
]);

/** Linux capabilities, numbered from 1000. */
export interface CapabilityInfo {
  capabilities?: CapabilityInfo_Capability[];
}
/** Descriptor of mesos.v1.CapabilityInfo. */
export const CapabilityInfo: MessageType<CapabilityInfo> = defineMessage('mesos.v1.CapabilityInfo', () => [
  [1, 'capabilities', 'repeated', CapabilityInfo_Capability],
]);

/** Enum mesos.v1.CapabilityInfo.Capability. */
export type CapabilityInfo_Capability =
  | 'UNKNOWN'
  | 'CHOWN'
  | 'DAC_OVERRIDE'
  | 'DAC_READ_SEARCH'
  | 'FOWNER'
  | 'FSETID'
  | 'KILL'
  | 'SETGID'
  | 'SETUID'
  | 'SETPCAP'
  | 'LINUX_IMMUTABLE'
  | 'NET_BIND_SERVICE'
  | 'NET_BROADCAST'
  | 'NET_ADMIN'
  | 'NET_RAW'
  | 'IPC_LOCK'
  | 'IPC_OWNER'
  | 'SYS_MODULE'
  | 'SYS_RAWIO'
  | 'SYS_CHROOT'
  | 'SYS_PTRACE'
  | 'SYS_PACCT'
  | 'SYS_ADMIN'
  | 'SYS_BOOT'
  | 'SYS_NICE'
  | 'SYS_RESOURCE'
  | 'SYS_TIME'
  | 'SYS_TTY_CONFIG'
  | 'MKNOD'
  | 'LEASE'
  | 'AUDIT_WRITE'
  | 'AUDIT_CONTROL'
  | 'SETFCAP'
  | 'MAC_OVERRIDE'
  | 'MAC_ADMIN'
  | 'SYSLOG'
  | 'WAKE_ALARM'
  | 'BLOCK_SUSPEND'
  | 'AUDIT_READ'
  | 'PERFMON'
  | 'BPF'
  | 'CHECKPOINT_RESTORE';
/** Names and numbers of mesos.v1.CapabilityInfo.Capability. */
export const CapabilityInfo_Capability: EnumType<CapabilityInfo_Capability> = defineEnum('mesos.v1.CapabilityInfo.Capability', {
  UNKNOWN: 0,
  CHOWN: 1000,
  DAC_OVERRIDE: 1001,
  DAC_READ_SEARCH: 1002,
  FOWNER: 1003,
  FSETID: 1004,
  KILL: 1005,
  SETGID: 1006,
  SETUID: 1007,
  SETPCAP: 1008,
  LINUX_IMMUTABLE: 1009,
  NET_BIND_SERVICE: 1010,
  NET_BROADCAST: 1011,
  NET_ADMIN: 1012,
  NET_RAW: 1013,
  IPC_LOCK: 1014,
  IPC_OWNER: 1015,
  SYS_MODULE: 1016,
  SYS_RAWIO: 1017,
  SYS_CHROOT: 1018,
  SYS_PTRACE: 1019,
  SYS_PACCT: 1020,
  SYS_ADMIN: 1021,
  SYS_BOOT: 1022,
  SYS_NICE: 1023,
  SYS_RESOURCE: 1024,
  SYS_TIME: 1025,
  SYS_TTY_CONFIG: 1026,
  MKNOD: 1027,
  LEASE: 1028,
  AUDIT_WRITE: 1029,
  AUDIT_CONTROL: 1030,
  SETFCAP: 1031,
  MAC_OVERRIDE: 1032,
  MAC_ADMIN: 1033,
  SYSLOG: 1034,
  WAKE_ALARM: 1035,
  BLOCK_SUSPEND: 1036,
  AUDIT_READ: 1037,
  PERFMON: 1038,
  BPF: 1039,
  CHECKPOINT_RESTORE: 1040,
});

/** One measurement under its flat name. */
export interface Metric {
  name: string;
  value?: number;
}
/** Descriptor of mesos.v1.Metric. */
export const Metric: MessageType<Metric> = defineMessage('mesos.v1.Metric', () => [
  [1, 'name', 'required', 'string'],
  [2, 'value', 'optional', 'double'],
]);
