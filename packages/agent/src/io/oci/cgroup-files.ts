/** What the kernel says of a container's control groups: limits overstepped, cpu and memory used. */
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';
import type { ResourceStatistics } from '@stoke/protocol';
import type { ContainerUsage } from '../containerizer.ts';

const defaultHierarchy = '/sys/fs/cgroup';
const ticksPerSecond = 100;
const microsecondsPerSecond = 1e6;
const nanosecondsPerSecond = 1e9;
const mostBytes = 2 ** 62;

/** A control group: its path below the root of each hierarchy, and where those are mounted. */
export interface Cgroup {
  readonly path: string;
  /** Default /sys/fs/cgroup. */
  readonly hierarchy?: string;
}

/** Whether there is version 2 alone. */
export function isUnified(hierarchy = defaultHierarchy): boolean {
  return existsSync(join(hierarchy, 'cgroup.controllers'));
}

/** Where version 1 hierarchies beside one another, or a single one of version 2, keep a controller's files. */
function directoryOf(controller: string, { path, hierarchy = defaultHierarchy }: Cgroup): string {
  return isUnified(hierarchy) ? join(hierarchy, path) : join(hierarchy, controller, path);
}

function readFirst(controller: string, group: Cgroup, names: readonly string[]): string {
  for (const name of names) {
    try {
      return readFileSync(join(directoryOf(controller, group), name), 'utf8');
    } catch (error) {
      // ENODEV: the group went away while it was read.
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'ENODEV') throw error;
    }
  }
  return '';
}

function countIn(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** How many processes of the group the kernel killed for want of memory. */
export function oomKills(group: Cgroup): number {
  return countIn(readFirst('memory', group, ['memory.oom_control', 'memory.events']), 'oom_kill');
}

export interface MemoryReport {
  /** Infinite: what the machine has. */
  readonly limitBytes: number;
  /** Undefined: the kernel does not keep it, as those before Linux 5.19 with version 2. */
  readonly peakBytes: number | undefined;
  /** The kernel's table as it stands. */
  readonly statistics: string;
}

export function memoryReport(group: Cgroup): MemoryReport {
  const peak = readFirst('memory', group, ['memory.max_usage_in_bytes', 'memory.peak']);
  return {
    limitBytes: limitIn(readFirst('memory', group, ['memory.limit_in_bytes', 'memory.max'])),
    peakBytes: Number(peak.trim() || Number.NaN) || undefined,
    statistics: readFirst('memory', group, ['memory.stat']),
  };
}

/** Version 1 says "no limit" with a number that no machine has. */
function limitIn(text: string): number {
  const bytes = text.trim() === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  return bytes < mostBytes ? bytes : Number.POSITIVE_INFINITY;
}

/** What the group used so far; zeros when it is gone. */
export function cgroupUsage(group: Cgroup): ContainerUsage {
  const ticks = readFirst('cpuacct', group, ['cpuacct.stat']);
  const cpu = readFirst('cpu', group, ['cpu.stat']);
  const memory = readFirst('memory', group, ['memory.stat']);
  const processes = linesIn(readFirst('pids', group, ['cgroup.procs']));
  return {
    userSeconds:
      countIn(ticks, 'user') / ticksPerSecond + countIn(cpu, 'user_usec') / microsecondsPerSecond,
    systemSeconds:
      countIn(ticks, 'system') / ticksPerSecond +
      countIn(cpu, 'system_usec') / microsecondsPerSecond,
    residentBytes: countIn(memory, 'total_rss') + countIn(memory, 'anon'),
    ...(processes === 0 ? {} : { processes, threads: threadsOf(group) }),
    ...(cpu === '' ? {} : { more: { ...throttlingIn(cpu), ...memoryIn(group, memory) } }),
  };
}

function linesIn(text: string): number {
  return text.split('\n').filter((line) => line !== '').length;
}

function threadsOf(group: Cgroup): number {
  return Number(readFirst('pids', group, ['pids.current']));
}

/** Version 1 counts nanoseconds, version 2 microseconds. */
function throttlingIn(cpu: string): Partial<ResourceStatistics> {
  return {
    cpus_nr_periods: countIn(cpu, 'nr_periods'),
    cpus_nr_throttled: countIn(cpu, 'nr_throttled'),
    cpus_throttled_time_secs:
      countIn(cpu, 'throttled_time') / nanosecondsPerSecond +
      countIn(cpu, 'throttled_usec') / microsecondsPerSecond,
  };
}

/** What version 1 counts for the group and those below it, or the same of version 2. */
function countBelow(memory: string, first: string, second: string): number {
  return countIn(memory, memory.includes(`total_${first} `) ? `total_${first}` : second);
}

/**
 * What version 2 names `file` and `anon` version 1 sums as `total_cache` and `total_rss`. Kernel memory has files of
 * its own in version 1 and lines of the table in version 2 (`kernel` since Linux 5.18).
 */
function memoryIn(group: Cgroup, memory: string): Partial<ResourceStatistics> {
  const file = countIn(memory, 'total_cache') + countIn(memory, 'file');
  const kernel = (name: string): number => Number(readFirst('memory', group, [name]));
  const total = readFirst('memory', group, ['memory.usage_in_bytes', 'memory.current']);
  return {
    mem_total_bytes: Number(total),
    mem_file_bytes: file,
    mem_cache_bytes: file,
    mem_anon_bytes: countIn(memory, 'total_rss') + countIn(memory, 'anon'),
    mem_mapped_file_bytes: countBelow(memory, 'mapped_file', 'file_mapped'),
    mem_unevictable_bytes: countBelow(memory, 'unevictable', 'unevictable'),
    mem_kmem_usage_bytes: kernel('memory.kmem.usage_in_bytes') + countIn(memory, 'kernel'),
    mem_kmem_tcp_usage_bytes: kernel('memory.kmem.tcp.usage_in_bytes') + countIn(memory, 'sock'),
    mem_swap_bytes:
      countIn(memory, 'total_swap') + Number(readFirst('memory', group, ['memory.swap.current'])),
  };
}

/** Removes the group everywhere; false when something is still in it. Where it is not there it needs no removal. */
export function removeCgroup(group: Cgroup): boolean {
  return directoriesOf(group)
    .map(removeDirectory)
    .every((gone) => gone);
}

/** A runtime puts a container into every hierarchy there is, also into those that limit nothing. */
function directoriesOf({ path, hierarchy = defaultHierarchy }: Cgroup): readonly string[] {
  if (isUnified(hierarchy) || !existsSync(hierarchy)) return [join(hierarchy, path)];
  return readdirSync(hierarchy).map((name) => join(hierarchy, name, path));
}

function removeDirectory(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return true;
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false;
    throw error;
  }
}
