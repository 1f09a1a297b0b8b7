/** GET /version and GET /health: what runs, and whether it does. */
import type { CallOptions, Connection } from './connection.ts';

/** What a daemon says of its build; `version` is dotted numbers. */
export interface DaemonVersion {
  readonly version: string;
  readonly build_date?: string;
  readonly build_time?: number;
  readonly build_user?: string;
  readonly git_sha?: string;
  readonly git_branch?: string;
  readonly git_tag?: string;
}

/** The version of a master or agent. */
export function getVersion(connection: Connection, options?: CallOptions): Promise<DaemonVersion> {
  return connection.getJson('/version', {}, options);
}

/** Resolves when the daemon answers that it is healthy; throws AppError otherwise. */
export async function checkHealth(connection: Connection, options?: CallOptions): Promise<void> {
  await connection.getBytes('/health', {}, options);
}
