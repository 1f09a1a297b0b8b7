/** Lines in which principals wait, and the JSON that makes them. */
import { describe, expect, test } from 'vitest';
import { parseRateLimits, RateLimiter, RateLine } from './rate-limits.ts';

function limiter(json: unknown): RateLimiter {
  const parsed = parseRateLimits(json);
  if (!('value' in parsed)) throw new Error(parsed.problems.join('; '));
  return new RateLimiter(parsed.value);
}

test('parseRateLimits names what is wrong', () => {
  const parsed = parseRateLimits({ limits: [{ principal: 'p', qps: 0 }], aggregate: 1 });
  expect('problems' in parsed && parsed.problems).toEqual([
    expect.stringMatching(/^limits\.0\.qps: /),
    expect.stringMatching(/^limits: Unrecognized key/),
  ]);
  const twice = { limits: [{ principal: 'p' }, { principal: 'p', qps: 1 }] };
  expect(parseRateLimits(twice)).toEqual({ problems: ['limits: a principal is there twice'] });
});

describe('RateLine', () => {
  test('lets one through, then one each interval, and turns away what does not fit', () => {
    const line = new RateLine({ qps: 2, capacity: 2 });
    expect([1, 2, 3, 4].map(() => line.enter(1000))).toEqual([
      { kind: 'now' },
      { kind: 'later', delayMs: 500 },
      { kind: 'later', delayMs: 1000 },
      { kind: 'never' },
    ]);
    expect(line.enter(1600)).toEqual({ kind: 'later', delayMs: 900 });
    expect(line.enter(10_000)).toEqual({ kind: 'now' });
  });

  test('forgets who waited when the clock goes back', () => {
    const line = new RateLine({ qps: 1, capacity: 1 });
    expect([line.enter(100_000), line.enter(100_000)]).toEqual([
      { kind: 'now' },
      { kind: 'later', delayMs: 1000 },
    ]);
    expect(line.enter(10_000)).toEqual({ kind: 'now' });
  });

  test('without room to wait only lets through or turns away', () => {
    const line = new RateLine({ qps: 1, capacity: 0 });
    expect([line.enter(0), line.enter(999), line.enter(1000)]).toEqual([
      { kind: 'now' },
      { kind: 'never' },
      { kind: 'now' },
    ]);
  });
});

describe('RateLimiter', () => {
  test('gives each named principal a line of its own, and all others one', () => {
    const line = limiter({
      limits: [{ principal: 'a', qps: 1, capacity: 0 }, { principal: 'free' }],
      aggregate_default_qps: 1,
      aggregate_default_capacity: 0,
    });
    const kinds = ['a', 'b', 'free', 'free', 'a', 'c', undefined].map(
      (principal) => line.enter(principal, 0).kind,
    );
    expect(kinds).toEqual(['now', 'now', 'now', 'now', 'never', 'never', 'never']);
  });

  test('does not limit others without a default', () => {
    const line = limiter({ limits: [{ principal: 'a', qps: 1, capacity: 0 }] });
    expect([line.enter('b', 0), line.enter('b', 0)]).toEqual([{ kind: 'now' }, { kind: 'now' }]);
  });
});
