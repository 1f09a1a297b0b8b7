/** Wire types: identifiers, addresses and machines. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { Parameter } from './mesos-secrets-images-and-volumes.ts';

/** Given by the master when a framework first subscribes, or chosen by the framework. */
export interface FrameworkID {
  value: string;
}
/** Descriptor of mesos.v1.FrameworkID. */
export const FrameworkID: MessageType<FrameworkID> = defineMessage('mesos.v1.FrameworkID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Given by the master to each offer; used up by ACCEPT, DECLINE or a rescind. */
export interface OfferID {
  value: string;
}
/** Descriptor of mesos.v1.OfferID. */
export const OfferID: MessageType<OfferID> = defineMessage('mesos.v1.OfferID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Given by the master when an agent first registers. */
export interface AgentID {
  value: string;
}
/** Descriptor of mesos.v1.AgentID. */
export const AgentID: MessageType<AgentID> = defineMessage('mesos.v1.AgentID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Chosen by the framework, unique within it while the task is alive. */
export interface TaskID {
  value: string;
}
/** Descriptor of mesos.v1.TaskID. */
export const TaskID: MessageType<TaskID> = defineMessage('mesos.v1.TaskID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Chosen by the framework, unique within it on one agent. */
export interface ExecutorID {
  value: string;
}
/** Descriptor of mesos.v1.ExecutorID. */
export const ExecutorID: MessageType<ExecutorID> = defineMessage('mesos.v1.ExecutorID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Given by the resource provider manager. */
export interface ResourceProviderID {
  value: string;
}
/** Descriptor of mesos.v1.ResourceProviderID. */
export const ResourceProviderID: MessageType<ResourceProviderID> = defineMessage('mesos.v1.ResourceProviderID', () => [
  [1, 'value', 'required', 'string'],
]);

/** Chosen by a framework that wants feedback on an offer operation. */
export interface OperationID {
  value: string;
}
/** Descriptor of mesos.v1.OperationID. */
export const OperationID: MessageType<OperationID> = defineMessage('mesos.v1.OperationID', () => [
  [1, 'value', 'required', 'string'],
]);

/** A container, possibly nested in another. */
export interface ContainerID {
  value: string;
  parent?: ContainerID;
}
/** Descriptor of mesos.v1.ContainerID. */
export const ContainerID: MessageType<ContainerID> = defineMessage('mesos.v1.ContainerID', () => [
  [1, 'value', 'required', 'string'],
  [2, 'parent', 'optional', ContainerID],
]);

/** A point in time, nanoseconds since the Unix epoch. */
export interface TimeInfo {
  nanoseconds: number;
}
/** Descriptor of mesos.v1.TimeInfo. */
export const TimeInfo: MessageType<TimeInfo> = defineMessage('mesos.v1.TimeInfo', () => [
  [1, 'nanoseconds', 'required', 'int64'],
]);

/** A span of time in nanoseconds. */
export interface DurationInfo {
  nanoseconds: number;
}
/** Descriptor of mesos.v1.DurationInfo. */
export const DurationInfo: MessageType<DurationInfo> = defineMessage('mesos.v1.DurationInfo', () => [
  [1, 'nanoseconds', 'required', 'int64'],
]);

/** Where a process listens: a host name or an IP, and a port. */
export interface Address {
  hostname?: string;
  ip?: string;
  port: number;
}
/** Descriptor of mesos.v1.Address. */
export const Address: MessageType<Address> = defineMessage('mesos.v1.Address', () => [
  [1, 'hostname', 'optional', 'string'],
  [2, 'ip', 'optional', 'string'],
  [3, 'port', 'required', 'int32'],
]);

/** A URL in parts, as offers carry it for their agent. */
export interface URL {
  scheme: string;
  address: Address;
  path?: string;
  query?: Parameter[];
  fragment?: string;
}
/** Descriptor of mesos.v1.URL. */
export const URL: MessageType<URL> = defineMessage('mesos.v1.URL', () => [
  [1, 'scheme', 'required', 'string'],
  [2, 'address', 'required', Address],
  [3, 'path', 'optional', 'string'],
  [4, 'query', 'repeated', Parameter],
  [5, 'fragment', 'optional', 'string'],
]);

/** When a machine will be away, and for how long; no duration means for ever. */
export interface Unavailability {
  start: TimeInfo;
  duration?: DurationInfo;
}
/** Descriptor of mesos.v1.Unavailability. */
export const Unavailability: MessageType<Unavailability> = defineMessage('mesos.v1.Unavailability', () => [
  [1, 'start', 'required', TimeInfo],
  [2, 'duration', 'optional', DurationInfo],
]);

/** A machine by host name, by IP, or both. */
export interface MachineID {
  hostname?: string;
  ip?: string;
}
/** Descriptor of mesos.v1.MachineID. */
export const MachineID: MessageType<MachineID> = defineMessage('mesos.v1.MachineID', () => [
  [1, 'hostname', 'optional', 'string'],
  [2, 'ip', 'optional', 'string'],
]);

/** A machine and its place in the maintenance cycle. */
export interface MachineInfo {
  id: MachineID;
  mode?: MachineInfo_Mode;
  unavailability?: Unavailability;
}
/** Descriptor of mesos.v1.MachineInfo. */
export const MachineInfo: MessageType<MachineInfo> = defineMessage('mesos.v1.MachineInfo', () => [
  [1, 'id', 'required', MachineID],
  [2, 'mode', 'optional', MachineInfo_Mode],
  [3, 'unavailability', 'optional', Unavailability],
]);

/** Enum mesos.v1.MachineInfo.Mode. */
export type MachineInfo_Mode =
  | 'UP'
  | 'DRAINING'
  | 'DOWN';
/** Names and numbers of mesos.v1.MachineInfo.Mode. */
export const MachineInfo_Mode: EnumType<MachineInfo_Mode> = defineEnum('mesos.v1.MachineInfo.Mode', {
  UP: 1,
  DRAINING: 2,
  DOWN: 3,
});
