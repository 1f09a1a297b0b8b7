/** Durations of something that is done again and again, as the metrics show them. */

/** Samples that are kept for the percentiles. */
const KEPT = 1000;

const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['p9999', 0.9999],
] as const;

/** The last durations in milliseconds, and how many there were in all. */
export class DurationSamples {
  readonly #samples: number[] = [];
  #count = 0;

  add(ms: number): void {
    this.#samples[this.#count % KEPT] = ms;
    this.#count++;
  }

  /** Runs `work` and adds the time it took. */
  time(work: () => void): void {
    const start = performance.now();
    work();
    this.add(performance.now() - start);
  }

  /** `name`, `name/count`, `name/min` … as Mesos's timers; nothing before the first sample. */
  metrics(name: string): Record<string, number> {
    const last = this.#samples[(this.#count - 1) % KEPT];
    if (last === undefined) return {};
    const sorted = [...this.#samples].sort((left, right) => left - right);
    const at = (part: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
    const percentiles = PERCENTILES.map(([label, part]) => [`${name}/${label}`, at(part)] as const);
    return {
      [name]: last,
      [`${name}/count`]: this.#count,
      [`${name}/min`]: at(0),
      [`${name}/max`]: at(1),
      ...Object.fromEntries(percentiles),
    };
  }
}
