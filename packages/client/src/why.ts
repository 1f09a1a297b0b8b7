/** GET /stoke/why of a master: why a framework waits, in plain words with numbers. */
import type { CallOptions, Connection } from './connection.ts';

/** Why one role of a framework gets nothing. */
export interface RoleWait {
  readonly role: string;
  /** Plain sentences, the most useful first. */
  readonly reasons: readonly string[];
}

/** The answer for one framework. */
export interface WhyAnswer {
  readonly framework_id: string;
  readonly roles: readonly RoleWait[];
}

/** Why the framework has no offers at the moment. */
export function getWhy(
  connection: Connection,
  frameworkId: string,
  options?: CallOptions,
): Promise<WhyAnswer> {
  return connection.getJson('/stoke/why', { framework: frameworkId }, options);
}
