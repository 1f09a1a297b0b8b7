/** Skips tests for a reason that the summary of `./stoke test` tells. */
import type {} from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped. */
    skippedBecause?: string;
  }
}

/** Options of a `test` or `describe`. */
export interface Skipping {
  readonly skip: boolean;
  /** Stands in the test report. */
  readonly meta: { readonly skippedBecause?: string };
}

const told = new Set<string>();

/** Skips when there is a reason, and runs without one: `describe('a container', skipBecause(whyNoOci()), () => …)`. */
export function skipBecause(reason: string | undefined): Skipping {
  if (reason === undefined) return { skip: false, meta: {} };
  if (!told.has(reason)) process.stderr.write(`Skipping tests: ${reason}\n`);
  told.add(reason);
  return { skip: true, meta: { skippedBecause: reason } };
}
