/** Sandbox directories: `slaves/<agent>/frameworks/<fw>/executors/<ex>/runs/<container>` below the work directory. */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { lchown, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage, systemErrorCode } from '@stoke/kit';
import type { ContainerSpec } from '../core/effects.ts';
import { agentError } from '../errors.ts';
import { findUser, type UserIds } from './users.ts';

const sandboxMode = 0o750;
const passableMode = 0o751;

export interface SandboxRules {
  /** Whether tasks run as the user they ask for; it takes root. */
  readonly switchUser: boolean;
}

/** Makes the directory and its `latest` link; answers the user who owns it, if not the agent's. */
export async function createSandbox(
  spec: ContainerSpec,
  rules: SandboxRules,
): Promise<UserIds | undefined> {
  const { directory, frameworkId, executorId } = spec;
  refuseUnsafeName(frameworkId);
  refuseUnsafeName(executorId);
  const failure = (reason: string, cause?: unknown): Error =>
    agentError('SANDBOX_FAILED', {
      message: `Failed to create executor directory '${directory}': ${reason}`,
      cause,
    });
  const owner = await findOwner(spec.user, rules);
  try {
    if (spec.nested !== undefined) {
      await makeNested(directory, spec.nested, owner === 'unknown' ? undefined : owner);
    } else {
      makeDirectory(directory);
      linkLatest(directory);
    }
  } catch (cause) {
    throw failure(errorMessage(cause), cause);
  }
  if (owner === 'unknown') {
    throw failure(`Failed to chown directory to '${spec.user}': No such user '${spec.user}'`);
  }
  return owner;
}

function makeDirectory(directory: string): void {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
  mkdirSync(directory, { mode: sandboxMode });
  chmodSync(directory, sandboxMode);
}

/** The sandbox of a task in a group, with a link to it by the task's name; the first one brings that of the executor. */
async function makeNested(
  directory: string,
  { executorDirectory, taskId }: NonNullable<ContainerSpec['nested']>,
  owner: UserIds | undefined,
): Promise<void> {
  refuseUnsafeName(taskId);
  if (!existsSync(executorDirectory)) {
    makeDirectory(executorDirectory);
    linkLatest(executorDirectory);
    for (const name of ['stdout', 'stderr']) await writeFile(join(executorDirectory, name), '');
    // It stays the agent's: whoever owned it could put a link in the place of `containers` or `tasks`, through which
    // the agent would make the next sandbox elsewhere. Tasks, maybe of several users, have to reach theirs.
    if (owner !== undefined) chmodSync(executorDirectory, passableMode);
  }
  makeDirectory(directory);
  const links = join(executorDirectory, 'tasks');
  mkdirSync(links, { recursive: true, mode: 0o755 });
  symlinkSync(directory, join(links, taskId));
}

/** The user a task becomes, by the name it asks for; undefined is the agent's own. */
export async function findOwner(
  name: string | undefined,
  rules: SandboxRules,
): Promise<UserIds | 'unknown' | undefined> {
  if (!rules.switchUser || process.getuid?.() !== 0 || name === undefined) return undefined;
  const owner = await findUser(name);
  if (owner === undefined) return 'unknown';
  return owner.uid === process.getuid() ? undefined : owner;
}

/** Points `latest` beside a directory to it, at no moment to nothing. */
export function linkLatest(directory: string): void {
  const link = join(dirname(directory), 'latest');
  if (isNewLink(directory, link)) return;
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(directory, fresh);
  renameSync(fresh, link);
}

/** Makes the link, unless something is in its place. */
function isNewLink(directory: string, link: string): boolean {
  try {
    symlinkSync(directory, link);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function refuseUnsafeName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return;
  throw agentError('SANDBOX_FAILED', {
    message: `Cannot create a sandbox for '${name}': the id is not a file name`,
  });
}

/** Gives the sandbox and all that was fetched into it to its user. Links are not followed. */
export async function giveSandbox(directory: string, owner: UserIds): Promise<void> {
  await lchown(directory, owner.uid, owner.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveSandbox(path, owner);
    else await lchown(path, owner.uid, owner.gid);
  }
}
