/** What every benchmark module provides: `bench/<name>.ts` exports a `bench` of this shape. */

export interface BenchOptions {
  /** Small sizes, at most ten seconds; checks counts and complexity, never absolute times. */
  readonly smoke: boolean;
  /** Run this part of it only; nothing is kept then. */
  readonly only?: string;
}

/** Outcome of a benchmark; `failures` lists what is wrong (empty: all well). */
export interface BenchReport {
  /** Plain data, written to bench/results/<name>.json with facts about the machine. */
  readonly results: unknown;
  /** Lines for people. */
  readonly table: readonly string[];
  readonly failures: readonly string[];
}

export interface Bench {
  readonly description: string;
  run(options: BenchOptions): Promise<BenchReport>;
}
