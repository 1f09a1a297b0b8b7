/**
 * Volumes that are directories of a sandbox (SANDBOX_PATH): of the task's own, or of its executor's, which the tasks
 * of a group share. Tasks write there meanwhile, so no link on the way is followed with the agent's rights.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { systemErrorCode } from '@stoke/kit';
import type { Volume } from '@stoke/protocol';
import type { ContainerSpec } from '../core/effects.ts';
import { agentError } from '../errors.ts';
import type { UserIds } from './users.ts';

/** What the agent itself makes in the sandbox of an executor: sandboxes of tasks, and links to them. */
const agentsOwn: readonly string[] = ['containers', 'tasks'];

/** A directory below that of a sandbox. */
export interface SandboxSource {
  /** The sandbox, absolute. */
  readonly root: string;
  readonly path: string;
}

/** Where a container lies, as far as its volumes depend on it. */
export type SandboxPlace = Pick<ContainerSpec, 'directory' | 'nested'>;

export function isSandboxVolume({ source }: Volume): boolean {
  return source?.type === 'SANDBOX_PATH';
}

/** The directory that a volume of type SANDBOX_PATH shows, or why there can be none. */
export function sandboxSource(volume: Volume, place: SandboxPlace): SandboxSource | string {
  const { type, path = '' } = volume.source?.sandbox_path ?? {};
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (isAbsolute(path)) return `the sandbox path '${path}' is absolute`;
  if (parts.includes('..') || /\0/.test(path)) return `the sandbox path '${path}' leads out of it`;
  const [first] = parts;
  if (first === undefined) return `the sandbox path '${path}' names no directory in it`;
  const clean = parts.join('/');
  if (type === 'SELF') return { root: place.directory, path: clean };
  if (type !== 'PARENT') return 'a sandbox path is either of type SELF or PARENT';
  const parent = place.nested?.executorDirectory;
  if (parent === undefined) return 'a sandbox path of type PARENT is for tasks of a group';
  if (agentsOwn.includes(first)) return `'${first}' in the sandbox of an executor is the agent's`;
  return { root: parent, path: clean };
}

/** Makes what is not there of the directories that are asked for, for the user of the container. */
export async function makeSandboxSources(spec: ContainerSpec, owner?: UserIds): Promise<void> {
  for (const volume of (spec.container?.volumes ?? []).filter(isSandboxVolume)) {
    const source = sandboxSource(volume, spec);
    if (typeof source === 'string') throw refused(volume, source);
    try {
      await makeInside(source, owner);
    } catch (error) {
      // The last of them: it went away after it was there.
      if (!['ELOOP', 'ENOTDIR', 'ENOENT'].includes(systemErrorCode(error) ?? '')) throw error;
      throw refused(volume, `'${source.path}' leads over a link, or over what is no directory`);
    }
  }
}

/** Each directory is opened and only then entered: what is put in its place meanwhile is not. */
async function makeInside({ root, path }: SandboxSource, owner?: UserIds): Promise<void> {
  let current = await openDirectory(root);
  try {
    for (const part of path.split('/')) {
      const inner = await enterOrMake(`/proc/self/fd/${current.fd}/${part}`, owner);
      await current.close();
      current = inner;
    }
  } finally {
    await current.close();
  }
}

async function enterOrMake(path: string, owner?: UserIds): Promise<FileHandle> {
  const isNew = await makeDirectory(path);
  const directory = await openDirectory(path);
  try {
    if (isNew && owner !== undefined) await directory.chown(owner.uid, owner.gid);
    return directory;
  } catch (error) {
    await directory.close();
    throw error;
  }
}

async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o755 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function openDirectory(path: string): Promise<FileHandle> {
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
  return open(path, O_DIRECTORY | O_NOFOLLOW | O_RDONLY);
}

function refused({ container_path }: Volume, reason: string): Error {
  return agentError('LAUNCH_FAILED', {
    message: `Cannot mount volume '${container_path}': ${reason}`,
  });
}
