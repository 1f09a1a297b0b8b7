/** Directories in containers: those of the machine that the operator named, and those of sandboxes. */
import { isAbsolute, join, normalize } from 'node:path';
import type { MountPropagation_Mode, Volume } from '@stoke/protocol';
import {
  isSandboxVolume,
  type SandboxPlace,
  type SandboxSource,
  sandboxSource,
} from '../sandbox-volumes.ts';

/** A directory that the operator lets tasks mount. */
export interface AllowedVolume {
  readonly path: string;
  readonly readonly: boolean;
}

/** A directory of the machine at a place of the container. */
export interface VolumeMount {
  readonly source: string;
  readonly destination: string;
  readonly readonly: boolean;
  /** Whether what is mounted below the source later on is seen, too. */
  readonly follows?: boolean;
}

/** One that a task asks for. Tasks may change what lies in a sandbox: that is looked up when it is mounted. */
export interface AskedMount extends Omit<VolumeMount, 'source'> {
  readonly source: string | SandboxSource;
}

export interface MountRules {
  readonly allowed: readonly AllowedVolume[];
  /** Where the container sees its sandbox. */
  readonly sandbox: string;
  readonly place: SandboxPlace;
}

/** Reads `--oci_host_volumes`: absolute paths with commas between, each followed by `:ro` when it is only to be read. */
export function parseAllowedVolumes(flag: string): readonly AllowedVolume[] {
  return flag
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry) => ({
      path: cleanPath(entry.replace(/:ro$/, '')),
      readonly: entry.endsWith(':ro'),
    }));
}

/** The mounts for what a task asks for, or why it cannot have them. */
export function volumeMounts(
  volumes: readonly Volume[],
  rules: MountRules,
): readonly AskedMount[] | string {
  const mounts: AskedMount[] = [];
  for (const volume of volumes) {
    const source = isSandboxVolume(volume)
      ? sandboxSource(volume, rules.place)
      : hostSource(volume, rules.allowed);
    if (typeof source === 'string') return source;
    const destination = placeOf(volume.container_path, rules.sandbox);
    if (destination === undefined) return `'${volume.container_path}' is no place for a volume`;
    const follows = propagationOf(volume) === 'HOST_TO_CONTAINER' ? { follows: true } : {};
    const from = 'root' in source ? source : source.path;
    mounts.push({ source: from, destination, readonly: volume.mode === 'RO', ...follows });
  }
  return mounts;
}

/**
 * The path has to be one of those allowed, to the letter: below one that tasks write to, a link could lead anywhere.
 */
function hostSource(volume: Volume, allowed: readonly AllowedVolume[]): AllowedVolume | string {
  const path = hostPathOf(volume);
  if (path === undefined) {
    const type = volume.image === undefined ? (volume.source?.type ?? 'that') : 'IMAGE';
    return `it mounts only directories of the machine and of sandboxes, none of type ${type} for '${volume.container_path}'`;
  }
  const found = allowed.find((one) => one.path === cleanPath(path));
  if (found === undefined) return `'${path}' is not in --oci_host_volumes`;
  if (found.readonly && volume.mode !== 'RO')
    return `'${path}' is only to be read (--oci_host_volumes)`;
  if (propagationOf(volume) === 'BIDIRECTIONAL')
    return `what is mounted in a container stays in it, so '${path}' cannot be BIDIRECTIONAL`;
  return found;
}

function propagationOf({ source }: Volume): MountPropagation_Mode | undefined {
  return source?.host_path?.mount_propagation?.mode;
}

function hostPathOf({ host_path: path, source, image }: Volume): string | undefined {
  if (image !== undefined) return undefined;
  const found = source === undefined ? path : hostPathSource(source);
  return found !== undefined && isAbsolute(found) ? found : undefined;
}

function hostPathSource({ type, host_path: hostPath }: NonNullable<Volume['source']>) {
  return type === 'HOST_PATH' ? hostPath?.path : undefined;
}

function cleanPath(path: string): string {
  return normalize(path).replace(/(?<=.)\/+$/, '');
}

/** What the kernel and the runtime mount themselves stays theirs. */
const reserved = ['/', '/dev', '/proc', '/run', '/sys'];

function placeOf(path: string, sandbox: string): string | undefined {
  if (path === '' || /\0/.test(path) || path.split('/').includes('..')) return undefined;
  const place = cleanPath(isAbsolute(path) ? path : join(sandbox, path));
  const isReserved = reserved.some(
    (one) => place === one || (one !== '/' && place.startsWith(`${one}/`)),
  );
  return isReserved || place === sandbox ? undefined : place;
}
