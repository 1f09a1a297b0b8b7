/** Fixed-point scalars: amounts are held as whole milli-units, so sums and comparisons are exact. */

/** Rounds a wire double to milli-units (three decimals, halves away from zero). */
export function toMilli(value: number): number {
  return Math.round(value * 1000);
}

/** The wire double of an amount in milli-units. */
export function fromMilli(milli: number): number {
  return milli / 1000;
}
