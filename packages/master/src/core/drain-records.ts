/** What is remembered of agents that are being emptied, and where the registry has it. */
import type { DrainConfig, DrainInfo, TimeInfo } from '@stoke/protocol';
import type { DrainRecord, MasterState } from './state.ts';

const NS_PER_S = 1_000_000_000;

/** Key of a draining in the registry: it outlives the master, and times out of reach. */
export function drainKey(agentId: string): string {
  return `drain/${agentId}`;
}

/** Something ended on an agent: perhaps it was the last thing there. */
export function noteEnd({ draining, drainChecks }: MasterState, agentId: string): void {
  if (draining.get(agentId)?.state === 'DRAINING') drainChecks.add(agentId);
}

export function drainInfo({ state, config }: DrainRecord): DrainInfo {
  return { state, config };
}

/** The start of the draining, in whole seconds as the v1 API has it. */
export function drainStart({ startedMs }: DrainRecord): TimeInfo {
  return { nanoseconds: Math.floor(startedMs / 1000) * NS_PER_S };
}

/** What DRAIN_AGENT asks for, as agents are told it; undefined when the time does not fit the wire. */
export function drainConfigOf(call: {
  readonly max_grace_period?: { readonly seconds?: number; readonly nanos?: number };
  readonly mark_gone?: boolean;
}): DrainConfig | undefined {
  const { max_grace_period: grace, mark_gone = false } = call;
  if (grace === undefined) return { mark_gone };
  const nanoseconds = (grace.seconds ?? 0) * NS_PER_S + (grace.nanos ?? 0);
  if (!(Math.abs(nanoseconds) < 2 ** 63)) return undefined;
  return { max_grace_period: { nanoseconds }, mark_gone };
}
