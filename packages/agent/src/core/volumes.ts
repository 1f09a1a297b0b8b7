/** Persistent volumes: where their data lies, and how tasks see them. */
import { idProblem, type Resource } from '@stoke/protocol';
import {
  containsResources,
  filterResources,
  isPersistentVolume,
  type ResourceItem,
  type Resources,
  reservationRole,
  resourcesFromTrustedWire,
  resourcesOf,
  unallocate,
  uniqueResources,
  withCheckpointed,
} from '@stoke/resources';
import type { AgentState } from './state.ts';

/** A volume to be seen by a container at `containerPath`, relative to its sandbox. */
export interface VolumeLink {
  /** The directory with the data, absolute. */
  readonly path: string;
  readonly containerPath: string;
}

/** All the agent has, with what operations made of it. */
export function totalResources(state: AgentState): Resources {
  return withCheckpointed(resourcesFromTrustedWire(state.info.resources ?? []), state.checkpointed);
}

export function volumesOf(resources: Resources): Resources {
  return filterResources(uniqueResources(unallocate(resources)), isPersistentVolume);
}

/** Volumes a task asks for that are not here, by id. */
export function missingVolumes(state: AgentState, wire: readonly Resource[]): string[] {
  return volumesOf(resourcesFromTrustedWire(wire))
    .items.filter((item) => !containsResources(state.checkpointed, resourcesOf([item])))
    .map((item) => item.disk?.persistence?.id ?? '');
}

/** Why the volume cannot have a directory of its own here, or undefined. */
export function volumeProblem(item: ResourceItem): string | undefined {
  const id = item.disk?.persistence?.id ?? '';
  const problem = idProblem(id);
  if (problem !== undefined) return `Persistence ID '${id}' cannot name a directory: ${problem}`;
  const source = item.disk?.source;
  const type = source?.type;
  if (type === undefined || type === 'PATH' || type === 'UNKNOWN') return undefined;
  if (type === 'MOUNT' && source?.mount?.root !== undefined) return undefined;
  return `Volumes on ${type} disks are not supported by this agent`;
}

/**
 * Where the data of a volume lies: a MOUNT disk is the volume itself, elsewhere it has a directory
 * below the root of its disk. Slashes of a role become spaces, which roles cannot have.
 */
export function volumePath(workDir: string, item: ResourceItem): string {
  const mount = item.disk?.source?.mount?.root;
  if (item.disk?.source?.type === 'MOUNT' && mount !== undefined) {
    return absolutePath(workDir, mount);
  }
  const role = (reservationRole(item) ?? '*').replaceAll('/', ' ');
  const id = item.disk?.persistence?.id ?? '';
  const root = absolutePath(workDir, item.disk?.source?.path?.root ?? '.');
  return `${root}/volumes/roles/${role}/${id}`;
}

/** Without '.' and without a slash at the end; relative paths lie in the work directory. */
function absolutePath(workDir: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const start = path.startsWith('/') ? '' : workDir;
  return [start, ...parts].join('/');
}

export function volumePaths(workDir: string, resources: Resources): string[] {
  return volumesOf(resources).items.map((item) => volumePath(workDir, item));
}

/** What is to be linked into the sandbox of a container with these resources. */
export function volumeLinks(workDir: string, wire: readonly Resource[]): VolumeLink[] {
  return volumesOf(resourcesFromTrustedWire(wire)).items.map((item) => ({
    path: volumePath(workDir, item),
    containerPath: item.disk?.volume?.container_path ?? '',
  }));
}
