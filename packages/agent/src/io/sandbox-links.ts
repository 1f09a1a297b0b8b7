/** Volumes of plain processes: without mounts of their own they see a directory of a sandbox by a link only. */
import { isAbsolute, join } from 'node:path';
import type { Volume } from '@stoke/protocol';
import type { ContainerSpec } from '../core/effects.ts';
import { isSandboxVolume, type SandboxPlace, sandboxSource } from './sandbox-volumes.ts';
import { linkVolume } from './volumes.ts';

/** Why a link cannot stand for the volume; undefined when it can. */
export function linkProblem(volume: Volume, place: SandboxPlace): string | undefined {
  if (!isSandboxVolume(volume)) return 'it mounts no volumes but directories of a sandbox';
  const source = sandboxSource(volume, place);
  if (typeof source === 'string') return source;
  const { container_path: path } = volume;
  if (isAbsolute(path)) return `a link to a sandbox cannot be at '${path}', outside of it`;
  return volume.mode === 'RO' ? `a link, as '${path}' would be, cannot be read-only` : undefined;
}

/** Links the directories into the sandbox; they are there already. */
export function linkSandboxVolumes(spec: ContainerSpec): void {
  for (const volume of (spec.container?.volumes ?? []).filter(isSandboxVolume)) {
    const source = sandboxSource(volume, spec);
    if (typeof source === 'string') continue;
    const { container_path: containerPath } = volume;
    linkVolume(spec.directory, { path: join(source.root, source.path), containerPath });
  }
}
