/** Waits for a condition of the outside world (a process, a file, an HTTP answer) by looking again, with a bound. */
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for; stands in the error. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Resolves with the first value of `look` that is neither `undefined` nor `false`.
 * An exception of `look` counts as "not yet"; the last one is the cause of the error at the bound.
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { what, timeoutMs = 20_000, intervalMs = 50 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(intervalMs);
  }
  throw new Error(`Cannot wait for ${what}: not seen within ${timeoutMs} ms`, { cause });
}
