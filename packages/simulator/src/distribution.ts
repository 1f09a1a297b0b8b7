/** How long things take: distributions, drawn with a chance that is handed in. */
import { z } from 'zod';

const seconds = z.number().nonnegative();

/** Seconds: a constant, or a distribution of them; what would be negative counts as 0. */
export const distributionSchema = z.union(
  [
    seconds,
    z.strictObject({ uniform: z.tuple([seconds, seconds]) }),
    z.strictObject({ exponential: z.strictObject({ mean: seconds }) }),
    z.strictObject({ normal: z.strictObject({ mean: seconds, deviation: seconds }) }),
  ],
  {
    error:
      'expected seconds: a number, {"uniform": [from, to]}, {"exponential": {"mean": s}} or {"normal": {"mean": s, "deviation": s}}',
  },
);

export type Distribution = z.infer<typeof distributionSchema>;

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** One value, in milliseconds. */
export function drawMs(distribution: Distribution, random: Random): number {
  return Math.max(0, draw(distribution, random)) * 1000;
}

function draw(distribution: Distribution, random: Random): number {
  if (typeof distribution === 'number') return distribution;
  if ('uniform' in distribution) {
    const [from, to] = distribution.uniform;
    return from + (to - from) * random();
  }
  if ('exponential' in distribution) return -distribution.exponential.mean * Math.log1p(-random());
  const { mean, deviation } = distribution.normal;
  return mean + deviation * standardNormal(random);
}

/** Box and Muller's transformation. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random())) * Math.cos(2 * Math.PI * random());
}

/**
 * A generator that depends on a seed and a name only (FNV-1a, then mulberry32): the same task has the
 * same fate in every run, whichever agent it comes to and in whatever order.
 */
export function namedRandom(seed: number, name: string): Random {
  let state = (2_166_136_261 ^ seed) >>> 0;
  for (let at = 0; at < name.length; at++) {
    state = Math.imul(state ^ name.charCodeAt(at), 16_777_619) >>> 0;
  }
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
