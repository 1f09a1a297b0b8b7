/** Wire types: secrets, images and volumes. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { Labels } from './mesos-containers.ts';

/** How long declined resources are not offered again. */
export interface Filters {
  refuse_seconds?: number;
}
/** Descriptor of mesos.v1.Filters. */
export const Filters: MessageType<Filters> = defineMessage('mesos.v1.Filters', () => [
  [1, 'refuse_seconds', 'optional', 'double', 5],
]);

/** Environment variables of a command. */
export interface Environment {
  variables?: Environment_Variable[];
}
/** Descriptor of mesos.v1.Environment. */
export const Environment: MessageType<Environment> = defineMessage('mesos.v1.Environment', () => [
  [1, 'variables', 'repeated', Environment_Variable],
]);

/** Message mesos.v1.Environment.Variable. */
export interface Environment_Variable {
  name: string;
  type?: Environment_Variable_Type;
  value?: string;
  secret?: Secret;
}
/** Descriptor of mesos.v1.Environment.Variable. */
export const Environment_Variable: MessageType<Environment_Variable> = defineMessage('mesos.v1.Environment.Variable', () => [
  [1, 'name', 'required', 'string'],
  [3, 'type', 'optional', Environment_Variable_Type, 'VALUE'],
  [2, 'value', 'optional', 'string'],
  [4, 'secret', 'optional', Secret],
]);

/** Enum mesos.v1.Environment.Variable.Type. */
export type Environment_Variable_Type =
  | 'UNKNOWN'
  | 'VALUE'
  | 'SECRET';
/** Names and numbers of mesos.v1.Environment.Variable.Type. */
export const Environment_Variable_Type: EnumType<Environment_Variable_Type> = defineEnum('mesos.v1.Environment.Variable.Type', {
  UNKNOWN: 0,
  VALUE: 1,
  SECRET: 2,
});

/** A key and a value passed on to a tool. */
export interface Parameter {
  key: string;
  value: string;
}
/** Descriptor of mesos.v1.Parameter. */
export const Parameter: MessageType<Parameter> = defineMessage('mesos.v1.Parameter', () => [
  [1, 'key', 'required', 'string'],
  [2, 'value', 'required', 'string'],
]);

/** Message mesos.v1.Parameters. */
export interface Parameters {
  parameter?: Parameter[];
}
/** Descriptor of mesos.v1.Parameters. */
export const Parameters: MessageType<Parameters> = defineMessage('mesos.v1.Parameters', () => [
  [1, 'parameter', 'repeated', Parameter],
]);

/** A principal and its secret. */
export interface Credential {
  principal: string;
  secret?: string;
}
/** Descriptor of mesos.v1.Credential. */
export const Credential: MessageType<Credential> = defineMessage('mesos.v1.Credential', () => [
  [1, 'principal', 'required', 'string'],
  [2, 'secret', 'optional', 'string'],
]);

/** A secret, by name or by value. */
export interface Secret {
  type?: Secret_Type;
  reference?: Secret_Reference;
  value?: Secret_Value;
}
/** Descriptor of mesos.v1.Secret. */
export const Secret: MessageType<Secret> = defineMessage('mesos.v1.Secret', () => [
  [1, 'type', 'optional', Secret_Type],
  [2, 'reference', 'optional', Secret_Reference],
  [3, 'value', 'optional', Secret_Value],
]);

/** Enum mesos.v1.Secret.Type. */
export type Secret_Type =
  | 'UNKNOWN'
  | 'REFERENCE'
  | 'VALUE';
/** Names and numbers of mesos.v1.Secret.Type. */
export const Secret_Type: EnumType<Secret_Type> = defineEnum('mesos.v1.Secret.Type', {
  UNKNOWN: 0,
  REFERENCE: 1,
  VALUE: 2,
});

/** Message mesos.v1.Secret.Reference. */
export interface Secret_Reference {
  name: string;
  key?: string;
}
/** Descriptor of mesos.v1.Secret.Reference. */
export const Secret_Reference: MessageType<Secret_Reference> = defineMessage('mesos.v1.Secret.Reference', () => [
  [1, 'name', 'required', 'string'],
  [2, 'key', 'optional', 'string'],
]);

/** Message mesos.v1.Secret.Value. */
export interface Secret_Value {
  data: Uint8Array;
}
/** Descriptor of mesos.v1.Secret.Value. */
export const Secret_Value: MessageType<Secret_Value> = defineMessage('mesos.v1.Secret.Value', () => [
  [1, 'data', 'required', 'bytes'],
]);

/** The image a container is made from. */
export interface Image {
  type: Image_Type;
  appc?: Image_Appc;
  docker?: Image_Docker;
  cached?: boolean;
}
/** Descriptor of mesos.v1.Image. */
export const Image: MessageType<Image> = defineMessage('mesos.v1.Image', () => [
  [1, 'type', 'required', Image_Type],
  [2, 'appc', 'optional', Image_Appc],
  [3, 'docker', 'optional', Image_Docker],
  [4, 'cached', 'optional', 'bool', true],
]);

/** Enum mesos.v1.Image.Type. */
export type Image_Type =
  | 'APPC'
  | 'DOCKER';
/** Names and numbers of mesos.v1.Image.Type. */
export const Image_Type: EnumType<Image_Type> = defineEnum('mesos.v1.Image.Type', {
  APPC: 1,
  DOCKER: 2,
});

/** Message mesos.v1.Image.Appc. */
export interface Image_Appc {
  name: string;
  id?: string;
  labels?: Labels;
}
/** Descriptor of mesos.v1.Image.Appc. */
export const Image_Appc: MessageType<Image_Appc> = defineMessage('mesos.v1.Image.Appc', () => [
  [1, 'name', 'required', 'string'],
  [2, 'id', 'optional', 'string'],
  [3, 'labels', 'optional', Labels],
]);

/** Message mesos.v1.Image.Docker. */
export interface Image_Docker {
  name: string;
  credential?: Credential;
  config?: Secret;
}
/** Descriptor of mesos.v1.Image.Docker. */
export const Image_Docker: MessageType<Image_Docker> = defineMessage('mesos.v1.Image.Docker', () => [
  [1, 'name', 'required', 'string'],
  [2, 'credential', 'optional', Credential],
  [3, 'config', 'optional', Secret],
]);

/** Message mesos.v1.MountPropagation. */
export interface MountPropagation {
  mode?: MountPropagation_Mode;
}
/** Descriptor of mesos.v1.MountPropagation. */
export const MountPropagation: MessageType<MountPropagation> = defineMessage('mesos.v1.MountPropagation', () => [
  [1, 'mode', 'optional', MountPropagation_Mode],
]);

/** Enum mesos.v1.MountPropagation.Mode. */
export type MountPropagation_Mode =
  | 'UNKNOWN'
  | 'HOST_TO_CONTAINER'
  | 'BIDIRECTIONAL';
/** Names and numbers of mesos.v1.MountPropagation.Mode. */
export const MountPropagation_Mode: EnumType<MountPropagation_Mode> = defineEnum('mesos.v1.MountPropagation.Mode', {
  UNKNOWN: 0,
  HOST_TO_CONTAINER: 1,
  BIDIRECTIONAL: 2,
});

/** Something mounted into a container. */
export interface Volume {
  mode: Volume_Mode;
  container_path: string;
  host_path?: string;
  image?: Image;
  source?: Volume_Source;
}
/** Descriptor of mesos.v1.Volume. */
export const Volume: MessageType<Volume> = defineMessage('mesos.v1.Volume', () => [
  [3, 'mode', 'required', Volume_Mode],
  [1, 'container_path', 'required', 'string'],
  [2, 'host_path', 'optional', 'string'],
  [4, 'image', 'optional', Image],
  [5, 'source', 'optional', Volume_Source],
]);

/** Enum mesos.v1.Volume.Mode. */
export type Volume_Mode =
  | 'RW'
  | 'RO';
/** Names and numbers of mesos.v1.Volume.Mode. */
export const Volume_Mode: EnumType<Volume_Mode> = defineEnum('mesos.v1.Volume.Mode', {
  RW: 1,
  RO: 2,
});

/** Message mesos.v1.Volume.Source. */
export interface Volume_Source {
  type?: Volume_Source_Type;
  docker_volume?: Volume_Source_DockerVolume;
  host_path?: Volume_Source_HostPath;
  sandbox_path?: Volume_Source_SandboxPath;
  secret?: Secret;
  csi_volume?: Volume_Source_CSIVolume;
}
/** Descriptor of mesos.v1.Volume.Source. */
export const Volume_Source: MessageType<Volume_Source> = defineMessage('mesos.v1.Volume.Source', () => [
  [1, 'type', 'optional', Volume_Source_Type],
  [2, 'docker_volume', 'optional', Volume_Source_DockerVolume],
  [5, 'host_path', 'optional', Volume_Source_HostPath],
  [3, 'sandbox_path', 'optional', Volume_Source_SandboxPath],
  [4, 'secret', 'optional', Secret],
  [6, 'csi_volume', 'optional', Volume_Source_CSIVolume],
]);

/** Enum mesos.v1.Volume.Source.Type. */
export type Volume_Source_Type =
  | 'UNKNOWN'
  | 'DOCKER_VOLUME'
  | 'HOST_PATH'
  | 'SANDBOX_PATH'
  | 'SECRET'
  | 'CSI_VOLUME';
/** Names and numbers of mesos.v1.Volume.Source.Type. */
export const Volume_Source_Type: EnumType<Volume_Source_Type> = defineEnum('mesos.v1.Volume.Source.Type', {
  UNKNOWN: 0,
  DOCKER_VOLUME: 1,
  HOST_PATH: 4,
  SANDBOX_PATH: 2,
  SECRET: 3,
  CSI_VOLUME: 5,
});

/** Message mesos.v1.Volume.Source.DockerVolume. */
export interface Volume_Source_DockerVolume {
  driver?: string;
  name: string;
  driver_options?: Parameters;
}
/** Descriptor of mesos.v1.Volume.Source.DockerVolume. */
export const Volume_Source_DockerVolume: MessageType<Volume_Source_DockerVolume> = defineMessage('mesos.v1.Volume.Source.DockerVolume', () => [
  [1, 'driver', 'optional', 'string'],
  [2, 'name', 'required', 'string'],
  [3, 'driver_options', 'optional', Parameters],
]);

/** Message mesos.v1.Volume.Source.HostPath. */
export interface Volume_Source_HostPath {
  path: string;
  mount_propagation?: MountPropagation;
}
/** Descriptor of mesos.v1.Volume.Source.HostPath. */
export const Volume_Source_HostPath: MessageType<Volume_Source_HostPath> = defineMessage('mesos.v1.Volume.Source.HostPath', () => [
  [1, 'path', 'required', 'string'],
  [2, 'mount_propagation', 'optional', MountPropagation],
]);

/** Message mesos.v1.Volume.Source.SandboxPath. */
export interface Volume_Source_SandboxPath {
  type?: Volume_Source_SandboxPath_Type;
  path: string;
}
/** Descriptor of mesos.v1.Volume.Source.SandboxPath. */
export const Volume_Source_SandboxPath: MessageType<Volume_Source_SandboxPath> = defineMessage('mesos.v1.Volume.Source.SandboxPath', () => [
  [1, 'type', 'optional', Volume_Source_SandboxPath_Type],
  [2, 'path', 'required', 'string'],
]);

/** Enum mesos.v1.Volume.Source.SandboxPath.Type. */
export type Volume_Source_SandboxPath_Type =
  | 'UNKNOWN'
  | 'SELF'
  | 'PARENT';
/** Names and numbers of mesos.v1.Volume.Source.SandboxPath.Type. */
export const Volume_Source_SandboxPath_Type: EnumType<Volume_Source_SandboxPath_Type> = defineEnum('mesos.v1.Volume.Source.SandboxPath.Type', {
  UNKNOWN: 0,
  SELF: 1,
  PARENT: 2,
});

/** Message mesos.v1.Volume.Source.CSIVolume. */
export interface Volume_Source_CSIVolume {
  plugin_name: string;
  static_provisioning?: Volume_Source_CSIVolume_StaticProvisioning;
}
/** Descriptor of mesos.v1.Volume.Source.CSIVolume. */
export const Volume_Source_CSIVolume: MessageType<Volume_Source_CSIVolume> = defineMessage('mesos.v1.Volume.Source.CSIVolume', () => [
  [1, 'plugin_name', 'required', 'string'],
  [2, 'static_provisioning', 'optional', Volume_Source_CSIVolume_StaticProvisioning],
]);

/** Message mesos.v1.Volume.Source.CSIVolume.VolumeCapability. */
export interface Volume_Source_CSIVolume_VolumeCapability {
  block?: Volume_Source_CSIVolume_VolumeCapability_BlockVolume;
  mount?: Volume_Source_CSIVolume_VolumeCapability_MountVolume;
  access_mode: Volume_Source_CSIVolume_VolumeCapability_AccessMode;
}
/** Descriptor of mesos.v1.Volume.Source.CSIVolume.VolumeCapability. */
export const Volume_Source_CSIVolume_VolumeCapability: MessageType<Volume_Source_CSIVolume_VolumeCapability> = defineMessage('mesos.v1.Volume.Source.CSIVolume.VolumeCapability', () => [
  [1, 'block', 'optional', Volume_Source_CSIVolume_VolumeCapability_BlockVolume],
  [2, 'mount', 'optional', Volume_Source_CSIVolume_VolumeCapability_MountVolume],
  [3, 'access_mode', 'required', Volume_Source_CSIVolume_VolumeCapability_AccessMode],
]);

/** Message mesos.v1.Volume.Source.CSIVolume.VolumeCapability.MountVolume. */
export interface Volume_Source_CSIVolume_VolumeCapability_MountVolume {
  fs_type?: string;
  mount_flags?: string[];
}
/** Descriptor of mesos.v1.Volume.Source.CSIVolume.VolumeCapability.MountVolume. */
export const Volume_Source_CSIVolume_VolumeCapability_MountVolume: MessageType<Volume_Source_CSIVolume_VolumeCapability_MountVolume> = defineMessage('mesos.v1.Volume.Source.CSIVolume.VolumeCapability.MountVolume', () => [
  [1, 'fs_type', 'optional', 'string'],
  [2, 'mount_flags', 'repeated', 'string'],
]);

/** Message mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode. */
export interface Volume_Source_CSIVolume_VolumeCapability_AccessMode {
  mode: Volume_Source_CSIVolume_VolumeCapability_AccessMode_Mode;
}
/** Descriptor of mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode. */
export const Volume_Source_CSIVolume_VolumeCapability_AccessMode: MessageType<Volume_Source_CSIVolume_VolumeCapability_AccessMode> = defineMessage('mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode', () => [
  [1, 'mode', 'required', Volume_Source_CSIVolume_VolumeCapability_AccessMode_Mode],
]);

/** Enum mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode.Mode. */
export type Volume_Source_CSIVolume_VolumeCapability_AccessMode_Mode =
  | 'UNKNOWN'
  | 'SINGLE_NODE_WRITER'
  | 'SINGLE_NODE_READER_ONLY'
  | 'MULTI_NODE_READER_ONLY'
  | 'MULTI_NODE_SINGLE_WRITER'
  | 'MULTI_NODE_MULTI_WRITER';
/** Names and numbers of mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode.Mode. */
export const Volume_Source_CSIVolume_VolumeCapability_AccessMode_Mode: EnumType<Volume_Source_CSIVolume_VolumeCapability_AccessMode_Mode> = defineEnum('mesos.v1.Volume.Source.CSIVolume.VolumeCapability.AccessMode.Mode', {
  UNKNOWN: 0,
  SINGLE_NODE_WRITER: 1,
  SINGLE_NODE_READER_ONLY: 2,
  MULTI_NODE_READER_ONLY: 3,
  MULTI_NODE_SINGLE_WRITER: 4,
  MULTI_NODE_MULTI_WRITER: 5,
});

/** Message mesos.v1.Volume.Source.CSIVolume.VolumeCapability.BlockVolume. */
export type Volume_Source_CSIVolume_VolumeCapability_BlockVolume = Record<string, never>;
/** Descriptor of mesos.v1.Volume.Source.CSIVolume.VolumeCapability.BlockVolume. */
export const Volume_Source_CSIVolume_VolumeCapability_BlockVolume: MessageType<Volume_Source_CSIVolume_VolumeCapability_BlockVolume> = defineMessage('mesos.v1.Volume.Source.CSIVolume.VolumeCapability.BlockVolume', () => []);

/** Message mesos.v1.Volume.Source.CSIVolume.StaticProvisioning. */
export interface Volume_Source_CSIVolume_StaticProvisioning {
  volume_id: string;
  volume_capability: Volume_Source_CSIVolume_VolumeCapability;
  node_stage_secrets?: Record<string, Secret>;
  node_publish_secrets?: Record<string, Secret>;
  volume_context?: Record<string, string>;
}
/** Descriptor of mesos.v1.Volume.Source.CSIVolume.StaticProvisioning. */
export const Volume_Source_CSIVolume_StaticProvisioning: MessageType<Volume_Source_CSIVolume_StaticProvisioning> = defineMessage('mesos.v1.Volume.Source.CSIVolume.StaticProvisioning', () => [
  [1, 'volume_id', 'required', 'string'],
  [2, 'volume_capability', 'required', Volume_Source_CSIVolume_VolumeCapability],
  [3, 'node_stage_secrets', 'map', Secret],
  [4, 'node_publish_secrets', 'map', Secret],
  [5, 'volume_context', 'map', 'string'],
]);
