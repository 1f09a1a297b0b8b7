/** Allocation cycles at scale: the decline grid (A1) and the quota grid (A2), against Apache Mesos. */

import type { Bench, BenchReport } from './support/bench.ts';
import { type DeclineResult, type DeclineSize, declineGrid } from './support/decline-grid.ts';
import {
  expectedGrants,
  type QuotaResult,
  type QuotaSize,
  quotaGrid,
} from './support/quota-grid.ts';

/** Sizes with the time one cycle of Mesos takes for the same work, in milliseconds. */
const DECLINE_SIZES: readonly (DeclineSize & MesosFigures)[] = [
  { agents: 1000, frameworks: 100, mesosMs: 30, publishedMs: 100 },
  { agents: 5000, frameworks: 500, mesosMs: 177, publishedMs: 400 },
  { agents: 10_000, frameworks: 1000, mesosMs: 510, publishedMs: 1100 },
  { agents: 20_000, frameworks: 2000, mesosMs: 1180, publishedMs: 3800 },
  { agents: 50_000, frameworks: 1000, mesosMs: 2380 },
];

const QUOTA_SIZES: readonly (QuotaSize & MesosFigures)[] = [
  { smallRoles: 25, largeRoles: 5 },
  { smallRoles: 250, largeRoles: 50, mesosMs: 50 },
  { smallRoles: 2500, largeRoles: 500, mesosMs: 4240, publishedMs: 15_400 },
];

interface MesosFigures {
  /** Mesos at commit c1b42f79d, built from source, on 2 vCPUs of an AMD EPYC (virtual, Debian 12). */
  readonly mesosMs?: number;
  /** Best figure published by the Mesos project (blog of 2018-10-08, commit messages); hardware not stated. */
  readonly publishedMs?: number;
}

const SOURCES = {
  mesosMs: 'Mesos commit c1b42f79d, wall time on 2 vCPUs AMD EPYC (virtual), Debian 12, 24 GiB',
  publishedMs:
    'Mesos project: blog of 2018-10-08 (chart, 1.8 tentative) and commit messages; hardware not stated',
};

/** Doubling the work may take at most this many times as long. */
const MAX_GROWTH = 2.6;

export const bench: Bench = {
  description: 'allocation cycles at scale',
  run: async ({ smoke }) => (smoke ? runSmoke() : runFull()),
};

function runFull(): BenchReport {
  warmUp();
  const declines = DECLINE_SIZES.map(({ mesosMs, publishedMs, ...size }) => ({
    ...declineGrid(size),
    mesos: { mesosMs, publishedMs },
  }));
  const quotas = QUOTA_SIZES.map(({ mesosMs, publishedMs, ...size }) => ({
    ...quotaGrid(size, 5),
    mesos: { mesosMs, publishedMs },
  }));
  return {
    results: {
      sources: SOURCES,
      a1: declines.map((each) => ({ ...each, mesos: withRatios(each.cycleMs.median, each.mesos) })),
      a2: quotas.map((each) => ({ ...each, mesos: withRatios(each.cycle1Ms.median, each.mesos) })),
    },
    table: [...declineTable(declines), '', ...quotaTable(quotas)],
    failures: [...declines.flatMap(declineFailures), ...quotas.flatMap(quotaFailures)],
  };
}

/** Other load on the machine may spoil a comparison of times, so it gets some chances. */
const SMOKE_ATTEMPTS = 4;

/** Small sizes, each twice the work of the one before: counts must be right, growth near linear. */
function runSmoke(): BenchReport {
  warmUp();
  for (let attempt = 1; ; attempt++) {
    const report = smokeOnce();
    if (report.failures.length === 0 || attempt === SMOKE_ATTEMPTS) return report;
  }
}

function smokeOnce(): BenchReport {
  const declines = [1000, 2000].map((agents) => bestOf(3, { agents, frameworks: 100 }));
  const quotas = [250, 500, 1000].map((smallRoles) =>
    quotaGrid({ smallRoles, largeRoles: smallRoles / 5 }, 5),
  );
  const declineTimes = declines.map((each) => each.cycleCpuMs.min);
  const quotaTimes = quotas.map((each) => each.cycle1CpuMs.min);
  return {
    results: { a1: declines, a2: quotas },
    table: [...declineTable(declines), '', ...quotaTable(quotas)],
    failures: [
      ...declines.flatMap(declineFailures),
      ...quotas.flatMap(quotaFailures),
      ...growthFailures('decline grid', declineTimes),
      ...growthFailures('quota grid', quotaTimes),
    ],
  };
}

function bestOf(times: number, size: DeclineSize): DeclineResult {
  const runs = Array.from({ length: times }, () => declineGrid(size));
  return runs.reduce((best, run) => (run.cycleCpuMs.min < best.cycleCpuMs.min ? run : best));
}

/** Lets the compiler see the code before it is measured. */
function warmUp(): void {
  for (let index = 0; index < 3; index++) {
    declineGrid({ agents: 500, frameworks: 50 });
    quotaGrid({ smallRoles: 100, largeRoles: 20 }, 2);
  }
}

function declineFailures(result: DeclineResult): string[] {
  const wrong = result.offers.filter((offers) => offers !== result.agents);
  if (wrong.length === 0) return [];
  return [
    `decline grid ${result.agents}: a cycle made ${wrong[0]} offers instead of ${result.agents}`,
  ];
}

function quotaFailures(result: QuotaResult): string[] {
  const expected = expectedGrants(result);
  const isRight =
    result.grants1.every((grants) => grants === expected) &&
    result.grants2.every((grants) => grants === 0);
  if (isRight) return [];
  return [
    `quota grid ${result.smallRoles}+${result.largeRoles}: granted ${result.grants1.join()} then ${result.grants2.join()}, expected ${expected} then 0`,
  ];
}

function growthFailures(name: string, times: readonly number[]): string[] {
  return times.slice(1).flatMap((time, index) => {
    const growth = time / (times[index] ?? time);
    return growth <= MAX_GROWTH
      ? []
      : [`${name}: twice the work took ${growth.toFixed(2)} times as long`];
  });
}

function withRatios(oursMs: number, mesos: MesosFigures): Record<string, number> {
  const ratios: Record<string, number> = {};
  if (mesos.mesosMs !== undefined) {
    ratios.mesosMs = mesos.mesosMs;
    ratios.timesFaster = Math.round(mesos.mesosMs / oursMs);
  }
  if (mesos.publishedMs !== undefined) {
    ratios.publishedMs = mesos.publishedMs;
    ratios.timesFasterThanPublished = Math.round(mesos.publishedMs / oursMs);
  }
  return ratios;
}

function declineTable(results: readonly (DeclineResult & { mesos?: MesosFigures })[]): string[] {
  return [
    'A1: one allocation cycle, every agent offered, every offer declined for ever',
    row([
      'agents',
      'frameworks',
      'median ms',
      'min',
      'max',
      'cpu ms',
      'piece ms',
      'idle ms',
      'decline ms',
      'agents/s',
      'RSS MiB',
      'Mesos ms',
      'ratio',
    ]),
    ...results.map((each) =>
      row([
        each.agents,
        each.frameworks,
        each.cycleMs.median,
        each.cycleMs.min,
        each.cycleMs.max,
        each.cycleCpuMs.median,
        each.longestPieceMs,
        each.idleMs.median,
        each.declineMs.median,
        each.agentsAddedPerSecond,
        each.rssMiB,
        ...ratioCells(each.cycleMs.median, each.mesos),
      ]),
    ),
  ];
}

function quotaTable(results: readonly (QuotaResult & { mesos?: MesosFigures })[]): string[] {
  return [
    'A2: quota guarantees of half an agent and of two agents',
    row([
      'roles',
      'agents',
      'grants',
      'cycle 1 ms',
      'min',
      'max',
      'cpu ms',
      'cycle 2 ms',
      'Mesos ms',
      'ratio',
    ]),
    ...results.map((each) =>
      row([
        each.smallRoles + each.largeRoles,
        each.agents,
        each.grants1[0] ?? 0,
        each.cycle1Ms.median,
        each.cycle1Ms.min,
        each.cycle1Ms.max,
        each.cycle1CpuMs.median,
        each.cycle2Ms.median,
        ...ratioCells(each.cycle1Ms.median, each.mesos),
      ]),
    ),
  ];
}

function ratioCells(oursMs: number, mesos: MesosFigures | undefined): (string | number)[] {
  if (mesos?.mesosMs === undefined) return ['-', '-'];
  return [mesos.mesosMs, `${Math.round(mesos.mesosMs / oursMs)}x`];
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell) => String(cell).padStart(11)).join(' ');
}
