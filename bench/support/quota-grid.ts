/**
 * Grid A2: many roles with guarantees, some half an agent, some two agents, and just enough agents
 * in all. After the LargeAndSmallQuota benchmark of Apache Mesos.
 */

import { type Allocator, createAllocator } from '@stoke/allocator';
import { NO_QUANTITIES, parseResources, quantitiesFrom } from '@stoke/resources';
import { type Summary, seeded, summarize, time } from './statistics.ts';

export interface QuotaSize {
  readonly smallRoles: number;
  readonly largeRoles: number;
}

export interface QuotaResult extends QuotaSize {
  readonly agents: number;
  readonly cycle1Ms: Summary;
  readonly cycle1CpuMs: Summary;
  readonly cycle2Ms: Summary;
  /** Per repetition; must always be the count that Mesos grants. */
  readonly grants1: readonly number[];
  readonly grants2: readonly number[];
}

const SMALL = quantitiesFrom({ cpus: 1, mem: 1024, disk: 1024 });
const LARGE = quantitiesFrom({ cpus: 4, mem: 4096, disk: 4096 });

function agentsFor(size: QuotaSize): number {
  return size.smallRoles / 5 + size.largeRoles * 5;
}

/** Each small role one grant, each large role two: what Mesos's DRF sorter grants. */
export function expectedGrants(size: QuotaSize): number {
  return size.smallRoles + 2 * size.largeRoles;
}

export function quotaGrid(size: QuotaSize, repetitions: number): QuotaResult {
  const runs = Array.from({ length: repetitions }, (_, index) => runOnce(size, index + 1));
  return {
    ...size,
    agents: agentsFor(size),
    cycle1Ms: summarize(runs.map((run) => run.first.wallMs)),
    cycle1CpuMs: summarize(runs.map((run) => run.first.cpuMs)),
    cycle2Ms: summarize(runs.map((run) => run.second.wallMs)),
    grants1: runs.map((run) => run.first.result.allocations.length),
    grants2: runs.map((run) => run.second.result.allocations.length),
  };
}

function runOnce(size: QuotaSize, seed: number) {
  const allocator = createAllocator({ allocationIntervalMs: 1000, random: seeded(seed) });
  addAgents(allocator, agentsFor(size));
  addRoles(allocator, size);
  const first = time(() => allocator.allocate({ nowMs: 1000 }));
  const second = time(() => allocator.allocate({ nowMs: 2000 }));
  return { first, second };
}

function addAgents(allocator: Allocator, count: number): void {
  const parsed = parseResources('cpus:2;mem:2048;disk:2048');
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  for (let index = 0; index < count; index++) {
    const agentId = `agent-${index}`;
    allocator.addAgent({ agentId, hostname: agentId, total: parsed.resources });
  }
}

function addRoles(allocator: Allocator, size: QuotaSize): void {
  const roles = [
    ...Array.from({ length: size.smallRoles }, (_, index) => ({
      role: `small${index}`,
      quota: SMALL,
    })),
    ...Array.from({ length: size.largeRoles }, (_, index) => ({
      role: `large${index}`,
      quota: LARGE,
    })),
  ];
  for (const { role, quota } of roles) {
    allocator.addFramework({ frameworkId: `framework-${role}`, roles: [role], capabilities: [] });
    allocator.setQuota(role, { guarantees: quota, limits: NO_QUANTITIES });
  }
}
