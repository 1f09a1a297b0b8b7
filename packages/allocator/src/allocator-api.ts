/** The public contract of the allocator: what the master tells it, and what it answers. */

import type { Attribute, DomainInfo } from '@stoke/protocol';
import type { Quantities, Resources } from '@stoke/resources';

/** Names of Mesos's sorters. */
export type Sorter = 'drf' | 'random';

/** Settings that hold for the life of an allocator. */
export interface AllocatorOptions {
  /** Length of the batch interval; also the shortest life of a refusal. */
  readonly allocationIntervalMs: number;
  /** An offer must hold at least one of these alternatives. Default: 0.01 cpus or 32 MB of memory. */
  readonly minAllocatable?: readonly Quantities[];
  /** Source of chance in [0, 1): agents are visited in random order. */
  readonly random: () => number;
  /** Scalar names that do not count in dominant shares. */
  readonly fairSharingExcluded?: readonly string[];
  /** How roles are ordered: by dominant shares (default), or at random by weight. */
  readonly roleSorter?: Sorter;
  /** How the frameworks of one role are ordered. */
  readonly frameworkSorter?: Sorter;
  /** Hide agents with gpus from frameworks without GPU_RESOURCES. Default true. */
  readonly filterGpu?: boolean;
  /** Region of the master: agents elsewhere are hidden from frameworks without REGION_AWARE. */
  readonly masterRegion?: string;
}

/**
 * An agent as the master describes it. `used` is what each framework holds, in allocated form; it
 * may name frameworks that have not subscribed yet (the usual case after a failover).
 */
export interface AgentSpec {
  readonly agentId: string;
  readonly hostname: string;
  /** Unallocated form, reservations included. */
  readonly total: Resources;
  readonly used?: ReadonlyMap<string, Resources>;
  /** Capability names as on the wire, for example HIERARCHICAL_ROLE. Absent: all of them. */
  readonly capabilities?: readonly string[];
  readonly attributes?: readonly Attribute[];
  readonly domain?: DomainInfo | undefined;
  /** Default true. */
  readonly active?: boolean;
  /** A planned absence: holders of its resources are sent inverse offers. Default false. */
  readonly unavailable?: boolean;
}

/** What may change about a known agent; absent means unchanged. */
export interface AgentUpdate {
  readonly agentId: string;
  readonly hostname?: string;
  readonly total?: Resources;
  readonly capabilities?: readonly string[];
  /** A change of attributes or domain also ends the refusals for this agent. */
  readonly attributes?: readonly Attribute[];
  readonly domain?: DomainInfo | undefined;
}

/** The part of an agent that an offer constraint may look at. */
export interface AgentView {
  readonly agentId: string;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
}

/** A framework as the master describes it. */
export interface FrameworkSpec {
  readonly frameworkId: string;
  readonly roles: readonly string[];
  readonly suppressedRoles?: readonly string[];
  /** Capability names as on the wire, for example GPU_RESOURCES. */
  readonly capabilities: readonly string[];
  /** Per role: overrides the allocator's own `minAllocatable`. */
  readonly minAllocatable?: ReadonlyMap<string, readonly Quantities[]>;
  /** Offer constraints: false hides the agent from this framework in this role. */
  readonly accepts?: ((agent: AgentView, role: string) => boolean) | undefined;
  /**
   * What it already holds per agent, in allocated form. Agents that are unknown, or that told of
   * its use themselves (AgentSpec.used), are ignored: nothing is counted twice.
   */
  readonly used?: ReadonlyMap<string, Resources>;
  /** Default true. */
  readonly active?: boolean;
}

/** One future offer: everything in it belongs to one framework, role and agent. */
export interface Allocation {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
  /** In allocated form (allocation_info set to `role`). */
  readonly resources: Resources;
}

/** One future inverse offer: the framework holds something on an agent that is going away. */
export interface InverseAllocation {
  readonly frameworkId: string;
  readonly agentId: string;
}

/** An inverse offer is over: answered, with or without a wish to be left alone, or rescinded. */
export interface AnswerInverseRequest extends InverseAllocation {
  /** Not to be asked again for so long. 0 or absent: at the next occasion. Infinity allowed. */
  readonly refuseSeconds?: number;
  readonly nowMs: number;
}

export interface AllocateRequest {
  readonly nowMs: number;
  /**
   * 'batch' (default, each interval): every agent where something changed.
   * 'events': only agents named by an event that asks for a prompt allocation
   * (agent or framework added or activated, REVIVE); resources that merely came back wait.
   * Ignored when a run is under way: that run goes on.
   */
  readonly scope?: 'batch' | 'events';
  /** Stop after so many agent visits; call again until `done`. Default: no limit. */
  readonly maxAgents?: number;
}

export interface AllocateResult {
  readonly allocations: readonly Allocation[];
  /** Due at the end of a run; a batch looks at all agents that are going away. */
  readonly inverse: readonly InverseAllocation[];
  /** False: the run has agents left, call again (events may be told to the allocator in between). */
  readonly done: boolean;
}

export interface RecoverRequest {
  readonly frameworkId: string;
  readonly agentId: string;
  /** Allocated form, or unallocated when `role` is given. */
  readonly resources: Resources;
  /** Needed only when `resources` carry no allocation. */
  readonly role?: string;
  /** A decline: hide up to these resources of this agent for so long. 0 or absent: no filter. Infinity allowed. */
  readonly refuseSeconds?: number;
  readonly nowMs: number;
}

/** An operation changed what a framework holds: `offered` becomes `converted` (both allocated form). */
export interface UpdateAllocationRequest {
  readonly frameworkId: string;
  readonly agentId: string;
  readonly offered: Resources;
  readonly converted: Resources;
}

/** A framework uses shared resources (allocated form) more often than they were offered to it. */
export interface AddUsesRequest {
  readonly frameworkId: string;
  readonly agentId: string;
  readonly resources: Resources;
}

/** Quota of one top-level role: milli-units per scalar name; a name without a limit is unlimited. */
export interface Quota {
  readonly guarantees: Quantities;
  readonly limits: Quantities;
}

/** Why a framework gets no offer of an agent; see `WhyAgents` for the numbers. */
export type WhyReason =
  | 'agent-inactive'
  | 'whitelist'
  | 'agent-capability'
  | 'region'
  | 'gpu'
  | 'constraint'
  | 'reserved'
  | 'revocable'
  | 'in-use'
  | 'min-allocatable'
  | 'quota-limit'
  | 'quota-headroom'
  | 'refused'
  | 'suppressed'
  | 'inactive'
  | 'next-cycle';

/** How many agents fall under one reason, with the agent that comes closest as the example. */
export interface WhyAgents {
  readonly reason: WhyReason;
  readonly agents: number;
  /** One plain sentence with numbers. */
  readonly message: string;
  readonly exampleAgentId: string;
  /** Free on the example agent for this role, milli-units per scalar name. */
  readonly free: Quantities;
  /** 'min-allocatable': how much is missing there, per scalar name. */
  readonly short?: Quantities;
  /** 'refused': when the first of these refusals ends; Infinity when only REVIVE ends them. */
  readonly untilMs?: number;
}

export interface WhyRole {
  readonly role: string;
  readonly suppressed: boolean;
  /** Dominant share of the framework in this role, 0…1. */
  readonly share: number;
  /** Dominant share of the whole role (with its sub-roles) divided by its weight. */
  readonly roleShare: number;
  /** Biggest refusal-independent free amounts on any single agent this role may use. */
  readonly largestFree: Quantities;
  /** Sentences that concern no agent in particular: framework inactive, suppressed, no agents. */
  readonly messages: readonly string[];
  /** By falling number of agents; at most one entry per reason. */
  readonly agents: readonly WhyAgents[];
}

export interface WhyReport {
  readonly frameworkId: string;
  readonly known: boolean;
  readonly active: boolean;
  readonly totalAgents: number;
  readonly roles: readonly WhyRole[];
}

/** A role in numbers, for metrics. */
export interface RoleGauges {
  /** Refusals of its frameworks that hide something now. */
  readonly refusals: number;
  /** Dominant share of the role with its sub-roles, divided by its weight. */
  readonly share: number;
}

/** Hierarchical dominant-resource-fair allocator. Calls about unknown ids are ignored unless said otherwise. */
export interface Allocator {
  addAgent(spec: AgentSpec): void;
  updateAgent(update: AgentUpdate): void;
  removeAgent(agentId: string): void;
  setAgentActive(agentId: string, active: boolean): void;
  /** A planned absence is new, another one, or off: open inverse offers for the agent are void. */
  setUnavailable(agentId: string, unavailable: boolean): void;

  addFramework(spec: FrameworkSpec): void;
  /** Replaces roles, suppression, capabilities, minima and constraints; keeps what it holds. */
  updateFramework(spec: FrameworkSpec): void;
  /** Frees whatever the framework still holds. */
  removeFramework(frameworkId: string): void;
  /** Inactive: no offers; what it holds stays. */
  setFrameworkActive(frameworkId: string, active: boolean): void;

  /** Runs (or continues) an allocation; see {@link AllocateRequest}. */
  allocate(request: AllocateRequest): AllocateResult;
  /** True when an event asked for a prompt allocation that has not run yet. */
  wantsRun(): boolean;
  /** Resources come back: decline, rescinded offer, task end. */
  recoverResources(request: RecoverRequest): void;
  updateAllocation(request: UpdateAllocationRequest): void;
  /** Books further uses of shared resources; they come back one by one like everything else. */
  addUses(request: AddUsesRequest): void;
  /** Ignored for inverse offers that are not outstanding. */
  answerInverse(request: AnswerInverseRequest): void;

  /** No roles: all of the framework's. */
  suppress(frameworkId: string, roles?: readonly string[]): void;
  /** No roles: all. Unsuppresses, ends refusals (of inverse offers all of them), asks for a prompt allocation. */
  revive(frameworkId: string, roles?: readonly string[]): void;

  /** Replaces all weights (default 1). */
  setWeights(weights: ReadonlyMap<string, number>): void;
  /** Hosts whose agents may be offered, undefined for all; asks for a prompt allocation. */
  setWhitelist(hostnames: ReadonlySet<string> | undefined): void;
  /** Top-level role; undefined removes its quota. */
  setQuota(role: string, quota: Quota | undefined): void;

  /** Ends refusals whose time is over; `allocate` does it as well. */
  expireFilters(nowMs: number): void;
  /** When the next refusal ends, if any: a batch before that cannot change on their account. */
  nextExpiryMs(): number | undefined;

  /** Scalars a framework holds (offered and used), in all or in one role. */
  heldBy(frameworkId: string, role?: string): Quantities;
  why(frameworkId: string, nowMs: number): WhyReport;
  /** By role, of the roles that frameworks are in. */
  roleGauges(): ReadonlyMap<string, RoleGauges>;
}
