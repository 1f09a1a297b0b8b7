/** What /files shows: attached directories and files under their virtual paths, and nothing else on the disk. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { type Need, systemErrorCode } from '@stoke/kit';
import { executorUser } from '../core/permissions.ts';
import type { AgentState } from '../core/state.ts';
import { agentError } from '../errors.ts';

/** A virtual path, the real one behind it, and what one must be allowed to do to read there. */
export type Attachment = readonly [virtual: string, real: string, need: Need];

/** An open file or directory; whoever has it closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly facts: Stats;
  /** Where it lay when it was opened. */
  readonly real: string;
}

/** Pipes do not wait for their writers, terminals are not taken, and the last step is no link. */
const openFlags =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a virtual path; undefined when it is not attached or not there.
 * What was opened is looked at once more: a task may have put a link in the way meanwhile.
 * @throws AppError `FILE_INACCESSIBLE`, also for what is neither a file nor a directory
 */
export async function openAttached(
  attachments: Iterable<Attachment>,
  path: string,
): Promise<OpenedFile | undefined> {
  const found = await resolveAttached(attachments, path);
  if (found === undefined) return undefined;
  const handle = await openAsItIs(found.real, path);
  if (handle === undefined) return undefined;
  try {
    const [facts, real] = await Promise.all([
      handle.stat(),
      readlink(`/proc/self/fd/${handle.fd}`),
    ]);
    const isData = facts.isFile() || facts.isDirectory();
    if (!isData || !isWithin(found.root, real)) throw inaccessible(path);
    return { handle, facts, real };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openAsItIs(real: string, path: string): Promise<FileHandle | undefined> {
  try {
    return await open(real, openFlags);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // A link that came meanwhile, a socket, a file of somebody else.
    if (code === 'ELOOP' || code === 'ENXIO' || code === 'EACCES') throw inaccessible(path);
    throw error;
  }
}

function isWithin(root: string, real: string): boolean {
  return real === root || real.startsWith(`${root}/`);
}

/** The real path of a virtual one, and the one of what it is attached by. */
async function resolveAttached(
  attachments: Iterable<Attachment>,
  path: string,
): Promise<{ readonly root: string; readonly real: string } | undefined> {
  if (path.includes('\0')) throw inaccessible(path);
  const found = longestPrefix(attachments, path.replace(/\/+$/, ''));
  if (found === undefined) return undefined;
  const rest = normalize(`./${found.rest}`);
  if (rest === '..' || rest.startsWith('../')) throw inaccessible(path);
  const root = await realpath(found.real).catch(() => undefined);
  const real = await realpath(`${found.real}/${rest}`.replace(/\/\.?$/, '')).catch(() => undefined);
  if (root === undefined || real === undefined) return undefined;
  if (!isWithin(root, real)) throw inaccessible(path);
  return { root, real };
}

/** What one must be allowed to do to read a virtual path; undefined when nothing is attached there. */
export function needFor(attachments: Iterable<Attachment>, path: string): Need | undefined {
  return longestPrefix(attachments, path.replace(/\/+$/, ''))?.need;
}

function longestPrefix(
  attachments: Iterable<Attachment>,
  path: string,
): { readonly real: string; readonly rest: string; readonly need: Need } | undefined {
  let best: Attachment | undefined;
  for (const attachment of attachments) {
    const [virtual] = attachment;
    const covers = path === virtual || path.startsWith(`${virtual}/`);
    // Of equal paths the later one counts: an executor's latest run comes last.
    if (covers && virtual.length >= (best?.[0].length ?? 0)) best = attachment;
  }
  if (best === undefined) return undefined;
  const [virtual, real, need] = best;
  return { real, rest: path.slice(virtual.length), need };
}

function inaccessible(path: string): Error {
  return agentError('FILE_INACCESSIBLE', { message: `'${path}' is inaccessible.\n` });
}

/** Sandboxes by their real path and by that of their executor's latest run, and the log. */
export function* attachmentsOf(
  state: AgentState,
  logFile: string | undefined,
): Generator<Attachment> {
  if (logFile !== undefined) yield ['/slave/log', logFile, { action: 'access_mesos_logs' }];
  for (const framework of [...state.completedFrameworks, ...state.frameworks.values()]) {
    const executors = [...framework.completedExecutors, ...framework.executors.values()];
    for (const { id, directory, info } of executors) {
      const object = executorUser(info, framework.info);
      const need: Need = { action: 'access_sandboxes', object };
      yield [directory, directory, need];
      yield [join(dirname(directory), 'latest'), directory, need];
      yield [`/frameworks/${framework.id}/executors/${id}/runs/latest`, directory, need];
    }
  }
}
