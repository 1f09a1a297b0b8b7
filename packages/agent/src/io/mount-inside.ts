/** Directories of the machine shown inside a container that runs, at the same path, without a mount on the machine. */
import { fileURLToPath } from 'node:url';
import { errorMessage, runCommand } from '@stoke/kit';
import { agentError } from '../errors.ts';

const perl = '/usr/bin/perl';
const timeoutMs = 10_000;

export interface RunningPlace {
  /** A process in the container's mount namespace, by its number here. */
  readonly pid: number;
  /** The same directory outside and inside: by it the container is known. */
  readonly sandbox: { readonly outside: string; readonly inside: string };
}

/**
 * Shows the directory, or hides it; one that is shown already, or hidden, is no error.
 * @throws AppError `LAUNCH_FAILED` with the reason
 */
export async function mountInside(
  order: 'show' | 'hide',
  path: string,
  { pid, sandbox }: RunningPlace,
): Promise<void> {
  const script = fileURLToPath(new URL('mount-inside.pl', import.meta.url));
  const args = [script, order, String(pid), sandbox.outside, sandbox.inside, path];
  // Messages in another language would be read from files of the container.
  const ended = await runCommand({ file: perl, args, env: { LC_ALL: 'C' }, timeoutMs });
  if (ended.exitCode === 0) return;
  const said = ended.error === undefined ? ended.stderr.trim() : errorMessage(ended.error);
  throw agentError('LAUNCH_FAILED', { message: said || `${perl}: ${ended.cause}` });
}
