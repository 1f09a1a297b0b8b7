/** What /files shows: attached directories and files under their virtual paths, and nothing else on the disk. */
import { realpath } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Need } from '@stoke/kit';
import { executorUser } from '../core/permissions.ts';
import type { AgentState } from '../core/state.ts';
import { agentError } from '../errors.ts';

/** A virtual path, the real one behind it, and what one must be allowed to do to read there. */
export type Attachment = readonly [virtual: string, real: string, need: Need];

/**
 * The real path of a virtual one; undefined when it is not attached or not there.
 * Neither `..` nor a link leads out of what is attached.
 * @throws AppError `FILE_INACCESSIBLE`
 */
export async function resolveAttached(
  attachments: Iterable<Attachment>,
  path: string,
): Promise<string | undefined> {
  if (path.includes('\0')) throw inaccessible(path);
  const found = longestPrefix(attachments, path.replace(/\/+$/, ''));
  if (found === undefined) return undefined;
  const rest = normalize(`./${found.rest}`);
  if (rest === '..' || rest.startsWith('../')) throw inaccessible(path);
  const root = await realpath(found.real).catch(() => undefined);
  const real = await realpath(`${found.real}/${rest}`.replace(/\/\.?$/, '')).catch(() => undefined);
  if (root === undefined || real === undefined) return undefined;
  if (real !== root && !real.startsWith(`${root}/`)) throw inaccessible(path);
  return real;
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
