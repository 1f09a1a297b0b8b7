/** What the kernel says of a container's control groups: limits overstepped, cpu and memory used. */
import { existsSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';
import type { ContainerUsage } from '../containerizer.ts';

const defaultHierarchy = '/sys/fs/cgroup';
const controllers = ['memory', 'cpu', 'cpuacct', 'pids', 'cpuset', 'devices', 'freezer', 'blkio'];
const ticksPerSecond = 100;
const microsecondsPerSecond = 1e6;

/** A control group: its path below the root of each hierarchy, and where those are mounted. */
export interface Cgroup {
  readonly path: string;
  /** Default /sys/fs/cgroup. */
  readonly hierarchy?: string;
}

/** Where version 1 hierarchies beside one another, or a single one of version 2, keep a controller's files. */
function directoryOf(controller: string, { path, hierarchy = defaultHierarchy }: Cgroup): string {
  const isUnified = existsSync(join(hierarchy, 'cgroup.controllers'));
  return isUnified ? join(hierarchy, path) : join(hierarchy, controller, path);
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
  readonly limitBytes: number;
  readonly peakBytes: number;
  /** The kernel's table as it stands. */
  readonly statistics: string;
}

export function memoryReport(group: Cgroup): MemoryReport {
  return {
    limitBytes: Number(readFirst('memory', group, ['memory.limit_in_bytes', 'memory.max'])),
    peakBytes: Number(readFirst('memory', group, ['memory.max_usage_in_bytes', 'memory.peak'])),
    statistics: readFirst('memory', group, ['memory.stat']),
  };
}

/** What the group used so far; zeros when it is gone. */
export function cgroupUsage(group: Cgroup): ContainerUsage {
  const ticks = readFirst('cpuacct', group, ['cpuacct.stat']);
  const cpu = readFirst('cpu', group, ['cpu.stat']);
  const memory = readFirst('memory', group, ['memory.stat']);
  return {
    userSeconds:
      countIn(ticks, 'user') / ticksPerSecond + countIn(cpu, 'user_usec') / microsecondsPerSecond,
    systemSeconds:
      countIn(ticks, 'system') / ticksPerSecond +
      countIn(cpu, 'system_usec') / microsecondsPerSecond,
    residentBytes: countIn(memory, 'total_rss') + countIn(memory, 'anon'),
  };
}

/** Removes what a runtime left of a group whose processes are gone. */
export function removeCgroup(group: Cgroup): void {
  for (const controller of controllers) {
    try {
      rmdirSync(directoryOf(controller, group));
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'EBUSY' && code !== 'ENOTEMPTY') throw error;
    }
  }
}
