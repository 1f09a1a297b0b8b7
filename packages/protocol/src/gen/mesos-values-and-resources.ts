/** Wire types: values and resources. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { Labels } from './mesos-containers.ts';
import { ResourceProviderID } from './mesos-identifiers-addresses-and-machines.ts';
import { Volume } from './mesos-secrets-images-and-volumes.ts';

/** A quantity of one of four kinds. */
export interface Value {
  type: Value_Type;
  scalar?: Value_Scalar;
  ranges?: Value_Ranges;
  set?: Value_Set;
  text?: Value_Text;
}
/** Descriptor of mesos.v1.Value. */
export const Value: MessageType<Value> = defineMessage('mesos.v1.Value', () => [
  [1, 'type', 'required', Value_Type],
  [2, 'scalar', 'optional', Value_Scalar],
  [3, 'ranges', 'optional', Value_Ranges],
  [4, 'set', 'optional', Value_Set],
  [5, 'text', 'optional', Value_Text],
]);

/** Enum mesos.v1.Value.Type. */
export type Value_Type =
  | 'SCALAR'
  | 'RANGES'
  | 'SET'
  | 'TEXT';
/** Names and numbers of mesos.v1.Value.Type. */
export const Value_Type: EnumType<Value_Type> = defineEnum('mesos.v1.Value.Type', {
  SCALAR: 0,
  RANGES: 1,
  SET: 2,
  TEXT: 3,
});

/** Message mesos.v1.Value.Scalar. */
export interface Value_Scalar {
  value: number;
}
/** Descriptor of mesos.v1.Value.Scalar. */
export const Value_Scalar: MessageType<Value_Scalar> = defineMessage('mesos.v1.Value.Scalar', () => [
  [1, 'value', 'required', 'double'],
]);

/** Both ends belong to the range. */
export interface Value_Range {
  begin: number;
  end: number;
}
/** Descriptor of mesos.v1.Value.Range. */
export const Value_Range: MessageType<Value_Range> = defineMessage('mesos.v1.Value.Range', () => [
  [1, 'begin', 'required', 'uint64'],
  [2, 'end', 'required', 'uint64'],
]);

/** Message mesos.v1.Value.Ranges. */
export interface Value_Ranges {
  range?: Value_Range[];
}
/** Descriptor of mesos.v1.Value.Ranges. */
export const Value_Ranges: MessageType<Value_Ranges> = defineMessage('mesos.v1.Value.Ranges', () => [
  [1, 'range', 'repeated', Value_Range],
]);

/** Message mesos.v1.Value.Set. */
export interface Value_Set {
  item?: string[];
}
/** Descriptor of mesos.v1.Value.Set. */
export const Value_Set: MessageType<Value_Set> = defineMessage('mesos.v1.Value.Set', () => [
  [1, 'item', 'repeated', 'string'],
]);

/** Message mesos.v1.Value.Text. */
export interface Value_Text {
  value: string;
}
/** Descriptor of mesos.v1.Value.Text. */
export const Value_Text: MessageType<Value_Text> = defineMessage('mesos.v1.Value.Text', () => [
  [1, 'value', 'required', 'string'],
]);

/** A fact about an agent that schedulers place tasks by. */
export interface Attribute {
  name: string;
  type: Value_Type;
  scalar?: Value_Scalar;
  ranges?: Value_Ranges;
  set?: Value_Set;
  text?: Value_Text;
}
/** Descriptor of mesos.v1.Attribute. */
export const Attribute: MessageType<Attribute> = defineMessage('mesos.v1.Attribute', () => [
  [1, 'name', 'required', 'string'],
  [2, 'type', 'required', Value_Type],
  [3, 'scalar', 'optional', Value_Scalar],
  [4, 'ranges', 'optional', Value_Ranges],
  [6, 'set', 'optional', Value_Set],
  [5, 'text', 'optional', Value_Text],
]);

/** An amount of something an agent has, with its reservation and allocation. */
export interface Resource {
  provider_id?: ResourceProviderID;
  name: string;
  type: Value_Type;
  scalar?: Value_Scalar;
  ranges?: Value_Ranges;
  set?: Value_Set;
  /** Set only in the formats older than RESERVATION_REFINEMENT. */
  role?: string;
  allocation_info?: Resource_AllocationInfo;
  reservation?: Resource_ReservationInfo;
  /** The stack of reservations, coarsest first. */
  reservations?: Resource_ReservationInfo[];
  disk?: Resource_DiskInfo;
  revocable?: Resource_RevocableInfo;
  shared?: Resource_SharedInfo;
}
/** Descriptor of mesos.v1.Resource. */
export const Resource: MessageType<Resource> = defineMessage('mesos.v1.Resource', () => [
  [12, 'provider_id', 'optional', ResourceProviderID],
  [1, 'name', 'required', 'string'],
  [2, 'type', 'required', Value_Type],
  [3, 'scalar', 'optional', Value_Scalar],
  [4, 'ranges', 'optional', Value_Ranges],
  [5, 'set', 'optional', Value_Set],
  [6, 'role', 'optional', 'string'],
  [11, 'allocation_info', 'optional', Resource_AllocationInfo],
  [8, 'reservation', 'optional', Resource_ReservationInfo],
  [13, 'reservations', 'repeated', Resource_ReservationInfo],
  [7, 'disk', 'optional', Resource_DiskInfo],
  [9, 'revocable', 'optional', Resource_RevocableInfo],
  [10, 'shared', 'optional', Resource_SharedInfo],
]);

/** The role this resource is offered or allocated to. */
export interface Resource_AllocationInfo {
  role?: string;
}
/** Descriptor of mesos.v1.Resource.AllocationInfo. */
export const Resource_AllocationInfo: MessageType<Resource_AllocationInfo> = defineMessage('mesos.v1.Resource.AllocationInfo', () => [
  [1, 'role', 'optional', 'string'],
]);

/** Message mesos.v1.Resource.ReservationInfo. */
export interface Resource_ReservationInfo {
  type?: Resource_ReservationInfo_Type;
  role?: string;
  principal?: string;
  labels?: Labels;
}
/** Descriptor of mesos.v1.Resource.ReservationInfo. */
export const Resource_ReservationInfo: MessageType<Resource_ReservationInfo> = defineMessage('mesos.v1.Resource.ReservationInfo', () => [
  [4, 'type', 'optional', Resource_ReservationInfo_Type],
  [3, 'role', 'optional', 'string'],
  [1, 'principal', 'optional', 'string'],
  [2, 'labels', 'optional', Labels],
]);

/** Enum mesos.v1.Resource.ReservationInfo.Type. */
export type Resource_ReservationInfo_Type =
  | 'UNKNOWN'
  | 'STATIC'
  | 'DYNAMIC';
/** Names and numbers of mesos.v1.Resource.ReservationInfo.Type. */
export const Resource_ReservationInfo_Type: EnumType<Resource_ReservationInfo_Type> = defineEnum('mesos.v1.Resource.ReservationInfo.Type', {
  UNKNOWN: 0,
  STATIC: 1,
  DYNAMIC: 2,
});

/** Message mesos.v1.Resource.DiskInfo. */
export interface Resource_DiskInfo {
  persistence?: Resource_DiskInfo_Persistence;
  volume?: Volume;
  source?: Resource_DiskInfo_Source;
}
/** Descriptor of mesos.v1.Resource.DiskInfo. */
export const Resource_DiskInfo: MessageType<Resource_DiskInfo> = defineMessage('mesos.v1.Resource.DiskInfo', () => [
  [1, 'persistence', 'optional', Resource_DiskInfo_Persistence],
  [2, 'volume', 'optional', Volume],
  [3, 'source', 'optional', Resource_DiskInfo_Source],
]);

/** Message mesos.v1.Resource.DiskInfo.Persistence. */
export interface Resource_DiskInfo_Persistence {
  id: string;
  principal?: string;
}
/** Descriptor of mesos.v1.Resource.DiskInfo.Persistence. */
export const Resource_DiskInfo_Persistence: MessageType<Resource_DiskInfo_Persistence> = defineMessage('mesos.v1.Resource.DiskInfo.Persistence', () => [
  [1, 'id', 'required', 'string'],
  [2, 'principal', 'optional', 'string'],
]);

/** Message mesos.v1.Resource.DiskInfo.Source. */
export interface Resource_DiskInfo_Source {
  type: Resource_DiskInfo_Source_Type;
  path?: Resource_DiskInfo_Source_Path;
  mount?: Resource_DiskInfo_Source_Mount;
  vendor?: string;
  id?: string;
  metadata?: Labels;
  profile?: string;
}
/** Descriptor of mesos.v1.Resource.DiskInfo.Source. */
export const Resource_DiskInfo_Source: MessageType<Resource_DiskInfo_Source> = defineMessage('mesos.v1.Resource.DiskInfo.Source', () => [
  [1, 'type', 'required', Resource_DiskInfo_Source_Type],
  [2, 'path', 'optional', Resource_DiskInfo_Source_Path],
  [3, 'mount', 'optional', Resource_DiskInfo_Source_Mount],
  [7, 'vendor', 'optional', 'string'],
  [4, 'id', 'optional', 'string'],
  [5, 'metadata', 'optional', Labels],
  [6, 'profile', 'optional', 'string'],
]);

/** Enum mesos.v1.Resource.DiskInfo.Source.Type. */
export type Resource_DiskInfo_Source_Type =
  | 'UNKNOWN'
  | 'PATH'
  | 'MOUNT'
  | 'BLOCK'
  | 'RAW';
/** Names and numbers of mesos.v1.Resource.DiskInfo.Source.Type. */
export const Resource_DiskInfo_Source_Type: EnumType<Resource_DiskInfo_Source_Type> = defineEnum('mesos.v1.Resource.DiskInfo.Source.Type', {
  UNKNOWN: 0,
  PATH: 1,
  MOUNT: 2,
  BLOCK: 3,
  RAW: 4,
});

/** Message mesos.v1.Resource.DiskInfo.Source.Path. */
export interface Resource_DiskInfo_Source_Path {
  root?: string;
}
/** Descriptor of mesos.v1.Resource.DiskInfo.Source.Path. */
export const Resource_DiskInfo_Source_Path: MessageType<Resource_DiskInfo_Source_Path> = defineMessage('mesos.v1.Resource.DiskInfo.Source.Path', () => [
  [1, 'root', 'optional', 'string'],
]);

/** Message mesos.v1.Resource.DiskInfo.Source.Mount. */
export interface Resource_DiskInfo_Source_Mount {
  root?: string;
}
/** Descriptor of mesos.v1.Resource.DiskInfo.Source.Mount. */
export const Resource_DiskInfo_Source_Mount: MessageType<Resource_DiskInfo_Source_Mount> = defineMessage('mesos.v1.Resource.DiskInfo.Source.Mount', () => [
  [1, 'root', 'optional', 'string'],
]);

/** Message mesos.v1.Resource.RevocableInfo. */
export type Resource_RevocableInfo = Record<string, never>;
/** Descriptor of mesos.v1.Resource.RevocableInfo. */
export const Resource_RevocableInfo: MessageType<Resource_RevocableInfo> = defineMessage('mesos.v1.Resource.RevocableInfo', () => []);

/** Message mesos.v1.Resource.SharedInfo. */
export type Resource_SharedInfo = Record<string, never>;
/** Descriptor of mesos.v1.Resource.SharedInfo. */
export const Resource_SharedInfo: MessageType<Resource_SharedInfo> = defineMessage('mesos.v1.Resource.SharedInfo', () => []);
