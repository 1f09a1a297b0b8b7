/** GET /stoke/why of a master: why a framework waits, in plain words with numbers. */
import type { CallOptions, Connection } from './connection.ts';

/** Amounts by resource name; mem and disk in MiB. */
export type ResourceAmounts = Readonly<Record<string, number>>;

/** One reason: a sentence, and its numbers as data. */
export interface WaitReason {
  /** What kind of reason it is: a stable word. */
  readonly kind: string;
  readonly sentence: string;
  /** How many agents it holds for. */
  readonly agents?: number;
  readonly exampleAgentId?: string;
  readonly free?: ResourceAmounts;
  readonly short?: ResourceAmounts;
  /** Milliseconds since the Unix epoch at which it passes by itself. */
  readonly untilMs?: number;
}

/** Why one role of a framework gets nothing. */
export interface RoleWait {
  readonly role: string;
  readonly suppressed: boolean;
  /** Its dominant share, 0 to 1. */
  readonly share: number;
  readonly largestFree: ResourceAmounts;
  /** The most useful first. */
  readonly reasons: readonly WaitReason[];
}

/** The answer for one framework. */
export interface WaitReport {
  readonly framework: string;
  readonly name: string;
  readonly connected: boolean;
  readonly roles: readonly RoleWait[];
  /** Offers the framework has in hand and did not answer. */
  readonly offersOutstanding: number;
  readonly agents: {
    readonly registered: number;
    readonly active: number;
    readonly recovering: number;
    readonly unreachable: number;
    readonly total: ResourceAmounts;
    readonly free: ResourceAmounts;
    /** The agent with the most memory, empty or not: nothing larger fits anywhere. */
    readonly largest: { readonly cpus: number; readonly mem: number };
    readonly largestFree: { readonly cpus: number; readonly mem: number };
  };
}

/** Why the framework has no offers at the moment. */
export function getWhy(
  connection: Connection,
  frameworkId: string,
  options?: CallOptions,
): Promise<WaitReport> {
  return connection.getJson('/stoke/why', { framework: frameworkId }, options);
}
