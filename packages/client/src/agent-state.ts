/** GET /state of an agent: executors, their sandboxes and tasks. */
import type { Label } from '@stoke/protocol';
import type { CallOptions, Connection } from './connection.ts';
import type { TaskSummary } from './master-state.ts';
import type { ResourceSummary } from './resource-summary.ts';

/** An executor on an agent. */
export interface ExecutorSummary {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** Id of its container. */
  readonly container: string;
  /** Its sandbox, a path that /files takes. */
  readonly directory: string;
  readonly resources: ResourceSummary;
  readonly role?: string;
  readonly labels?: readonly Label[];
  readonly tasks: readonly TaskSummary[];
  readonly queued_tasks: readonly TaskSummary[];
  readonly completed_tasks: readonly TaskSummary[];
}

/** A framework that has, or had, executors on an agent. */
export interface AgentFrameworkSummary {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly executors: readonly ExecutorSummary[];
  readonly completed_executors: readonly ExecutorSummary[];
}

/** The whole state of an agent. */
export interface AgentState {
  readonly version: string;
  readonly id: string;
  readonly pid: string;
  readonly hostname: string;
  readonly master_hostname?: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly resources: ResourceSummary;
  readonly flags: Readonly<Record<string, string>>;
  readonly frameworks: readonly AgentFrameworkSummary[];
  readonly completed_frameworks: readonly AgentFrameworkSummary[];
}

/** The whole state of an agent. */
export function getAgentState(connection: Connection, options?: CallOptions): Promise<AgentState> {
  return connection.getJson('/state', {}, options);
}
