/**
 * Grid A1: every framework declines every offer for ever, round after round, on agents that are
 * partly in use and have fragmented ports. After the DeclineOffers benchmark of Apache Mesos.
 */

import { type Allocation, type Allocator, createAllocator } from '@stoke/allocator';
import { allocate, parseResources, type Resources } from '@stoke/resources';
import { round, type Summary, seeded, summarize, time } from './statistics.ts';

export interface DeclineSize {
  readonly agents: number;
  readonly frameworks: number;
}

export interface DeclineResult extends DeclineSize {
  /** One allocation cycle over all agents, all of them offered: wall time. */
  readonly cycleMs: Summary;
  readonly cycleCpuMs: Summary;
  readonly cpuMicrosPerOffer: number;
  /** Offers of each cycle; every agent must be offered in each. */
  readonly offers: readonly number[];
  readonly addAgentsMs: number;
  readonly agentsAddedPerSecond: number;
  /** Declining all offers of a cycle. */
  readonly declineMs: Summary;
  /** The longest of the pieces a cycle was cut into (256 agents each): how long others wait. */
  readonly longestPieceMs: number;
  /** A cycle when nothing has changed since the last. */
  readonly idleMs: Summary;
  readonly rssMiB: number;
}

const ROUNDS = 12;
const PIECE = 256;
const PORT_RANGES = 16;
const PORTS_APART = 60;
const PORTS_IN_RANGE = 20;

/** Runs one size. */
export function declineGrid(size: DeclineSize): DeclineResult {
  const allocator = createAllocator({ allocationIntervalMs: 1000, random: seeded(1) });
  addFrameworks(allocator, size.frameworks);
  const adding = time(() => {
    addAgents(allocator, size);
    return allocator.allocate({ nowMs: 0, scope: 'events' }).allocations;
  });
  decline(allocator, adding.result, 0);
  const rounds = runRounds(allocator, Math.min(2 * size.frameworks, ROUNDS));
  const idle = Array.from({ length: 5 }, (_, turn) => idleCycle(allocator, turn));
  const cpuMs = rounds.map((each) => each.cpuMs);
  const offers = rounds.map((each) => each.offers);
  return {
    ...size,
    cycleMs: summarize(rounds.map((each) => each.wallMs)),
    cycleCpuMs: summarize(cpuMs),
    cpuMicrosPerOffer: round((1000 * summarize(cpuMs).median) / size.agents),
    offers,
    addAgentsMs: round(adding.wallMs),
    agentsAddedPerSecond: Math.round((1000 * size.agents) / adding.wallMs),
    declineMs: summarize(rounds.map((each) => each.declineMs)),
    longestPieceMs: round(Math.max(...rounds.map((each) => each.longestPieceMs))),
    idleMs: summarize(idle),
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly offers: number;
  readonly declineMs: number;
  readonly longestPieceMs: number;
}

function runRounds(allocator: Allocator, count: number): Round[] {
  return Array.from({ length: count }, (_, turn) => {
    const nowMs = 1000 * (turn + 1);
    let longestPieceMs = 0;
    const cycle = time(() => {
      const allocations: Allocation[] = [];
      for (let done = false; !done; ) {
        const start = performance.now();
        const piece = allocator.allocate({ nowMs, maxAgents: PIECE });
        longestPieceMs = Math.max(longestPieceMs, performance.now() - start);
        allocations.push(...piece.allocations);
        done = piece.done;
      }
      return allocations;
    });
    const { wallMs, cpuMs, result } = cycle;
    const declining = time(() => decline(allocator, result, nowMs));
    return { wallMs, cpuMs, offers: result.length, declineMs: declining.wallMs, longestPieceMs };
  });
}

/** Offers left from an untimed cycle are held, so that the timed one finds nothing to do. */
function idleCycle(allocator: Allocator, turn: number): number {
  const nowMs = 1_000_000 + 2000 * turn;
  allocator.allocate({ nowMs });
  return time(() => allocator.allocate({ nowMs: nowMs + 1000 })).wallMs;
}

function decline(allocator: Allocator, allocations: readonly Allocation[], nowMs: number): void {
  for (const { frameworkId, agentId, resources } of allocations) {
    const refuseSeconds = Number.POSITIVE_INFINITY;
    allocator.recoverResources({ frameworkId, agentId, resources, refuseSeconds, nowMs });
  }
}

function addFrameworks(allocator: Allocator, count: number): void {
  for (let index = 0; index < count; index++) {
    allocator.addFramework({ frameworkId: frameworkName(index), roles: ['*'], capabilities: [] });
  }
}

function addAgents(allocator: Allocator, size: DeclineSize): void {
  const total = resources('cpus:24;mem:4096;disk:4096;ports:[31000-32000]');
  const ports = Array.from({ length: PORT_RANGES }, (_, index) => {
    const begin = 31_000 + index * PORTS_APART;
    return `${begin}-${begin + PORTS_IN_RANGE}`;
  });
  const used = allocate(resources(`cpus:16;mem:2014;disk:1024;ports:[${ports.join(',')}]`), '*');
  for (let index = 0; index < size.agents; index++) {
    const agentId = `agent-${index}`;
    const user = frameworkName(index % size.frameworks);
    allocator.addAgent({ agentId, hostname: agentId, total, used: new Map([[user, used]]) });
  }
}

function frameworkName(index: number): string {
  return `framework-${String(index).padStart(5, '0')}`;
}

function resources(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.resources;
}
