/** What a user types to start this program, for hints that can be pasted. */
import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';

/** Where the user is, and where the program. */
export interface Whereabouts {
  readonly path: string | undefined;
  readonly cwd: string;
  /** The launcher's absolute path. */
  readonly launcher: string;
}

/** `stoke` when PATH has it, else the launcher's path as seen from here. */
export function programName({ path, cwd, launcher }: Whereabouts): string {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  if (folders.some((folder) => existsSync(join(folder, 'stoke')))) return 'stoke';
  const fromHere = relative(cwd, launcher);
  if (fromHere.startsWith('../../..')) return launcher;
  return fromHere.startsWith('.') ? fromHere : `./${fromHere}`;
}
