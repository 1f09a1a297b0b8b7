/** Why a framework waits: the allocator's reasons, with what the cluster has, in plain sentences. */
import type { WhyAgents, WhyRole } from '@stoke/allocator';
import {
  addResources,
  fromMilli,
  NO_RESOURCES,
  type Quantities,
  quantitiesOf,
  subtractResources,
  unallocate,
} from '@stoke/resources';
import { usedByFramework } from './agent-records.ts';
import type { Agent, Framework, MasterState } from './state.ts';
import { isActive } from './state.ts';
import { absenceReasons } from './why-absent.ts';

/** Plain amounts per resource name. */
export type Amounts = Readonly<Record<string, number>>;

/** One reason: a sentence, and its numbers as data. */
export type WaitReason = {
  readonly kind: string;
  readonly sentence: string;
  readonly agents?: number;
  readonly exampleAgentId?: string;
  readonly free?: Amounts;
  readonly short?: Amounts;
  readonly untilMs?: number;
};

export type WaitReport = {
  readonly framework: string;
  readonly name: string;
  readonly connected: boolean;
  readonly roles: readonly {
    readonly role: string;
    readonly suppressed: boolean;
    readonly share: number;
    readonly largestFree: Amounts;
    readonly reasons: readonly WaitReason[];
  }[];
  /** Offers the framework has in hand and did not answer. */
  readonly offersOutstanding: number;
  readonly agents: {
    readonly registered: number;
    readonly active: number;
    readonly recovering: number;
    readonly unreachable: number;
    readonly total: Amounts;
    readonly free: Amounts;
    /** The agent with the most memory, empty or not: nothing larger fits anywhere. */
    readonly largest: { readonly cpus: number; readonly mem: number };
    readonly largestFree: { readonly cpus: number; readonly mem: number };
  };
};

function amountsOf(quantities: Quantities): Amounts {
  return Object.fromEntries([...quantities].map(([name, milli]) => [name, fromMilli(milli)]));
}

/** What is neither used nor offered on an agent. */
function freeOn(state: MasterState, agent: Agent): Quantities {
  let held = NO_RESOURCES;
  for (const used of usedByFramework(agent).values()) held = addResources(held, used);
  for (const id of agent.offers) {
    held = addResources(held, state.offers.get(id)?.resources ?? NO_RESOURCES);
  }
  return quantitiesOf(subtractResources(agent.total, unallocate(held)));
}

function largestOf(all: readonly Quantities[]): { readonly cpus: number; readonly mem: number } {
  const milli = (quantities: Quantities | undefined, name: string): number =>
    quantities?.get(name) ?? 0;
  const [first] = [...all].sort(
    (left, right) =>
      milli(right, 'mem') - milli(left, 'mem') || milli(right, 'cpus') - milli(left, 'cpus'),
  );
  return { cpus: fromMilli(milli(first, 'cpus')), mem: fromMilli(milli(first, 'mem')) };
}

function sumOf(all: readonly Quantities[]): Amounts {
  const sum = new Map<string, number>();
  for (const quantities of all) {
    for (const [name, milli] of quantities) sum.set(name, (sum.get(name) ?? 0) + milli);
  }
  return amountsOf(sum);
}

function agentReason(entry: WhyAgents): WaitReason {
  return {
    kind: entry.reason,
    sentence: entry.message,
    agents: entry.agents,
    exampleAgentId: entry.exampleAgentId,
    free: amountsOf(entry.free),
    ...(entry.short === undefined ? {} : { short: amountsOf(entry.short) }),
    ...(entry.untilMs === undefined || !Number.isFinite(entry.untilMs)
      ? {}
      : { untilMs: entry.untilMs }),
  };
}

function offerReason(framework: Framework, role: WhyRole, state: MasterState): WaitReason[] {
  const open = [...framework.offers].filter((id) => state.offers.get(id)?.role === role.role);
  if (open.length === 0) return [];
  const offers = open.length === 1 ? '1 offer is' : `${open.length} offers are`;
  return [
    {
      kind: 'offer-outstanding',
      sentence: `${offers} in the framework's hands and not answered yet`,
      agents: open.length,
    },
  ];
}

/** The report on a framework, or undefined when there is none of that id. */
export function whyReport(
  state: MasterState,
  frameworkId: string,
  nowMs: number,
): WaitReport | undefined {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return undefined;
  const report = state.allocator.why(frameworkId, nowMs);
  // These know what agents are doing instead of serving, the allocator only that they do not.
  const absent = absenceReasons(state, nowMs);
  const agents = [...state.agents.values()];
  const totals = agents.map((agent) => quantitiesOf(agent.total));
  const free = agents.filter(isActive).map((agent) => freeOn(state, agent));
  return {
    framework: frameworkId,
    name: framework.info.name,
    connected: framework.stream !== undefined,
    roles: report.roles.map((role) => ({
      role: role.role,
      suppressed: role.suppressed,
      share: role.share,
      largestFree: amountsOf(role.largestFree),
      reasons: [
        ...role.messages.map((sentence) => ({ kind: 'general', sentence })),
        ...offerReason(framework, role, state),
        ...role.agents.filter(({ reason }) => reason !== 'agent-inactive').map(agentReason),
        ...absent,
      ],
    })),
    offersOutstanding: framework.offers.size,
    agents: {
      registered: agents.length,
      active: agents.filter(isActive).length,
      recovering: state.recoveredAgents.size,
      unreachable: state.unreachableAgents.size,
      total: sumOf(totals),
      free: sumOf(free),
      largest: largestOf(totals),
      largestFree: largestOf(free),
    },
  };
}
