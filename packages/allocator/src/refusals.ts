/** Refused-offer filters: what a framework declined stays hidden from it for a while. */

import { containsResources, type Resources } from '@stoke/resources';
import type { AgentRecord, Client, ClusterState, Refusal } from './cluster-state.ts';

/** More refusals than this per agent and client are pointless: the one that ends first gives way. */
const MAX_REFUSALS = 16;

const MS_PER_SECOND = 1000;

/** A refusal to be remembered: `resources` in unallocated form. */
export interface NewRefusal {
  readonly agent: AgentRecord;
  readonly client: Client;
  readonly resources: Resources;
  readonly refuseSeconds: number;
  readonly nowMs: number;
}

/** Remembers a refusal for at least one allocation interval. */
export function refuse(state: ClusterState, request: NewRefusal): void {
  const { agent, client, resources, nowMs } = request;
  const lifeMs = Math.max(
    request.refuseSeconds * MS_PER_SECOND,
    state.options.allocationIntervalMs,
  );
  const refusal: Refusal = { resources, untilMs: nowMs + lifeMs, revival: client.revivals };
  const kept = (agent.refusals.get(client) ?? []).filter((old) => !isCovered(old, refusal));
  if (kept.length >= MAX_REFUSALS) kept.splice(indexOfFirstToEnd(kept), 1);
  kept.push(refusal);
  agent.refusals.set(client, kept);
  if (Number.isFinite(refusal.untilMs)) {
    state.expiries.push({ untilMs: refusal.untilMs, agent, client, refusal });
  }
}

/** The refusal that hides these resources (unallocated) from the client, if any. */
export function findRefusal(
  agent: AgentRecord,
  client: Client,
  resources: Resources,
): Refusal | undefined {
  const refusals = agent.refusals.get(client);
  if (refusals === undefined) return undefined;
  // `refuse` keeps only refusals of one count of revivals, so the first speaks for all.
  if (refusals[0]?.revival !== client.revivals) {
    agent.refusals.delete(client);
    return undefined;
  }
  return refusals.find((refusal) => containsResources(refusal.resources, resources));
}

/** Ends the refusals whose time is over; their agents may be offered again. */
export function expireRefusals(state: ClusterState, nowMs: number): void {
  for (;;) {
    const due = state.expiries.popDue(nowMs);
    if (due === undefined) return;
    const refusals = due.agent.refusals.get(due.client);
    if (refusals === undefined || !refusals.includes(due.refusal)) continue;
    const rest = refusals.filter((refusal) => refusal !== due.refusal);
    if (rest.length === 0) due.agent.refusals.delete(due.client);
    else due.agent.refusals.set(due.client, rest);
    if (!due.agent.removed) state.dirty.add(due.agent);
  }
}

function isCovered(old: Refusal, by: Refusal): boolean {
  if (old.revival !== by.revival) return true;
  return old.untilMs <= by.untilMs && containsResources(by.resources, old.resources);
}

function indexOfFirstToEnd(refusals: readonly Refusal[]): number {
  const ends = refusals.map((refusal) => refusal.untilMs);
  return ends.indexOf(Math.min(...ends));
}
