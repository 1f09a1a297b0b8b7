/** Fresh books for a master that starts. */
import { type AllocatorOptions, createAllocator } from '@stoke/allocator';
import type { Authorizer } from '@stoke/kit';
import type { MasterInfo } from '@stoke/protocol';
import type { Effect } from './effects.ts';
import { OPEN_AUTHORIZER } from './permissions.ts';
import { loadRegistry, type RegistryContent } from './registry.ts';
import type { CoreSettings, MasterState, Sources } from './state.ts';

export type StartFacts = {
  readonly settings: CoreSettings;
  readonly sources: Sources;
  readonly info: MasterInfo;
  readonly registry: RegistryContent;
  readonly nowMs: number;
  /** Without it everybody may do everything. */
  readonly authorizer?: Authorizer;
} & AllocatorFacts;

/** What the allocator may be told beside the interval and chance. */
export type AllocatorFacts = Omit<AllocatorOptions, 'allocationIntervalMs' | 'random'>;

/** The books, with what the registry remembers. */
export function createState(facts: StartFacts): MasterState {
  const { settings, sources, info, registry, nowMs, authorizer, ...allocatorFacts } = facts;
  const state: MasterState = {
    settings,
    sources,
    info,
    startedMs: nowMs,
    electedMs: nowMs,
    allocator: createAllocator({
      allocationIntervalMs: settings.allocationIntervalMs,
      random: sources.random,
      ...allocatorFacts,
    }),
    authorizer: authorizer ?? OPEN_AUTHORIZER,
    frameworks: new Map(),
    completedFrameworks: new Map(),
    streams: new Map(),
    operatorStreams: new Map(),
    agents: new Map(),
    addresses: new Map(),
    links: new Map(),
    recoveredAgents: new Map(),
    unreachableAgents: new Map(),
    goneAgents: new Map(),
    deactivatedAgents: new Set(),
    draining: new Map(),
    drainChecks: new Set(),
    admissions: new Map(),
    offers: new Map(),
    inverseOffers: new Map(),
    schedule: {},
    machines: new Map(),
    weights: new Map(),
    quotas: new Map(),
    counters: new Map(),
    nextFramework: 0,
    nextAgent: 0,
    nextOffer: 0,
    queuedAllocation: undefined,
  };
  loadRegistry(state, registry);
  return state;
}

/** What a master does first: its timers. */
export function startEffects(settings: CoreSettings): Effect[] {
  return [
    {
      type: 'SET_TIMER',
      key: 'batch',
      delayMs: settings.allocationIntervalMs,
      event: { type: 'BATCH_DUE' },
    },
    {
      type: 'SET_TIMER',
      key: 'recovery',
      delayMs: settings.agentReregisterTimeoutMs,
      event: { type: 'RECOVERY_TIMEOUT' },
    },
    {
      type: 'SET_TIMER',
      key: 'registry-gc',
      delayMs: settings.registryGcIntervalMs,
      event: { type: 'REGISTRY_GC' },
    },
  ];
}
