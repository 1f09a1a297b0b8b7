/** Wire types: frameworks and commands. Written by scripts/generate.ts; change proto/ instead. */
import type { EnumType, MessageType } from '../descriptor.ts';
import { defineEnum, defineMessage } from '../descriptor.ts';
import { Labels, NetworkInfo_Protocol } from './mesos-containers.ts';
import { DurationInfo, FrameworkID } from './mesos-identifiers-addresses-and-machines.ts';
import { OfferFilters } from './mesos-offers-and-operations.ts';
import { Environment } from './mesos-secrets-images-and-volumes.ts';

/** How a framework describes itself when it subscribes. */
export interface FrameworkInfo {
  user: string;
  name: string;
  id?: FrameworkID;
  /** Seconds the master keeps the tasks of a framework that went away. */
  failover_timeout?: number;
  /** Whether agents keep its tasks on disk, so that they outlive an agent restart. */
  checkpoint?: boolean;
  /** The one role of a framework without MULTI_ROLE. */
  role?: string;
  /** The roles of a framework with MULTI_ROLE. */
  roles?: string[];
  hostname?: string;
  principal?: string;
  webui_url?: string;
  capabilities?: FrameworkInfo_Capability[];
  labels?: Labels;
  offer_filters?: Record<string, OfferFilters>;
}
/** Descriptor of mesos.v1.FrameworkInfo. */
export const FrameworkInfo: MessageType<FrameworkInfo> = defineMessage('mesos.v1.FrameworkInfo', () => [
  [1, 'user', 'required', 'string'],
  [2, 'name', 'required', 'string'],
  [3, 'id', 'optional', FrameworkID],
  [4, 'failover_timeout', 'optional', 'double', 0],
  [5, 'checkpoint', 'optional', 'bool', false],
  [6, 'role', 'optional', 'string'],
  [12, 'roles', 'repeated', 'string'],
  [7, 'hostname', 'optional', 'string'],
  [8, 'principal', 'optional', 'string'],
  [9, 'webui_url', 'optional', 'string'],
  [10, 'capabilities', 'repeated', FrameworkInfo_Capability],
  [11, 'labels', 'optional', Labels],
  [13, 'offer_filters', 'map', OfferFilters],
]);

/** Message mesos.v1.FrameworkInfo.Capability. */
export interface FrameworkInfo_Capability {
  type?: FrameworkInfo_Capability_Type;
}
/** Descriptor of mesos.v1.FrameworkInfo.Capability. */
export const FrameworkInfo_Capability: MessageType<FrameworkInfo_Capability> = defineMessage('mesos.v1.FrameworkInfo.Capability', () => [
  [1, 'type', 'optional', FrameworkInfo_Capability_Type],
]);

/** Enum mesos.v1.FrameworkInfo.Capability.Type. */
export type FrameworkInfo_Capability_Type =
  | 'UNKNOWN'
  | 'REVOCABLE_RESOURCES'
  | 'TASK_KILLING_STATE'
  | 'GPU_RESOURCES'
  | 'SHARED_RESOURCES'
  | 'PARTITION_AWARE'
  | 'MULTI_ROLE'
  | 'RESERVATION_REFINEMENT'
  | 'REGION_AWARE';
/** Names and numbers of mesos.v1.FrameworkInfo.Capability.Type. */
export const FrameworkInfo_Capability_Type: EnumType<FrameworkInfo_Capability_Type> = defineEnum('mesos.v1.FrameworkInfo.Capability.Type', {
  UNKNOWN: 0,
  REVOCABLE_RESOURCES: 1,
  TASK_KILLING_STATE: 2,
  GPU_RESOURCES: 3,
  SHARED_RESOURCES: 4,
  PARTITION_AWARE: 5,
  MULTI_ROLE: 6,
  RESERVATION_REFINEMENT: 7,
  REGION_AWARE: 8,
});

/** A check whose result is reported and never kills. */
export interface CheckInfo {
  type?: CheckInfo_Type;
  command?: CheckInfo_Command;
  http?: CheckInfo_Http;
  tcp?: CheckInfo_Tcp;
  delay_seconds?: number;
  interval_seconds?: number;
  timeout_seconds?: number;
}
/** Descriptor of mesos.v1.CheckInfo. */
export const CheckInfo: MessageType<CheckInfo> = defineMessage('mesos.v1.CheckInfo', () => [
  [1, 'type', 'optional', CheckInfo_Type],
  [2, 'command', 'optional', CheckInfo_Command],
  [3, 'http', 'optional', CheckInfo_Http],
  [7, 'tcp', 'optional', CheckInfo_Tcp],
  [4, 'delay_seconds', 'optional', 'double', 15],
  [5, 'interval_seconds', 'optional', 'double', 10],
  [6, 'timeout_seconds', 'optional', 'double', 20],
]);

/** Enum mesos.v1.CheckInfo.Type. */
export type CheckInfo_Type =
  | 'UNKNOWN'
  | 'COMMAND'
  | 'HTTP'
  | 'TCP';
/** Names and numbers of mesos.v1.CheckInfo.Type. */
export const CheckInfo_Type: EnumType<CheckInfo_Type> = defineEnum('mesos.v1.CheckInfo.Type', {
  UNKNOWN: 0,
  COMMAND: 1,
  HTTP: 2,
  TCP: 3,
});

/** Message mesos.v1.CheckInfo.Command. */
export interface CheckInfo_Command {
  command: CommandInfo;
}
/** Descriptor of mesos.v1.CheckInfo.Command. */
export const CheckInfo_Command: MessageType<CheckInfo_Command> = defineMessage('mesos.v1.CheckInfo.Command', () => [
  [1, 'command', 'required', CommandInfo],
]);

/** Message mesos.v1.CheckInfo.Http. */
export interface CheckInfo_Http {
  port: number;
  path?: string;
}
/** Descriptor of mesos.v1.CheckInfo.Http. */
export const CheckInfo_Http: MessageType<CheckInfo_Http> = defineMessage('mesos.v1.CheckInfo.Http', () => [
  [1, 'port', 'required', 'uint32'],
  [2, 'path', 'optional', 'string'],
]);

/** Message mesos.v1.CheckInfo.Tcp. */
export interface CheckInfo_Tcp {
  port: number;
}
/** Descriptor of mesos.v1.CheckInfo.Tcp. */
export const CheckInfo_Tcp: MessageType<CheckInfo_Tcp> = defineMessage('mesos.v1.CheckInfo.Tcp', () => [
  [1, 'port', 'required', 'uint32'],
]);

/** A check whose repeated failure kills the task; times are seconds. */
export interface HealthCheck {
  delay_seconds?: number;
  interval_seconds?: number;
  timeout_seconds?: number;
  consecutive_failures?: number;
  grace_period_seconds?: number;
  type?: HealthCheck_Type;
  command?: CommandInfo;
  http?: HealthCheck_HTTPCheckInfo;
  tcp?: HealthCheck_TCPCheckInfo;
}
/** Descriptor of mesos.v1.HealthCheck. */
export const HealthCheck: MessageType<HealthCheck> = defineMessage('mesos.v1.HealthCheck', () => [
  [2, 'delay_seconds', 'optional', 'double', 15],
  [3, 'interval_seconds', 'optional', 'double', 10],
  [4, 'timeout_seconds', 'optional', 'double', 20],
  [5, 'consecutive_failures', 'optional', 'uint32', 3],
  [6, 'grace_period_seconds', 'optional', 'double', 10],
  [8, 'type', 'optional', HealthCheck_Type],
  [7, 'command', 'optional', CommandInfo],
  [1, 'http', 'optional', HealthCheck_HTTPCheckInfo],
  [9, 'tcp', 'optional', HealthCheck_TCPCheckInfo],
]);

/** Enum mesos.v1.HealthCheck.Type. */
export type HealthCheck_Type =
  | 'UNKNOWN'
  | 'COMMAND'
  | 'HTTP'
  | 'TCP';
/** Names and numbers of mesos.v1.HealthCheck.Type. */
export const HealthCheck_Type: EnumType<HealthCheck_Type> = defineEnum('mesos.v1.HealthCheck.Type', {
  UNKNOWN: 0,
  COMMAND: 1,
  HTTP: 2,
  TCP: 3,
});

/** Message mesos.v1.HealthCheck.HTTPCheckInfo. */
export interface HealthCheck_HTTPCheckInfo {
  protocol?: NetworkInfo_Protocol;
  scheme?: string;
  port: number;
  path?: string;
  statuses?: number[];
}
/** Descriptor of mesos.v1.HealthCheck.HTTPCheckInfo. */
export const HealthCheck_HTTPCheckInfo: MessageType<HealthCheck_HTTPCheckInfo> = defineMessage('mesos.v1.HealthCheck.HTTPCheckInfo', () => [
  [5, 'protocol', 'optional', NetworkInfo_Protocol, 'IPv4'],
  [3, 'scheme', 'optional', 'string'],
  [1, 'port', 'required', 'uint32'],
  [2, 'path', 'optional', 'string'],
  [4, 'statuses', 'repeated', 'uint32'],
]);

/** Message mesos.v1.HealthCheck.TCPCheckInfo. */
export interface HealthCheck_TCPCheckInfo {
  protocol?: NetworkInfo_Protocol;
  port: number;
}
/** Descriptor of mesos.v1.HealthCheck.TCPCheckInfo. */
export const HealthCheck_TCPCheckInfo: MessageType<HealthCheck_TCPCheckInfo> = defineMessage('mesos.v1.HealthCheck.TCPCheckInfo', () => [
  [2, 'protocol', 'optional', NetworkInfo_Protocol, 'IPv4'],
  [1, 'port', 'required', 'uint32'],
]);

/** How much time a task gets to end by itself. */
export interface KillPolicy {
  grace_period?: DurationInfo;
}
/** Descriptor of mesos.v1.KillPolicy. */
export const KillPolicy: MessageType<KillPolicy> = defineMessage('mesos.v1.KillPolicy', () => [
  [1, 'grace_period', 'optional', DurationInfo],
]);

/** A command: with shell, value is a script; without, value is the file and arguments its argv. */
export interface CommandInfo {
  uris?: CommandInfo_URI[];
  environment?: Environment;
  shell?: boolean;
  value?: string;
  arguments?: string[];
  user?: string;
}
/** Descriptor of mesos.v1.CommandInfo. */
export const CommandInfo: MessageType<CommandInfo> = defineMessage('mesos.v1.CommandInfo', () => [
  [1, 'uris', 'repeated', CommandInfo_URI],
  [2, 'environment', 'optional', Environment],
  [6, 'shell', 'optional', 'bool', true],
  [3, 'value', 'optional', 'string'],
  [7, 'arguments', 'repeated', 'string'],
  [5, 'user', 'optional', 'string'],
]);

/** A file the fetcher puts into the sandbox first. */
export interface CommandInfo_URI {
  value: string;
  executable?: boolean;
  extract?: boolean;
  cache?: boolean;
  output_file?: string;
}
/** Descriptor of mesos.v1.CommandInfo.URI. */
export const CommandInfo_URI: MessageType<CommandInfo_URI> = defineMessage('mesos.v1.CommandInfo.URI', () => [
  [1, 'value', 'required', 'string'],
  [2, 'executable', 'optional', 'bool'],
  [3, 'extract', 'optional', 'bool', true],
  [4, 'cache', 'optional', 'bool'],
  [5, 'output_file', 'optional', 'string'],
]);
