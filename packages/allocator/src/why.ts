/** Why a framework waits: the reasons of the decision chain, counted per role, with numbers. */

import {
  allocatableTo,
  formatQuantities,
  NO_QUANTITIES,
  type Quantities,
  quantitiesOf,
} from '@stoke/resources';
import type { WhyAgents, WhyReason, WhyReport, WhyRole } from './allocator-api.ts';
import type { AgentRecord, Client, ClusterState, Minimum } from './cluster-state.ts';
import { decide, type Situation } from './decide.ts';
import { dominantShare } from './fair-order.ts';
import { unmetGuarantee } from './quota.ts';
import { createQuotaStages } from './quota-stages.ts';
import { expireRefusals } from './refusals.ts';
import { consumedBy, topOf } from './role-tree.ts';
import { accumulate, at, quantitiesFromVector, type ScalarVector } from './scalar-slots.ts';

/** No run: shared resources are looked at as if none had been offered. */
const NO_RUN = -1;

/** One sentence for each reason; numbers are added where there are any. */
const SENTENCES: Readonly<Record<WhyReason, string>> = {
  'agent-inactive': 'the agent is disconnected, draining or deactivated',
  whitelist: 'the whitelist of the master does not name the host of the agent',
  'agent-capability': 'the agent is too old for this framework or role',
  region: 'the agent is in another region and the framework is not REGION_AWARE',
  gpu: 'the agent has gpus and the framework lacks the GPU_RESOURCES capability',
  constraint: "the framework's own offer constraints exclude the agent",
  reserved: 'what is free is reserved for other roles',
  revocable: 'what is free is revocable and the framework lacks the REVOCABLE_RESOURCES capability',
  'in-use': 'everything is in use or offered to others',
  'min-allocatable': 'what is free is less than the smallest offer allowed',
  'quota-limit': "the role's quota limit is reached",
  'quota-headroom': 'what is free is kept for the quota guarantees of other roles',
  refused: 'the framework declined these resources',
  suppressed: 'it could be offered, but the framework suppressed offers for this role',
  inactive: 'it could be offered, but the framework is not connected',
  'next-cycle': 'an offer is due with the next allocation',
};

/** The report for one framework; time is needed to leave out refusals that have ended. */
export function explain(state: ClusterState, frameworkId: string, nowMs: number): WhyReport {
  const framework = state.frameworks.get(frameworkId);
  const totalAgents = state.agents.size;
  if (framework?.known !== true) {
    return { frameworkId, known: false, active: false, totalAgents, roles: [] };
  }
  expireRefusals(state, nowMs);
  const quota = state.quotas.size === 0 ? undefined : createQuotaStages(state);
  quota?.reset();
  const situation: Situation = { state, run: NO_RUN, quota: quota?.surplus };
  const clients = [...framework.clients.values()].filter((client) => client.subscribed);
  return {
    frameworkId,
    known: true,
    active: framework.active,
    totalAgents,
    roles: clients.map((client) => explainRole(situation, client)),
  };
}

/** Agents that fell under one reason so far. */
interface Tally {
  agents: number;
  example: AgentRecord;
  free: Quantities;
  /** How near the example is to an offer; the greatest wins. */
  nearness: number;
  untilMs: number | undefined;
}

function explainRole(situation: Situation, client: Client): WhyRole {
  const { state } = situation;
  const tallies = new Map<WhyReason, Tally>();
  const largestFree = new Map<string, number>();
  for (const agent of state.agents.values()) {
    const outcome = decide(situation, agent, client);
    const free = quantitiesOf(allocatableTo(agent.available, client.role));
    if (agent.active) takeLargest(largestFree, free);
    const reason = typeof outcome === 'string' ? outcome : reasonDespiteRoom(client);
    count(tallies, reason, { agent, free, untilMs: refusedUntil(agent, client, reason) });
  }
  return {
    role: client.role,
    suppressed: client.suppressed,
    share: dominantShare(state.basis, client),
    roleShare: dominantShare(state.basis, client.node),
    largestFree,
    messages: generalMessages(state, client),
    agents: [...tallies]
      .sort(([, left], [, right]) => right.agents - left.agents)
      .map(([reason, tally]) => describe(state, client, reason, tally)),
  };
}

/** Nothing speaks against an offer, so why is there none? */
function reasonDespiteRoom(client: Client): WhyReason {
  if (!client.framework.active) return 'inactive';
  return client.suppressed ? 'suppressed' : 'next-cycle';
}

function generalMessages(state: ClusterState, client: Client): string[] {
  if (!client.framework.active) return ['the framework is not connected'];
  if (client.suppressed) return ['the framework suppressed offers for this role'];
  return state.agents.size === 0 ? ['no agent has registered'] : [];
}

function count(
  tallies: Map<WhyReason, Tally>,
  reason: WhyReason,
  found: { agent: AgentRecord; free: Quantities; untilMs: number | undefined },
): void {
  const nearness = [...found.free.values()].reduce((sum, milli) => sum + milli, 0);
  const tally = tallies.get(reason);
  if (tally === undefined) {
    tallies.set(reason, { ...found, example: found.agent, agents: 1, nearness });
    return;
  }
  tally.agents++;
  if (found.untilMs !== undefined) {
    tally.untilMs = Math.min(tally.untilMs ?? Number.POSITIVE_INFINITY, found.untilMs);
  }
  if (nearness <= tally.nearness) return;
  tally.nearness = nearness;
  tally.example = found.agent;
  tally.free = found.free;
}

function refusedUntil(agent: AgentRecord, client: Client, reason: WhyReason): number | undefined {
  if (reason !== 'refused') return undefined;
  const refusals = agent.refusals.get(client) ?? [];
  return refusals.length === 0 ? undefined : Math.min(...refusals.map((each) => each.untilMs));
}

function describe(state: ClusterState, client: Client, reason: WhyReason, tally: Tally): WhyAgents {
  const short =
    reason === 'min-allocatable' ? shortOf(state, client.minimum, tally.example) : undefined;
  return {
    reason,
    agents: tally.agents,
    message: [sentence(reason, tally, short), ...quotaNumbers(state, client, reason)].join('; '),
    exampleAgentId: tally.example.agentId,
    free: tally.free,
    ...(short === undefined ? {} : { short }),
    ...(tally.untilMs === undefined ? {} : { untilMs: tally.untilMs }),
  };
}

function sentence(reason: WhyReason, tally: Tally, short: Quantities | undefined): string {
  const agents = tally.agents === 1 ? '1 agent' : `${tally.agents} agents`;
  const parts = [`${agents}: ${SENTENCES[reason]}`];
  if (tally.free.size > 0) parts.push(`most free on one: ${formatQuantities(tally.free)}`);
  if (short !== undefined) parts.push(`missing there: ${formatQuantities(short)}`);
  if (tally.untilMs === Number.POSITIVE_INFINITY) parts.push('until it revives offers');
  return parts.join('; ');
}

/** The numbers of quota, where it is the reason. */
function quotaNumbers(state: ClusterState, client: Client, reason: WhyReason): string[] {
  if (reason === 'quota-limit') {
    const top = topOf(client.node);
    const limits = new Map(
      state.slots.names.flatMap((name, slot) => {
        const limit = top.quota?.limitOf(slot) ?? Number.POSITIVE_INFINITY;
        return Number.isFinite(limit) ? [[name, limit] as const] : [];
      }),
    );
    const held = quantitiesFromVector(state.slots, consumedBy(state, top.path));
    const used = held.size === 0 ? 'nothing' : formatQuantities(held);
    return [`limit of role '${top.path}': ${formatQuantities(limits)}, in use: ${used}`];
  }
  if (reason !== 'quota-headroom') return [];
  const unmet: ScalarVector = [];
  for (const top of state.quotas.values()) {
    const missing = unmetGuarantee(state, top);
    if (missing !== undefined) accumulate(unmet, missing, 1);
  }
  const owed = formatQuantities(quantitiesFromVector(state.slots, unmet));
  return [`guaranteed to others and not used yet: ${owed}`];
}

/** What the nearest alternative of the minimum lacks on an agent. */
function shortOf(state: ClusterState, minimum: Minimum, agent: AgentRecord): Quantities {
  const gaps = minimum.map((alternative) =>
    alternative
      .map(({ slot, milli }) => ({ slot, missing: milli - at(agent.scalars, slot), milli }))
      .filter(({ missing }) => missing > 0),
  );
  const relative = (gap: (typeof gaps)[number]): number =>
    gap.reduce((sum, { missing, milli }) => sum + missing / milli, 0);
  const nearest = gaps.sort((left, right) => relative(left) - relative(right))[0];
  if (nearest === undefined) return NO_QUANTITIES;
  return new Map(nearest.map(({ slot, missing }) => [state.slots.names[slot] ?? '', missing]));
}

function takeLargest(largest: Map<string, number>, free: Quantities): void {
  for (const [name, milli] of free) largest.set(name, Math.max(largest.get(name) ?? 0, milli));
}
