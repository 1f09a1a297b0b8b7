/** Spark standalone on this machine: a master and workers of Spark's own, each a process. */
import type { Provider } from '@stoke/cluster';

/** To come. */
export function createStandaloneProvider(
  _env: Readonly<Record<string, string | undefined>>,
): Provider {
  throw new Error('not yet');
}
