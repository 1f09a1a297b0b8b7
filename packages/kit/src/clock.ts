/** Time as an argument: the system's clock for programs, a hand-driven one for tests. */

/** A pending call; cancelling it twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where a program takes its time from. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `run` once after `delayMs`; a pending timer keeps the process alive, so its owner cancels it. */
  setTimer(delayMs: number, run: () => void): Timer;
}

const longestDelayMs = 2 ** 31 - 1;

/** The clock of the machine. Delays above 24.8 days are cut to that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, Math.min(Math.max(0, delayMs), longestDelayMs));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** As {@link systemClock}, but its time starts anywhere and never jumps: for how long something took. */
export const monotonicClock: Clock = { ...systemClock, now: () => performance.now() };

/** A clock that stands still until `advance` moves it. */
export interface FakeClock extends Clock {
  /** Moves time forward, running due timers in order; lets pending promises settle after each. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

interface FakeTimer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock for tests, beginning at `startMs` (default: a fixed day). */
export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  let order = 0;
  const timers = new Set<FakeTimer>();
  const nextDue = (until: number): FakeTimer | undefined =>
    [...timers]
      .filter((timer) => timer.at <= until)
      .sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    now: () => now,
    pending: () => timers.size,
    setTimer(delayMs, run) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, run };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    async advance(ms) {
      const until = now + ms;
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        timers.delete(due);
        now = due.at;
        due.run();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets promise reactions and immediates that are already queued run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
