/** GET /state of a master: agents, frameworks and tasks, as dashboards read them. */
import type { DrainInfo, Label, MasterInfo, Offer, TaskState } from '@stoke/protocol';
import type { CallOptions, Connection } from './connection.ts';
import type { ResourceSummary } from './resource-summary.ts';

/** News of a task in /state. */
export interface TaskStatusSummary {
  readonly state: TaskState;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  readonly healthy?: boolean;
  readonly labels?: readonly Label[];
  readonly container_status?: unknown;
}

/** A task in /state and /tasks. */
export interface TaskSummary {
  readonly id: string;
  readonly name: string;
  readonly framework_id: string;
  /** Empty for command tasks. */
  readonly executor_id: string;
  readonly slave_id: string;
  readonly state: TaskState;
  readonly resources: ResourceSummary;
  readonly role: string;
  readonly statuses: readonly TaskStatusSummary[];
  readonly user?: string;
  readonly labels?: readonly Label[];
  readonly discovery?: unknown;
  readonly container?: unknown;
}

/** An agent in /state and /slaves. */
export interface AgentSummary {
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** `slave(1)@ip:port` */
  readonly pid: string;
  /** Of its address, where it is not the master's own. */
  readonly scheme?: string;
  /** Seconds since the Unix epoch, as are the other times. */
  readonly registered_time: number;
  readonly reregistered_time?: number;
  readonly resources: ResourceSummary;
  readonly used_resources: ResourceSummary;
  readonly offered_resources: ResourceSummary;
  readonly reserved_resources: Readonly<Record<string, ResourceSummary>>;
  readonly unreserved_resources: ResourceSummary;
  readonly active: boolean;
  readonly deactivated: boolean;
  readonly version: string;
  readonly capabilities: readonly string[];
  readonly drain_info?: DrainInfo;
}

/** A framework in /state and /frameworks. */
export interface FrameworkSummary {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly hostname?: string;
  readonly webui_url?: string;
  readonly principal?: string;
  /** Seconds. */
  readonly failover_timeout: number;
  readonly checkpoint: boolean;
  readonly capabilities: readonly string[];
  readonly active: boolean;
  readonly connected: boolean;
  readonly recovered: boolean;
  /** One role without MULTI_ROLE, `roles` with it. */
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly registered_time: number;
  readonly unregistered_time: number;
  readonly reregistered_time?: number;
  readonly resources: ResourceSummary;
  readonly used_resources: ResourceSummary;
  readonly offered_resources: ResourceSummary;
  readonly tasks: readonly TaskSummary[];
  readonly unreachable_tasks: readonly TaskSummary[];
  readonly completed_tasks: readonly TaskSummary[];
  readonly offers: readonly Offer[];
}

/** The whole state of a master. */
export interface MasterState {
  readonly version: string;
  readonly id: string;
  /** `master@ip:port` */
  readonly pid: string;
  readonly hostname: string;
  readonly cluster?: string;
  readonly leader?: string;
  readonly leader_info?: MasterInfo;
  readonly start_time: number;
  readonly elected_time?: number;
  readonly activated_slaves: number;
  readonly deactivated_slaves: number;
  readonly unreachable_slaves: number;
  readonly flags: Readonly<Record<string, string>>;
  readonly slaves: readonly AgentSummary[];
  readonly frameworks: readonly FrameworkSummary[];
  readonly completed_frameworks: readonly FrameworkSummary[];
}

/** The whole state of the leading master. */
export function getMasterState(
  connection: Connection,
  options?: CallOptions,
): Promise<MasterState> {
  return connection.getJson('/state', {}, options);
}
