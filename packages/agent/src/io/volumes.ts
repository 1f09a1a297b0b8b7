/** Directories of persistent volumes, and the links by which containers see them. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { lchown, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { errorMessage, type Logger } from '@stoke/kit';
import type { VolumeLink } from '../core/volumes.ts';
import { agentError } from '../errors.ts';
import type { UserIds } from './users.ts';

export interface VolumesOptions {
  readonly workDir: string;
  readonly log: Logger;
  readonly newName: () => string;
  /** Directories that are volumes as a whole, absolute: the MOUNT disks of the configuration. */
  readonly mountRoots?: readonly string[];
}

const OWN_DIRECTORY = '/volumes/roles/';

export class Volumes {
  readonly #trash: string;
  readonly #options: VolumesOptions;

  constructor(options: VolumesOptions) {
    this.#options = options;
    this.#trash = join(options.workDir, 'volumes', '.trash');
  }

  /** Finishes what a former run began to remove. */
  start(): void {
    if (!existsSync(this.#trash)) return;
    for (const name of readdirSync(this.#trash)) this.#empty(join(this.#trash, name));
  }

  /** Directories that exist stay as they are. */
  make(paths: readonly string[]): void {
    for (const path of paths) mkdirSync(path, { recursive: true, mode: 0o755 });
  }

  /** The volume is gone at once; its data is removed in the background. */
  drop(paths: readonly string[]): void {
    for (const path of paths) {
      if (!existsSync(path)) continue;
      if (this.#isMount(path)) clear(path);
      // A disk that is not configured any more is not ours to touch.
      if (this.#isMount(path) || !path.includes(OWN_DIRECTORY)) continue;
      mkdirSync(this.#trash, { recursive: true, mode: 0o700 });
      const doomed = join(this.#trash, this.#options.newName());
      try {
        renameSync(path, doomed);
        this.#empty(doomed);
      } catch (error) {
        // Another file system: there is no quick way.
        this.#options.log.warn({ path, reason: errorMessage(error) }, 'volume removed in place');
        rmSync(path, { recursive: true, force: true });
      }
    }
  }

  #isMount(path: string): boolean {
    return this.#options.mountRoots?.includes(path) === true;
  }

  #isVolume(path: string): boolean {
    return path.includes(OWN_DIRECTORY) || this.#isMount(path);
  }

  #empty(path: string): void {
    rm(path, { recursive: true, force: true }).catch((error: unknown) => {
      this.#options.log.warn({ path, reason: errorMessage(error) }, 'volume not removed');
    });
  }

  /** Removes the links again, when the container is over; only those at the top of the sandbox. */
  unlink(directory: string): void {
    if (!existsSync(directory)) return;
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isSymbolicLink() && this.#isVolume(readlinkSync(path))) rmSync(path);
    }
  }
}

/** A disk stays when its volume goes. Done at once: the next volume on it must not lose its data to this. */
function clear(root: string): void {
  for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
}

/** Links volumes into a sandbox and gives them to the user of the container, if it is another one. */
export async function linkVolumes(
  directory: string,
  volumes: readonly VolumeLink[],
  owner?: UserIds,
): Promise<void> {
  for (const volume of volumes) {
    linkVolume(directory, volume);
    if (owner !== undefined) await lchown(volume.path, owner.uid, owner.gid);
  }
}

/** Links one directory into a sandbox, where a link to it may be already. */
export function linkVolume(directory: string, { path, containerPath }: VolumeLink): void {
  const link = join(directory, containerPath);
  const parent = prepareParent(directory, { containerPath, link });
  const target = join(parent, basename(link));
  if (!isLinkTo(target, path)) symlinkSync(path, target);
}

/** Takes the link away again, if it is still the one to the volume. */
export function unlinkVolume(directory: string, { path, containerPath }: VolumeLink): void {
  const link = join(directory, containerPath);
  if (!existsSync(dirname(link))) return;
  const parent = realpathSync(dirname(link));
  const root = realpathSync(directory);
  const target = join(parent, basename(link));
  if ((parent === root || isBelow(root, parent)) && isLinkTo(target, path)) rmSync(target);
}

/** Makes the directory a link goes to; refuses whatever leads out of the sandbox. */
function prepareParent(
  directory: string,
  { containerPath, link }: { readonly containerPath: string; readonly link: string },
): string {
  const escapes = isAbsolute(containerPath) || !isBelow(directory, link);
  if (!escapes) {
    const parent = nearestExisting(dirname(link));
    const root = realpathSync(directory);
    const real = realpathSync(parent);
    if (real === root || isBelow(root, real)) {
      mkdirSync(dirname(link), { recursive: true, mode: 0o755 });
      return realpathSync(dirname(link));
    }
  }
  throw agentError('SANDBOX_FAILED', {
    message: `Cannot link a volume to '${containerPath}': the path must be relative and stay inside the sandbox`,
  });
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function isBelow(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function isLinkTo(link: string, path: string): boolean {
  const found = lstatSync(link, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true && readlinkSync(link) === path;
}
