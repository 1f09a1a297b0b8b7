import { expect, test } from 'vitest';
import { Latencies } from './latencies.ts';

test('Latencies knows quantiles to five percent', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1000; ms++) latencies.add(ms);
  const { samples, p50, p90, p99, max } = latencies.summary();
  expect([samples, max]).toEqual([1000, 1000]);
  for (const [value, exact] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const) {
    expect(value / exact).toBeGreaterThan(0.95);
    expect(value / exact).toBeLessThan(1.06);
  }
});

test('Latencies without samples are zero', () => {
  expect(new Latencies().summary()).toEqual({ samples: 0, p50: 0, p90: 0, p99: 0, max: 0 });
});
