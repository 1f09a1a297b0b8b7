/** Volumes of a task as mounts of its Docker container; nothing relative leads out of the sandbox. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { isAbsolute, join, normalize, relative } from 'node:path';
import type {
  ContainerInfo_DockerInfo,
  MountPropagation_Mode,
  Volume,
  Volume_Source,
} from '@stoke/protocol';
import type { ContainerSpec } from '../../core/effects.ts';
import { agentError } from '../../errors.ts';
import { isSandboxVolume, type SandboxPlace, sandboxSource } from '../sandbox-volumes.ts';
import { type DockerMount, sandboxInside } from './container-request.ts';

/**
 * Persistent volumes are mounted where they are outside, because the sandbox has links to them.
 * @throws AppError `LAUNCH_FAILED` for a volume that cannot be mounted
 */
export function containerMounts(spec: ContainerSpec): readonly DockerMount[] {
  const persistent = spec.volumes.map(({ path }): DockerMount => {
    return { Type: 'bind', Source: path, Target: path, ReadOnly: false };
  });
  const docker = spec.container?.docker;
  const asked = (spec.container?.volumes ?? []).map((volume) =>
    mountOf(volume, { place: spec, sandbox: spec.directory, docker }),
  );
  return [...persistent, ...asked];
}

interface Scene {
  readonly place: SandboxPlace;
  readonly sandbox: string;
  readonly docker: ContainerInfo_DockerInfo | undefined;
}

function mountOf(volume: Volume, scene: Scene): DockerMount {
  const { container_path: inside, source, host_path } = volume;
  if (!isAbsolute(inside) && leadsOut(inside)) throw refused(volume, 'it leads out of the sandbox');
  const place = {
    Target: isAbsolute(inside) ? inside : join(sandboxInside, inside),
    ReadOnly: volume.mode === 'RO',
  };
  if (source !== undefined) return { ...place, ...sourceOf(volume, source, scene) };
  if (volume.image !== undefined) throw refused(volume, 'Docker mounts no images');
  if (host_path === undefined) return { Type: 'volume', ...place };
  if (isAbsolute(host_path)) return { Type: 'bind', Source: host_path, ...place };
  const driver = scene.docker?.volume_driver;
  if (driver === undefined) {
    return { Type: 'bind', Source: insideSandbox(volume, scene.sandbox, host_path), ...place };
  }
  const VolumeOptions = { DriverConfig: { Name: driver } };
  return { Type: 'volume', Source: host_path, VolumeOptions, ...place };
}

type SourcePart = Pick<DockerMount, 'Type' | 'Source' | 'VolumeOptions' | 'BindOptions'>;

function sourceOf(
  volume: Volume,
  { type, host_path, docker_volume }: Volume_Source,
  scene: Scene,
): SourcePart {
  if (type === 'HOST_PATH') {
    const { path = '', mount_propagation } = host_path ?? {};
    const Propagation = propagations[mount_propagation?.mode ?? 'UNKNOWN'];
    const options = Propagation === undefined ? {} : { BindOptions: { Propagation } };
    return { Type: 'bind', Source: path, ...options };
  }
  if (isSandboxVolume(volume)) {
    const source = sandboxSource(volume, scene.place);
    if (typeof source === 'string') throw refused(volume, source);
    return { Type: 'bind', Source: insideSandbox(volume, source.root, source.path) };
  }
  if (type === 'DOCKER_VOLUME') {
    const { driver = 'local', name = '', driver_options } = docker_volume ?? {};
    const options = (driver_options?.parameter ?? []).map(({ key, value }) => [key, value]);
    const DriverConfig = { Name: driver, Options: Object.fromEntries(options) };
    return { Type: 'volume', Source: name, VolumeOptions: { DriverConfig } };
  }
  throw refused(volume, `Docker containers have no volumes of type ${type} here`);
}

/** As the engine names them. */
const propagations: Partial<Record<MountPropagation_Mode, string>> = {
  HOST_TO_CONTAINER: 'rslave',
  BIDIRECTIONAL: 'rshared',
};

function leadsOut(path: string): boolean {
  const way = normalize(path);
  return way === '..' || way.startsWith('../') || isAbsolute(way);
}

/** Made when it is not there; what was fetched may hold links, so its real place counts. */
function insideSandbox(volume: Volume, sandbox: string, path: string): string {
  if (leadsOut(path)) throw refused(volume, 'it leads out of the sandbox');
  const place = join(sandbox, path);
  if (!existsSync(place)) {
    if (leadsOut(relative(realpathSync(sandbox), realpathSync(nearest(place))))) {
      throw refused(volume, 'a link leads out of the sandbox');
    }
    mkdirSync(place, { recursive: true, mode: 0o755 });
  }
  const real = realpathSync(place);
  if (leadsOut(relative(realpathSync(sandbox), real))) {
    throw refused(volume, 'a link leads out of the sandbox');
  }
  return real;
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(join(path, '..'));
}

function refused({ container_path, host_path }: Volume, reason: string): Error {
  const what = host_path === undefined ? container_path : `${host_path}:${container_path}`;
  return agentError('LAUNCH_FAILED', { message: `Cannot mount volume '${what}': ${reason}` });
}
