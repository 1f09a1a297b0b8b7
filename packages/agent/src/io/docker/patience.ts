/** Work at an engine that may be away for a while. */
import type { Clock } from '@stoke/kit';
import { isAppError } from '@stoke/protocol';
import { pause } from './pause.ts';

/** How long a launch waits for an engine that is away. */
const launchPatienceMs = 30_000;
const firstRetryMs = 200;
const longestRetryMs = 5_000;

/** Tries again while the engine is away, for as long as a launch may wait. */
export async function patiently<T>(
  work: () => Promise<T>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T> {
  const deadline = clock.now() + launchPatienceMs;
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
    try {
      return await work();
    } catch (error) {
      const isAway = isAppError(error, 'DOCKER_UNREACHABLE');
      if (!isAway || signal.aborted || clock.now() + waitMs > deadline) throw error;
      await pause(clock, waitMs, signal);
    }
  }
}
