/** Directories of the machine in containers: only those the operator named, and never more of them than allowed. */
import { isAbsolute, join, normalize } from 'node:path';
import type { Volume } from '@stoke/protocol';

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

/**
 * The mounts for what a task asks for, or why it cannot have them. The path has to be one of those allowed, to the
 * letter: below one that tasks write to, a link could lead anywhere.
 */
export function volumeMounts(
  volumes: readonly Volume[],
  rules: { readonly allowed: readonly AllowedVolume[]; readonly sandbox: string },
): readonly VolumeMount[] | string {
  const mounts: VolumeMount[] = [];
  for (const volume of volumes) {
    const path = hostPathOf(volume);
    if (path === undefined)
      return `it mounts only directories of the machine, not what is asked for '${volume.container_path}'`;
    const allowed = rules.allowed.find((one) => one.path === cleanPath(path));
    if (allowed === undefined) return `'${path}' is not in --oci_host_volumes`;
    if (allowed.readonly && volume.mode !== 'RO')
      return `'${path}' is only to be read (--oci_host_volumes)`;
    const destination = placeOf(volume.container_path, rules.sandbox);
    if (destination === undefined) return `'${volume.container_path}' is no place for a volume`;
    mounts.push({ source: allowed.path, destination, readonly: volume.mode === 'RO' });
  }
  return mounts;
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
