/** Chance for tests. */

/** A random source that gives the same numbers each time. */
export function lehmer(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 48_271) % 2_147_483_647;
    return value / 2_147_483_647;
  };
}
