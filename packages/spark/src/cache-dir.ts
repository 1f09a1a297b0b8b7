/** Where Stoke keeps what it downloads. */

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Environment variables, as of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CACHE_HOME/stoke`, or `~/.cache/stoke`; a relative XDG_CACHE_HOME is ignored, as its specification asks. */
export function stokeCacheDir(env: Environment): string {
  const base = env.XDG_CACHE_HOME;
  if (base !== undefined && isAbsolute(base)) return join(base, 'stoke');
  return join(env.HOME ?? homedir(), '.cache', 'stoke');
}
