/** Where scripts keep what they brought, for all work trees of a user. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$XDG_CACHE_HOME/stoke/<name>`, by default below ~/.cache. */
export function cacheDir(name: string): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'stoke', name);
}
