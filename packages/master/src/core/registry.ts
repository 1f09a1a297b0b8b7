/** What the registry holds, as the core reads it at start; and what leaves it with age. */
import type { AgentInfo, MachineID, MaintenanceSchedule, QuotaConfig } from '@stoke/protocol';
import { deactivatedKey } from './agent-service.ts';
import type { Context } from './context.ts';
import { emit, log } from './context.ts';
import { drainKey } from './drain-records.ts';
import type { RegistryWrite } from './effects.ts';
import { applySchedule, machineKey } from './machines.ts';
import { applyQuota } from './quota.ts';
import type { DrainRecord, MasterState } from './state.ts';

const NS_PER_MS = 1_000_000;

/** The content of the registry. Times in nanoseconds since the epoch. */
export type RegistryContent = {
  readonly agents: readonly { readonly id: string; readonly info: AgentInfo }[];
  readonly unreachable: readonly { readonly id: string; readonly timeNs: number }[];
  readonly gone: readonly { readonly id: string; readonly timeNs: number }[];
  readonly deactivated: readonly string[];
  readonly draining: readonly ({ readonly id: string } & DrainRecord)[];
  readonly weights: readonly { readonly role: string; readonly weight: number }[];
  readonly quotas: readonly QuotaConfig[];
  readonly schedule: MaintenanceSchedule;
  readonly downMachines: readonly MachineID[];
};

/** A registry that remembers nothing. */
export const EMPTY_REGISTRY: RegistryContent = {
  agents: [],
  unreachable: [],
  gone: [],
  deactivated: [],
  draining: [],
  weights: [],
  quotas: [],
  schedule: {},
  downMachines: [],
};

/** Fills fresh books: admitted agents are "recovered" until they register again. */
export function loadRegistry(state: MasterState, content: RegistryContent): void {
  for (const agent of content.agents) state.recoveredAgents.set(agent.id, agent);
  for (const { id, timeNs } of byTime(content.unreachable)) state.unreachableAgents.set(id, timeNs);
  for (const { id, timeNs } of byTime(content.gone)) state.goneAgents.set(id, timeNs);
  for (const id of content.deactivated) state.deactivatedAgents.add(id);
  for (const { id, ...drain } of content.draining) state.draining.set(id, drain);
  for (const { role, weight } of content.weights) state.weights.set(role, weight);
  state.allocator.setWeights(new Map(state.weights));
  applySchedule(state, content.schedule);
  for (const id of content.downMachines) {
    const machine = state.machines.get(machineKey(id));
    if (machine !== undefined) machine.down = true;
  }
  for (const config of content.quotas) {
    state.quotas.set(config.role, config);
    applyQuota(state, config.role);
  }
}

function byTime<T extends { readonly timeNs: number }>(entries: readonly T[]): T[] {
  return [...entries].sort((left, right) => left.timeNs - right.timeNs);
}

/** The time to re-register after a restart of the master is over. */
export function handleRecoveryTimeout(ctx: Context): void {
  const { recoveredAgents } = ctx.state;
  const agentIds = [...recoveredAgents.keys()];
  if (agentIds.length === 0) return;
  for (const agent of [...recoveredAgents.values()]) {
    recoveredAgents.set(agent.id, { ...agent, leaving: true });
  }
  const atNs = ctx.nowMs * NS_PER_MS;
  emit(ctx, {
    type: 'STORE',
    writes: agentIds.flatMap((id) => [
      { key: `agent/${id}`, value: undefined },
      { key: `unreachable/${id}`, value: { timeNs: atNs } },
    ]),
    after: { type: 'RECOVERED_AGENTS_LOST', agentIds, atNs },
  });
}

export function handleRecoveredAgentsLost(
  ctx: Context,
  agentIds: readonly string[],
  atNs: number,
): void {
  for (const id of agentIds) {
    if (!ctx.state.recoveredAgents.delete(id)) continue;
    ctx.state.unreachableAgents.set(id, atNs);
    log(ctx, 'warn', { message: 'agent did not re-register after master restart', agentId: id });
  }
}

function expired(ctx: Context, entries: Map<string, number>): string[] {
  const { registryMaxAgentAgeMs, registryMaxAgentCount } = ctx.state.settings;
  const oldestNs = (ctx.nowMs - registryMaxAgentAgeMs) * NS_PER_MS;
  const surplus = entries.size - registryMaxAgentCount;
  return [...entries].flatMap(([id, timeNs], index) =>
    index < surplus || timeNs < oldestNs ? [id] : [],
  );
}

/** Forgets agents that were lost too long ago, or too many of them. */
export function handleRegistryGc(ctx: Context): void {
  const { unreachableAgents, goneAgents, deactivatedAgents, draining, settings } = ctx.state;
  emit(ctx, {
    type: 'SET_TIMER',
    key: 'registry-gc',
    delayMs: settings.registryGcIntervalMs,
    event: { type: 'REGISTRY_GC' },
  });
  const lost = expired(ctx, unreachableAgents);
  const gone = expired(ctx, goneAgents);
  const writes: RegistryWrite[] = [
    ...lost.map((id) => ({ key: `unreachable/${id}`, value: undefined })),
    ...gone.map((id) => ({ key: `gone/${id}`, value: undefined })),
    ...lost
      .filter((id) => deactivatedAgents.delete(id))
      .map((id) => ({ key: deactivatedKey(id), value: undefined })),
    ...lost
      .filter((id) => draining.delete(id))
      .map((id) => ({ key: drainKey(id), value: undefined })),
  ];
  if (writes.length === 0) return;
  for (const id of lost) unreachableAgents.delete(id);
  for (const id of gone) goneAgents.delete(id);
  emit(ctx, { type: 'STORE', writes, after: { type: 'REGISTRY_GC_STORED' } });
}
