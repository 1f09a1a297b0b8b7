/** Named counters, from which metrics are rendered. */

export type Counters = Map<string, number>;

/** Adds `by` (default 1) to a counter. */
export function count(counters: Counters, name: string, by = 1): void {
  counters.set(name, (counters.get(name) ?? 0) + by);
}

/** Value of a counter, 0 when it was never counted. */
export function counted(counters: Counters, name: string): number {
  return counters.get(name) ?? 0;
}
