/** How much disk a container may fill: its sandbox, and each persistent volume it sees. */
import {
  fromMilli,
  isPersistentVolume,
  type ResourceItem,
  resourcesFromTrustedWire,
} from '@stoke/resources';
import type { Limitation } from './events.ts';
import { executorResources } from './executor-resources.ts';
import type { Executor } from './state.ts';
import { volumePath, volumesOf } from './volumes.ts';

const mebibyte = 1024 * 1024;

export interface DiskQuota {
  /** The directory that counts, absolute; what its links lead to does not. */
  readonly path: string;
  readonly limitBytes: number;
}

/** A container that was given no disk has no quota, as in Mesos; nor has a default executor, whose tasks have theirs. */
export function diskQuotas(workDir: string, executor: Executor): DiskQuota[] {
  if (executor.kind === 'default') return [];
  const resources = resourcesFromTrustedWire(executorResources(executor));
  const volumes = volumesOf(resources).items.map((item) => ({
    path: volumePath(workDir, item),
    limitBytes: bytesOf(item),
  }));
  const sandboxBytes = resources.items
    .filter((item) => item.name === 'disk' && !isPersistentVolume(item))
    .reduce((sum, item) => sum + bytesOf(item), 0);
  if (sandboxBytes === 0) return volumes;
  return [{ path: executor.directory, limitBytes: sandboxBytes }, ...volumes];
}

/** Disk counts in megabytes. */
function bytesOf(item: ResourceItem): number {
  return fromMilli(item.milli) * mebibyte;
}

/** Why and with what words a container is ended that fills more than a quota. */
export function diskLimitation(quota: DiskQuota, usedBytes: number): Limitation {
  const limitMb = quota.limitBytes / mebibyte;
  return {
    reason: 'REASON_CONTAINER_LIMITATION_DISK',
    message: `Disk usage (${formatBytes(usedBytes)}) exceeds quota (${formatBytes(quota.limitBytes)}) of '${quota.path}'`,
    limits: { resources: [{ name: 'disk', type: 'SCALAR', scalar: { value: limitMb } }] },
  };
}

function formatBytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)}MB`;
}
