/** How big one Spark executor is, how big it should be on a given cluster, and why none fits. Pure. */
import { type ApplicationResources, lastOption, parseSubmitArguments } from '@stoke/spark';
import type { HostInfo } from './cluster-info.ts';

/** What one executor asks of a host. */
export interface ExecutorNeed {
  readonly cpus: number;
  readonly memMb: number;
  /** Asked on top of the memory: for everything outside the Java heap. */
  readonly overheadMb: number;
}

/** Whether the engine counts memory overhead (Mesos) or the heap only (standalone). */
export type OverheadRule = 'mesos' | 'none';

const minimumOverheadMb = 384;
const overheadShare = 0.1;
const usualExecutorMb = 2048;
const smallestExecutorMb = 450;

function overheadFor(memMb: number, rule: OverheadRule): number {
  if (rule === 'none') return 0;
  return Math.max(minimumOverheadMb, Math.floor(memMb * overheadShare));
}

/**
 * Executors for a cluster: one a host with all its cores, of at most 2 GiB so that applications can share.
 * Hosts that differ get what fits the smallest.
 */
export function sizeApplication(
  hosts: readonly Pick<HostInfo, 'cpus' | 'memMb'>[],
  rule: OverheadRule,
): ApplicationResources {
  const smallestCpus = Math.min(...hosts.map((host) => host.cpus.total));
  const smallestMemMb = Math.min(...hosts.map((host) => host.memMb.total));
  const executorCores = Number.isFinite(smallestCpus) ? Math.max(1, Math.floor(smallestCpus)) : 1;
  const slots = hosts.map((host) => Math.floor(host.cpus.total / executorCores));
  const executors = Math.max(
    1,
    slots.reduce((sum, count) => sum + count, 0),
  );
  const fitting = Number.isFinite(smallestMemMb) ? heapThatFits(smallestMemMb, rule) : 1024;
  return {
    executorCores,
    maxCores: executors * executorCores,
    executorMemoryMb: Math.max(smallestExecutorMb, Math.min(usualExecutorMb, fitting)),
  };
}

/** The largest heap whose overhead fits beside it. */
function heapThatFits(memMb: number, rule: OverheadRule): number {
  if (rule === 'none') return Math.floor(memMb);
  return Math.floor(Math.min(memMb - minimumOverheadMb, memMb / (1 + overheadShare)));
}

const memoryUnitsMb: Readonly<Record<string, number>> = {
  k: 1 / 1024,
  m: 1,
  g: 1024,
  t: 1024 ** 2,
};

/** MiB of Spark's notation (`512m`, `2g`, plain MiB); undefined when it is none. */
export function parseSparkMemory(text: string): number | undefined {
  const match = /^(\d+)([kmgt])?b?$/i.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (memoryUnitsMb[(match[2] ?? 'm').toLowerCase()] ?? 1);
}

/**
 * What one executor will ask for: the user's own words before the defaults.
 * @throws AppError `SUBMIT_ARGUMENT_INVALID`
 */
export function executorNeed(
  args: readonly string[],
  defaults: ApplicationResources,
  rule: OverheadRule,
): ExecutorNeed {
  const parsed = parseSubmitArguments(args);
  const memory = parsed.conf['spark.executor.memory'] ?? lastOption(parsed, '--executor-memory');
  const cores = parsed.conf['spark.executor.cores'] ?? lastOption(parsed, '--executor-cores');
  const overhead =
    parsed.conf['spark.mesos.executor.memoryOverhead'] ??
    parsed.conf['spark.executor.memoryOverhead'];
  const memMb = parseSparkMemory(memory ?? '') ?? defaults.executorMemoryMb;
  return {
    cpus: Number(cores ?? defaults.executorCores) || defaults.executorCores,
    memMb,
    overheadMb:
      (rule === 'mesos' ? parseSparkMemory(overhead ?? '') : undefined) ?? overheadFor(memMb, rule),
  };
}

/** Why no executor can start now, with numbers; undefined when one fits somewhere. */
export function executorShortage(
  need: ExecutorNeed,
  hosts: readonly Pick<HostInfo, 'status' | 'cpus' | 'memMb'>[],
): string | undefined {
  const ready = hosts.filter((host) => host.status === 'ready');
  if (ready.length === 0) return 'no host takes work';
  const needMb = need.memMb + need.overheadMb;
  const fits = ready.some(
    (host) =>
      host.memMb.total - host.memMb.used >= needMb && host.cpus.total - host.cpus.used >= need.cpus,
  );
  if (fits) return undefined;
  const memory = shortageOf(
    ready.map((host) => host.memMb),
    needMb,
  );
  const cpus = shortageOf(
    ready.map((host) => host.cpus),
    need.cpus,
  );
  const reasons: string[] = [];
  if (memory !== undefined) {
    const overhead = need.overheadMb > 0 ? ` + ${formatMb(need.overheadMb)} overhead` : '';
    reasons.push(
      `one executor needs ${formatMb(need.memMb)}${overhead}, the largest agent has ${formatMb(memory.free)} free of ${formatMb(memory.total)}`,
    );
  }
  if (cpus !== undefined) {
    reasons.push(
      `one executor needs ${formatCpus(need.cpus)}, the largest agent has ${round(cpus.free)} free of ${round(cpus.total)}`,
    );
  }
  if (reasons.length > 0) return reasons.join('; ');
  return `one executor needs ${formatCpus(need.cpus)} and ${formatMb(needMb)} on the same agent, and no agent has both free`;
}

/** The host with most of it free, when even that has too little. */
function shortageOf(
  amounts: readonly { readonly total: number; readonly used: number }[],
  need: number,
): { readonly free: number; readonly total: number } | undefined {
  const free = amounts.map((amount) => ({ free: amount.total - amount.used, total: amount.total }));
  const largest = free.sort((a, b) => b.free - a.free || b.total - a.total)[0];
  return largest === undefined || largest.free >= need ? undefined : largest;
}

const round = (amount: number): string => String(Math.round(amount * 10) / 10);
const formatCpus = (cpus: number): string => `${round(cpus)} cpu${cpus === 1 ? '' : 's'}`;

/** MiB as people read it: `819 MiB`, `8.0 GiB`. */
export function formatMb(mb: number): string {
  return mb < 1024 ? `${Math.round(mb)} MiB` : `${(mb / 1024).toFixed(1)} GiB`;
}
