/** Rate limits of principals: the JSON of Mesos's `--rate_limits`, and what waits until its turn comes. */
import { z } from 'zod';

const limitSchema = z.strictObject({
  principal: z.string().min(1),
  qps: z.number().positive().optional(),
  capacity: z.int().min(0).optional(),
});

const documentSchema = z.strictObject({
  limits: z.array(limitSchema).default([]),
  aggregate_default_qps: z.number().positive().optional(),
  aggregate_default_capacity: z.int().min(0).optional(),
});

/** How many calls a second, and how many may wait. `qps` undefined: no limit. */
export interface RateLimit {
  readonly qps: number | undefined;
  /** Undefined: as many as {@link DEFAULT_CAPACITY}. */
  readonly capacity: number | undefined;
}

/** Limits by principal; those that are not named share one. */
export interface RateLimits {
  readonly principals: Readonly<Record<string, RateLimit>>;
  readonly others: RateLimit | undefined;
}

/** Mesos lets any number wait; every queue of ours has an end. */
const DEFAULT_CAPACITY = 10_000;

/** The limits, or what is wrong with them. */
export type ParsedRateLimits =
  | { readonly value: RateLimits }
  | { readonly problems: readonly string[] };

/** Reads the JSON of `--rate_limits`. */
export function parseRateLimits(json: unknown): ParsedRateLimits {
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'limits'}: ${message}`,
    );
    return { problems };
  }
  const { limits, aggregate_default_qps: qps, aggregate_default_capacity: capacity } = parsed.data;
  const principals = Object.fromEntries(
    limits.map(({ principal, ...limit }) => [
      principal,
      { qps: limit.qps, capacity: limit.capacity },
    ]),
  );
  if (Object.keys(principals).length < limits.length) {
    return { problems: ['limits: a principal is there twice'] };
  }
  return { value: { principals, others: qps === undefined ? undefined : { qps, capacity } } };
}

/** When a call may go: at once, later, or not at all. */
export type Turn =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'never' };

/** One line in which calls wait; each takes `1000 / qps` ms of it. */
export class RateLine {
  readonly #everyMs: number;
  readonly #capacity: number;
  /** When the line is empty again, in the milliseconds of the caller's clock. */
  #freeAtMs = 0;

  constructor({ qps, capacity }: { readonly qps: number; readonly capacity: number | undefined }) {
    this.#everyMs = 1000 / qps;
    this.#capacity = capacity ?? DEFAULT_CAPACITY;
  }

  /** Takes a place in the line, if there is one. */
  enter(nowMs: number): Turn {
    // Further away than a full line: the clock went back.
    const furthestMs = nowMs + (this.#capacity + 1) * this.#everyMs;
    const startMs = this.#freeAtMs > furthestMs ? nowMs : Math.max(nowMs, this.#freeAtMs);
    const delayMs = startMs - nowMs;
    if (delayMs === 0) {
      this.#freeAtMs = startMs + this.#everyMs;
      return { kind: 'now' };
    }
    const waiting = Math.ceil(delayMs / this.#everyMs);
    if (waiting > this.#capacity) return { kind: 'never' };
    this.#freeAtMs = startMs + this.#everyMs;
    return { kind: 'later', delayMs };
  }
}

/** The lines of all principals. */
export class RateLimiter {
  readonly #lines = new Map<string, RateLine>();
  readonly #others: RateLine | undefined;
  readonly #named: ReadonlySet<string>;

  constructor({ principals, others }: RateLimits) {
    this.#named = new Set(Object.keys(principals));
    for (const [principal, { qps, capacity }] of Object.entries(principals)) {
      if (qps !== undefined) this.#lines.set(principal, new RateLine({ qps, capacity }));
    }
    if (others?.qps !== undefined) {
      this.#others = new RateLine({ qps: others.qps, capacity: others.capacity });
    }
  }

  /** When a call of this principal may go. Named without a rate: at once. */
  enter(principal: string | undefined, nowMs: number): Turn {
    const named = principal !== undefined && this.#named.has(principal);
    const line = named ? this.#lines.get(principal) : this.#others;
    return line?.enter(nowMs) ?? { kind: 'now' };
  }
}
