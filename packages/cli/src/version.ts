/** The version of Stoke, as its package.json says. */
import { readFileSync } from 'node:fs';

const manifest: { readonly version?: unknown } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** As in `0.1.0`. */
export const version = String(manifest.version);
