/** Latencies in constant memory: counts in buckets that each are 5 % wider than the one before. */

const GROWTH = Math.log(1.05);
const SMALLEST_MS = 0.01;

export interface LatencySummary {
  readonly samples: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export class Latencies {
  readonly #buckets: number[] = [];
  #samples = 0;
  #max = 0;

  add(ms: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(ms / SMALLEST_MS) / GROWTH));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#samples++;
    this.#max = Math.max(this.#max, ms);
  }

  /** Milliseconds that a share of the samples stays within, to 5 %. */
  quantile(share: number): number {
    let left = share * this.#samples;
    for (const [bucket, count = 0] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0 && count > 0)
        return Math.min(this.#max, SMALLEST_MS * Math.exp(bucket * GROWTH));
    }
    return this.#max;
  }

  summary(): LatencySummary {
    const [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1].map(
      (share) => Math.round(this.quantile(share) * 100) / 100,
    ) as [number, number, number, number];
    return { samples: this.#samples, p50, p90, p99, max };
  }
}
