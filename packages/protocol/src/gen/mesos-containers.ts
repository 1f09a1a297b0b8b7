/** Wire types: containers. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import {
  CapabilityInfo,
  CgroupInfo,
  DiscoveryInfo_Visibility,
} from './mesos-discovery-labels-and-cluster-facts.ts';
import { ContainerID } from './mesos-identifiers-addresses-and-machines.ts';
import { Image, Parameter, Volume } from './mesos-secrets-images-and-volumes.ts';

/** A network a container joins. */
export interface NetworkInfo {
  ip_addresses?: NetworkInfo_IPAddress[];
  name?: string;
  groups?: string[];
  labels?: Labels;
  port_mappings?: NetworkInfo_PortMapping[];
}
/** Descriptor of mesos.v1.NetworkInfo. */
export const NetworkInfo: MessageType<NetworkInfo> = defineMessage('mesos.v1.NetworkInfo', () => [
  [5, 'ip_addresses', 'repeated', NetworkInfo_IPAddress],
  [6, 'name', 'optional', 'string'],
  [3, 'groups', 'repeated', 'string'],
  [4, 'labels', 'optional', Labels],
  [7, 'port_mappings', 'repeated', NetworkInfo_PortMapping],
]);

/** Enum mesos.v1.NetworkInfo.Protocol. */
export type NetworkInfo_Protocol =
  | 'IPv4'
  | 'IPv6';
/** Names and numbers of mesos.v1.NetworkInfo.Protocol. */
export const NetworkInfo_Protocol: EnumType<NetworkInfo_Protocol> = defineEnum('mesos.v1.NetworkInfo.Protocol', {
  IPv4: 1,
  IPv6: 2,
});

/** Message mesos.v1.NetworkInfo.IPAddress. */
export interface NetworkInfo_IPAddress {
  protocol?: NetworkInfo_Protocol;
  ip_address?: string;
}
/** Descriptor of mesos.v1.NetworkInfo.IPAddress. */
export const NetworkInfo_IPAddress: MessageType<NetworkInfo_IPAddress> = defineMessage('mesos.v1.NetworkInfo.IPAddress', () => [
  [1, 'protocol', 'optional', NetworkInfo_Protocol, 'IPv4'],
  [2, 'ip_address', 'optional', 'string'],
]);

/** Message mesos.v1.NetworkInfo.PortMapping. */
export interface NetworkInfo_PortMapping {
  host_port: number;
  container_port: number;
  protocol?: string;
}
/** Descriptor of mesos.v1.NetworkInfo.PortMapping. */
export const NetworkInfo_PortMapping: MessageType<NetworkInfo_PortMapping> = defineMessage('mesos.v1.NetworkInfo.PortMapping', () => [
  [1, 'host_port', 'required', 'uint32'],
  [2, 'container_port', 'required', 'uint32'],
  [3, 'protocol', 'optional', 'string'],
]);

/** Message mesos.v1.SeccompInfo. */
export interface SeccompInfo {
  profile_name?: string;
  unconfined?: boolean;
}
/** Descriptor of mesos.v1.SeccompInfo. */
export const SeccompInfo: MessageType<SeccompInfo> = defineMessage('mesos.v1.SeccompInfo', () => [
  [1, 'profile_name', 'optional', 'string'],
  [2, 'unconfined', 'optional', 'bool'],
]);

/** Linux settings of a container. */
export interface LinuxInfo {
  capability_info?: CapabilityInfo;
  bounding_capabilities?: CapabilityInfo;
  effective_capabilities?: CapabilityInfo;
  share_pid_namespace?: boolean;
  seccomp?: SeccompInfo;
  ipc_mode?: LinuxInfo_IpcMode;
  shm_size?: number;
  share_cgroups?: boolean;
}
/** Descriptor of mesos.v1.LinuxInfo. */
export const LinuxInfo: MessageType<LinuxInfo> = defineMessage('mesos.v1.LinuxInfo', () => [
  [1, 'capability_info', 'optional', CapabilityInfo],
  [2, 'bounding_capabilities', 'optional', CapabilityInfo],
  [3, 'effective_capabilities', 'optional', CapabilityInfo],
  [4, 'share_pid_namespace', 'optional', 'bool'],
  [5, 'seccomp', 'optional', SeccompInfo],
  [6, 'ipc_mode', 'optional', LinuxInfo_IpcMode],
  [7, 'shm_size', 'optional', 'uint32'],
  [8, 'share_cgroups', 'optional', 'bool', true],
]);

/** Enum mesos.v1.LinuxInfo.IpcMode. */
export type LinuxInfo_IpcMode =
  | 'UNKNOWN'
  | 'PRIVATE'
  | 'SHARE_PARENT';
/** Names and numbers of mesos.v1.LinuxInfo.IpcMode. */
export const LinuxInfo_IpcMode: EnumType<LinuxInfo_IpcMode> = defineEnum('mesos.v1.LinuxInfo.IpcMode', {
  UNKNOWN: 0,
  PRIVATE: 1,
  SHARE_PARENT: 2,
});

/** Process limits; neither hard nor soft means unlimited. */
export interface RLimitInfo {
  rlimits?: RLimitInfo_RLimit[];
}
/** Descriptor of mesos.v1.RLimitInfo. */
export const RLimitInfo: MessageType<RLimitInfo> = defineMessage('mesos.v1.RLimitInfo', () => [
  [1, 'rlimits', 'repeated', RLimitInfo_RLimit],
]);

/** Message mesos.v1.RLimitInfo.RLimit. */
export interface RLimitInfo_RLimit {
  type?: RLimitInfo_RLimit_Type;
  hard?: number;
  soft?: number;
}
/** Descriptor of mesos.v1.RLimitInfo.RLimit. */
export const RLimitInfo_RLimit: MessageType<RLimitInfo_RLimit> = defineMessage('mesos.v1.RLimitInfo.RLimit', () => [
  [1, 'type', 'optional', RLimitInfo_RLimit_Type],
  [2, 'hard', 'optional', 'uint64'],
  [3, 'soft', 'optional', 'uint64'],
]);

/** Enum mesos.v1.RLimitInfo.RLimit.Type. */
export type RLimitInfo_RLimit_Type =
  | 'UNKNOWN'
  | 'RLMT_AS'
  | 'RLMT_CORE'
  | 'RLMT_CPU'
  | 'RLMT_DATA'
  | 'RLMT_FSIZE'
  | 'RLMT_LOCKS'
  | 'RLMT_MEMLOCK'
  | 'RLMT_MSGQUEUE'
  | 'RLMT_NICE'
  | 'RLMT_NOFILE'
  | 'RLMT_NPROC'
  | 'RLMT_RSS'
  | 'RLMT_RTPRIO'
  | 'RLMT_RTTIME'
  | 'RLMT_SIGPENDING'
  | 'RLMT_STACK';
/** Names and numbers of mesos.v1.RLimitInfo.RLimit.Type. */
export const RLimitInfo_RLimit_Type: EnumType<RLimitInfo_RLimit_Type> = defineEnum('mesos.v1.RLimitInfo.RLimit.Type', {
  UNKNOWN: 0,
  RLMT_AS: 1,
  RLMT_CORE: 2,
  RLMT_CPU: 3,
  RLMT_DATA: 4,
  RLMT_FSIZE: 5,
  RLMT_LOCKS: 6,
  RLMT_MEMLOCK: 7,
  RLMT_MSGQUEUE: 8,
  RLMT_NICE: 9,
  RLMT_NOFILE: 10,
  RLMT_NPROC: 11,
  RLMT_RSS: 12,
  RLMT_RTPRIO: 13,
  RLMT_RTTIME: 14,
  RLMT_SIGPENDING: 15,
  RLMT_STACK: 16,
});

/** A terminal for a container. */
export interface TTYInfo {
  window_size?: TTYInfo_WindowSize;
}
/** Descriptor of mesos.v1.TTYInfo. */
export const TTYInfo: MessageType<TTYInfo> = defineMessage('mesos.v1.TTYInfo', () => [
  [1, 'window_size', 'optional', TTYInfo_WindowSize],
]);

/** Message mesos.v1.TTYInfo.WindowSize. */
export interface TTYInfo_WindowSize {
  rows: number;
  columns: number;
}
/** Descriptor of mesos.v1.TTYInfo.WindowSize. */
export const TTYInfo_WindowSize: MessageType<TTYInfo_WindowSize> = defineMessage('mesos.v1.TTYInfo.WindowSize', () => [
  [1, 'rows', 'required', 'uint32'],
  [2, 'columns', 'required', 'uint32'],
]);

/** How the container of a task or executor is made. */
export interface ContainerInfo {
  type: ContainerInfo_Type;
  volumes?: Volume[];
  hostname?: string;
  docker?: ContainerInfo_DockerInfo;
  mesos?: ContainerInfo_MesosInfo;
  network_infos?: NetworkInfo[];
  linux_info?: LinuxInfo;
  rlimit_info?: RLimitInfo;
  tty_info?: TTYInfo;
}
/** Descriptor of mesos.v1.ContainerInfo. */
export const ContainerInfo: MessageType<ContainerInfo> = defineMessage('mesos.v1.ContainerInfo', () => [
  [1, 'type', 'required', ContainerInfo_Type],
  [2, 'volumes', 'repeated', Volume],
  [4, 'hostname', 'optional', 'string'],
  [3, 'docker', 'optional', ContainerInfo_DockerInfo],
  [5, 'mesos', 'optional', ContainerInfo_MesosInfo],
  [7, 'network_infos', 'repeated', NetworkInfo],
  [8, 'linux_info', 'optional', LinuxInfo],
  [9, 'rlimit_info', 'optional', RLimitInfo],
  [10, 'tty_info', 'optional', TTYInfo],
]);

/** Enum mesos.v1.ContainerInfo.Type. */
export type ContainerInfo_Type =
  | 'DOCKER'
  | 'MESOS';
/** Names and numbers of mesos.v1.ContainerInfo.Type. */
export const ContainerInfo_Type: EnumType<ContainerInfo_Type> = defineEnum('mesos.v1.ContainerInfo.Type', {
  DOCKER: 1,
  MESOS: 2,
});

/** Message mesos.v1.ContainerInfo.DockerInfo. */
export interface ContainerInfo_DockerInfo {
  image: string;
  network?: ContainerInfo_DockerInfo_Network;
  port_mappings?: ContainerInfo_DockerInfo_PortMapping[];
  privileged?: boolean;
  parameters?: Parameter[];
  force_pull_image?: boolean;
  volume_driver?: string;
}
/** Descriptor of mesos.v1.ContainerInfo.DockerInfo. */
export const ContainerInfo_DockerInfo: MessageType<ContainerInfo_DockerInfo> = defineMessage('mesos.v1.ContainerInfo.DockerInfo', () => [
  [1, 'image', 'required', 'string'],
  [2, 'network', 'optional', ContainerInfo_DockerInfo_Network, 'HOST'],
  [3, 'port_mappings', 'repeated', ContainerInfo_DockerInfo_PortMapping],
  [4, 'privileged', 'optional', 'bool', false],
  [5, 'parameters', 'repeated', Parameter],
  [6, 'force_pull_image', 'optional', 'bool'],
  [7, 'volume_driver', 'optional', 'string'],
]);

/** Enum mesos.v1.ContainerInfo.DockerInfo.Network. */
export type ContainerInfo_DockerInfo_Network =
  | 'HOST'
  | 'BRIDGE'
  | 'NONE'
  | 'USER';
/** Names and numbers of mesos.v1.ContainerInfo.DockerInfo.Network. */
export const ContainerInfo_DockerInfo_Network: EnumType<ContainerInfo_DockerInfo_Network> = defineEnum('mesos.v1.ContainerInfo.DockerInfo.Network', {
  HOST: 1,
  BRIDGE: 2,
  NONE: 3,
  USER: 4,
});

/** Message mesos.v1.ContainerInfo.DockerInfo.PortMapping. */
export interface ContainerInfo_DockerInfo_PortMapping {
  host_port: number;
  container_port: number;
  protocol?: string;
}
/** Descriptor of mesos.v1.ContainerInfo.DockerInfo.PortMapping. */
export const ContainerInfo_DockerInfo_PortMapping: MessageType<ContainerInfo_DockerInfo_PortMapping> = defineMessage('mesos.v1.ContainerInfo.DockerInfo.PortMapping', () => [
  [1, 'host_port', 'required', 'uint32'],
  [2, 'container_port', 'required', 'uint32'],
  [3, 'protocol', 'optional', 'string'],
]);

/** Message mesos.v1.ContainerInfo.MesosInfo. */
export interface ContainerInfo_MesosInfo {
  image?: Image;
}
/** Descriptor of mesos.v1.ContainerInfo.MesosInfo. */
export const ContainerInfo_MesosInfo: MessageType<ContainerInfo_MesosInfo> = defineMessage('mesos.v1.ContainerInfo.MesosInfo', () => [
  [1, 'image', 'optional', Image],
]);

/** What the agent knows of a container at run time. */
export interface ContainerStatus {
  container_id?: ContainerID;
  network_infos?: NetworkInfo[];
  cgroup_info?: CgroupInfo;
  executor_pid?: number;
}
/** Descriptor of mesos.v1.ContainerStatus. */
export const ContainerStatus: MessageType<ContainerStatus> = defineMessage('mesos.v1.ContainerStatus', () => [
  [4, 'container_id', 'optional', ContainerID],
  [1, 'network_infos', 'repeated', NetworkInfo],
  [2, 'cgroup_info', 'optional', CgroupInfo],
  [3, 'executor_pid', 'optional', 'uint32'],
]);

/** Free key and value pairs. */
export interface Labels {
  labels?: Label[];
}
/** Descriptor of mesos.v1.Labels. */
export const Labels: MessageType<Labels> = defineMessage('mesos.v1.Labels', () => [
  [1, 'labels', 'repeated', Label],
]);

/** Message mesos.v1.Label. */
export interface Label {
  key: string;
  value?: string;
}
/** Descriptor of mesos.v1.Label. */
export const Label: MessageType<Label> = defineMessage('mesos.v1.Label', () => [
  [1, 'key', 'required', 'string'],
  [2, 'value', 'optional', 'string'],
]);

/** Message mesos.v1.Port. */
export interface Port {
  number: number;
  name?: string;
  protocol?: string;
  visibility?: DiscoveryInfo_Visibility;
  labels?: Labels;
}
/** Descriptor of mesos.v1.Port. */
export const Port: MessageType<Port> = defineMessage('mesos.v1.Port', () => [
  [1, 'number', 'required', 'uint32'],
  [2, 'name', 'optional', 'string'],
  [3, 'protocol', 'optional', 'string'],
  [4, 'visibility', 'optional', DiscoveryInfo_Visibility],
  [5, 'labels', 'optional', Labels],
]);

/** Message mesos.v1.Ports. */
export interface Ports {
  ports?: Port[];
}
/** Descriptor of mesos.v1.Ports. */
export const Ports: MessageType<Ports> = defineMessage('mesos.v1.Ports', () => [
  [1, 'ports', 'repeated', Port],
]);
